"""What the trial page shows of a decision: the rules as rows, the text in pieces with the rules that rest on them."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from services.routing.api.trial_texts import PAIRS
from shared.contracts.decision import Because, Decision
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Kind, Language

SHAPES = {Kind.NORMAL: "●", Kind.ABNORMAL: "▲", Kind.NON_COMPLAINT: "○"}


class Say(Protocol):
    """A text in the reader's language."""

    def __call__(self, key: str, **values: object) -> str:
        """By key."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """A rule that fired, numbered; `number` is None where it rests on no words."""

    number: int | None
    code: str
    says: str
    evidence: str
    before: str | None
    decides: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text; `rules` rest on it, those of `ends` end with it; `decides`: the deciding rule is one."""

    text: str
    rules: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    decides: bool = False


def shown(decision: Decision, text: str, pack: Pack, language: Language, say: Say) -> dict[str, Any]:
    """The decision for the template. `text` is the one that offsets refer to."""
    rows, spans = _rows(decision.explanation, say)
    title = pack.reason(decision.reason).title
    grave = pack.severities[decision.severity].title
    return {
        "decision": decision,
        "shape": SHAPES[decision.kind],
        "reason_title": title.model_dump()[language.value],
        "severity_title": grave.model_dump()[language.value],
        "secondary": [(r.value, pack.reason(r).title.model_dump()[language.value]) for r in decision.secondary],
        "children": [(c, pack.reason(c.reason).title.model_dump()[language.value]) for c in decision.children],
        "recourse": decision.recourse.model_dump()[language.value] if decision.recourse else None,
        "place": _place(decision, say),
        "rows": rows,
        "pieces": pieces(text, spans, {row.number for row in rows if row.decides and row.number}),
    }


def _rows(explanation: Sequence[Because], say: Say) -> tuple[list[Row], dict[int, tuple[int, int]]]:
    rows: list[Row] = []
    spans: dict[int, tuple[int, int]] = {}
    lead = explanation[0].rule if explanation else ""
    for because in explanation:
        number = None
        if because.start is not None and because.end is not None:
            number = len(spans) + 1
            spans[number] = (because.start, because.end)
        before = says(because.instead_of, say) if because.instead_of else None
        words = says(because.rule, say)
        rows.append(Row(number, because.rule, words, because.evidence, before, because.rule == lead))
    return rows, spans


def says(rule: str, say: Say) -> str:
    """A rule in plain words; its own name where there are none."""
    family, _, what = rule.partition(".")
    for key in (f"what.{rule}", f"category.{what}", f"level.{what}"):
        if key in PAIRS:
            what = say(key)
            break
    else:
        what = what.replace("_", " ")
    return say(f"rule.{family}" if f"rule.{family}" in PAIRS else "rule.other", what=what or rule)


def _place(decision: Decision, say: Say) -> str:
    line = say("trial.line_name", line=decision.line) if decision.line else ""
    return " ".join(part for part in (line, decision.station or "") if part) or say("trial.unknown_place")


def pieces(text: str, spans: Mapping[int, tuple[int, int]], deciding: AbstractSet[int] = frozenset()) -> list[Piece]:
    """The text cut wherever a rule's words begin or end; put together again it is the text."""
    cuts = sorted({0, len(text), *(edge for span in spans.values() for edge in span)})
    found = []
    for start, end in pairwise(cuts):
        rules = tuple(n for n, (a, b) in spans.items() if a <= start and end <= b)
        ends = tuple(n for n in rules if spans[n][1] == end)
        found.append(Piece(text[start:end], rules, ends, not deciding.isdisjoint(rules)))
    return found
