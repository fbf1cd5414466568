"""A decision loses the passenger's words and gets them back from the text alone."""

from hypothesis import given
from hypothesis import strategies as st

from services.routing.policy.words import with_words, without_words
from shared.contracts.decision import Because, ChildDecision, Decision
from shared.contracts.vocabulary import Category, Kind, Level, Reason, Severity

TEXT = "站务员把我推倒了,手出血了;闸机还多扣两块钱。"


def decision(*explanation: Because, children: tuple[ChildDecision, ...] = ()) -> Decision:
    return Decision(
        kind=Kind.NORMAL,
        reason=Reason.N0,
        category=Category.STAFF,
        severity=Severity.S2,
        level=Level.L3,
        explanation=explanation,
        children=children,
        policy_version="metro-default@1",
    )


def quote(words: str, text: str = TEXT) -> Because:
    start = text.index(words)
    return Because(rule="severity.injury", evidence=words, instead_of="x", start=start, end=start + len(words))


def child(evidence: str, start: int | None = None, end: int | None = None) -> ChildDecision:
    reason, category, severity = Reason.N0, Category.TICKET, Severity.S3
    return ChildDecision(reason=reason, category=category, severity=severity, evidence=evidence, start=start, end=end)


def test_quotations_go_and_facts_stay() -> None:
    said = decision(quote("出血"), Because(rule="level.default", evidence="L1"))
    kept = without_words(said, TEXT)
    assert [b.evidence for b in kept.explanation] == ["", "L1"]
    assert "出血" not in kept.model_dump_json()
    assert with_words(kept, TEXT) == said


def test_a_childs_words_are_found_again_by_its_offsets_or_by_themselves() -> None:
    start = TEXT.index("多扣两块钱")
    said = decision(children=(child("多扣两块钱", start, start + 5), child("多扣两块钱")))
    kept = without_words(said, TEXT)
    assert "多扣" not in kept.model_dump_json()
    assert [c.evidence for c in with_words(kept, TEXT).children] == ["多扣两块钱"] * 2


def test_a_childs_words_that_are_not_in_the_text_are_dropped() -> None:
    kept = without_words(decision(children=(child("说过的别的话"),)), TEXT)
    assert "别的话" not in kept.model_dump_json()
    assert with_words(kept, TEXT).children[0].evidence == ""


@given(st.text(min_size=1, max_size=60), st.data())
def test_whatever_is_quoted_comes_back(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quoted = Because(rule="r", evidence=text[start:end], start=start, end=end)
    said = decision(quoted, children=(child(text[start:end], start, end),))
    stored = Decision.model_validate_json(without_words(said, text).model_dump_json(exclude_defaults=True))
    assert with_words(stored, text) == said
