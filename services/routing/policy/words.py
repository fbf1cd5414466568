"""A decision without the passenger's words, and with them again: offsets are stored in place of quotations."""

from typing import TypeVar

from shared.contracts.decision import Because, ChildDecision, Decision

Q = TypeVar("Q", Because, ChildDecision)


def without_words(decision: Decision, text: str) -> Decision:
    """The same decision with every quotation of `text` emptied; its offsets tell where it stood.

    Evidence that names a fact and quotes nothing stays. A child's evidence that cannot be found again is dropped.
    """
    return decision.model_copy(
        update={
            "explanation": tuple(_emptied(because) for because in decision.explanation),
            "children": tuple(_silenced(child, text) for child in decision.children),
        }
    )


def with_words(decision: Decision, text: str) -> Decision:
    """The stored decision as it was said of `text`."""
    return decision.model_copy(
        update={
            "explanation": tuple(_quoting(because, text) for because in decision.explanation),
            "children": tuple(_quoting(child, text) for child in decision.children),
        }
    )


def _emptied(because: Because) -> Because:
    if because.start is None or because.end is None:
        return because
    return because.model_copy(update={"evidence": ""})


def _silenced(child: ChildDecision, text: str) -> ChildDecision:
    start, end = child.start, child.end
    if start is None or end is None:
        found = text.find(child.evidence) if child.evidence else -1
        start, end = (found, found + len(child.evidence)) if found >= 0 else (None, None)
    return child.model_copy(update={"evidence": "", "start": start, "end": end})


def _quoting(quotation: Q, text: str) -> Q:
    if quotation.start is None or quotation.end is None:
        return quotation
    return quotation.model_copy(update={"evidence": text[quotation.start : quotation.end]})
