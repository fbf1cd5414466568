"""Tone never decides: what is said around a complaint changes neither its kind nor lowers its severity."""

from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.routing.policy import Facts, decide
from services.routing.policy.decide import prepared
from shared.contracts.decision import Because, Decision
from shared.contracts.vocabulary import Channel, Kind, Level
from tests.scoring.routing import default_rulebook, facts_of
from tests.scoring.texts import all_rows, development

RULEBOOK = default_rulebook()
OWN = all_rows(development())[::7]
LEGITIMATE = [row for row in OWN if row["expected"]["kind"] == "normal"]
DANGEROUS = [row for row in OWN if row["expected"]["severity"] == "S1"]
TEXTS = [row["text"] for row in OWN]

INSULTS = [
    "你们这帮废物！",
    "一群垃圾公司的饭桶。",
    "真他妈气人，",
    "脑残。",
    "You useless idiots!",
    "Bloody clowns.",
    "滚蛋吧你们！",
]
POLITENESS = [
    "您好，",
    "麻烦您了，谢谢！",
    "辛苦了。",
    "Dear team, ",
    "Thank you very much.",
    "谢谢你们。",
    "祝工作顺利。",
    "Kind regards.",
]
NAMES = [
    "我叫王小明。",
    "阿依古丽·买买提，",
    "署名：欧阳锋",
    "My name is Priya Natarajan.",
    "—— 李雷",
    "Mohammed Al-Farsi: ",
]
PUNCTUATION = ["!", "！！！", "……", "???", "。", " ", "\n", "~~"]
AROUND = st.lists(st.sampled_from([*INSULTS, *POLITENESS, *NAMES, *PUNCTUATION]), max_size=4).map("".join)


def decided(row: dict[str, Any], text: str) -> Decision:
    """The decision on `text` with the facts of `row`."""
    return decide(facts_of({**row, "text": text}), RULEBOOK)


@settings(max_examples=400, deadline=None)
@given(row=st.sampled_from(LEGITIMATE), before=AROUND, after=AROUND)
def test_words_around_a_complaint(row: dict[str, Any], before: str, after: str) -> None:
    """Insults, politeness, names and punctuation around a legitimate complaint.

    What the words spell only together is no longer that complaint: 别哪天炸了 and then 你们这帮废物 is a threat.
    """
    text = row["text"]
    plain, dressed = decided(row, text), decided(row, before + text + after)
    joints = (len(before), len(before + text))
    assume(not any(runs_over(because, joints) for because in dressed.explanation))
    assert dressed.kind is not Kind.ABNORMAL or plain.kind is Kind.ABNORMAL
    assert dressed.severity.gravity >= plain.severity.gravity


@settings(max_examples=400, deadline=None)
@given(row=st.sampled_from(LEGITIMATE), before=AROUND, after=AROUND)
def test_what_is_said_is_the_same_whatever_is_around_it(row: dict[str, Any], before: str, after: str) -> None:
    """Letter for letter, so that the same is decided by construction."""
    plain, _ = prepared(facts_of(row), RULEBOOK)
    dressed, _ = prepared(facts_of({**row, "text": before + row["text"] + after}), RULEBOOK)
    assert dressed.said.text == plain.said.text


@settings(max_examples=200, deadline=None)
@given(row=st.sampled_from(LEGITIMATE), spelling=st.sampled_from([str.upper, str.lower, str.title, str.swapcase]))
def test_letter_case(row: dict[str, Any], spelling: Any) -> None:
    """Capitals say nothing."""
    assert verdict(decided(row, spelling(row["text"]))) == verdict(decided(row, row["text"]))


@settings(max_examples=200, deadline=None)
@given(row=st.sampled_from(DANGEROUS), after=AROUND, before=AROUND)
def test_danger_stays_danger(row: dict[str, Any], before: str, after: str) -> None:
    """Nothing that is said around an emergency takes it away."""
    if decided(row, row["text"]).severity == "S1":
        assert decided(row, before + row["text"] + after).severity == "S1"


@settings(max_examples=300, deadline=None)
@given(text=st.text(min_size=1, max_size=400) | st.lists(st.sampled_from(TEXTS), min_size=1, max_size=6).map("".join))
def test_any_text_gives_the_same_valid_decision_twice(text: str) -> None:
    """decide is total and deterministic; its evidence lies in the text."""
    facts = Facts(channel=Channel.WEB, text=text)
    decision = decide(facts, RULEBOOK)
    assert decision == decide(facts, RULEBOOK)
    assert decision.kind is decision.reason.kind
    assert decision.explanation
    assert decision.level is not Level.L6
    for because in decision.explanation:
        if because.start is not None:
            assert text[because.start : because.end] == because.evidence


def runs_over(because: Because, joints: tuple[int, int]) -> bool:
    """Whether the words that a rule rests on stand on both sides of a joint."""
    start, end = because.start, because.end
    return start is not None and end is not None and any(start < joint < end for joint in joints)


def verdict(decision: Decision) -> tuple[str, ...]:
    """All labels of a decision."""
    return (decision.kind, decision.reason, decision.category, decision.severity, decision.level)
