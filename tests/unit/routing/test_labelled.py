"""The default pack against labelled texts: those given from outside, and our own."""

from pathlib import Path

import pytest

from services.routing.policy import Facts, Rulebook, decide
from shared.contracts.vocabulary import Channel
from tests.scoring.routing import Scored, score
from tests.scoring.texts import rows

ROOT = Path(__file__).parents[3]
GIVEN = ROOT / ".." / "shared" / "gold" / "dev.jsonl"
OWN = ROOT / "tests" / "data" / "routing"
SETS = ["develop", "harder", "wider", "fourth"]
HARMLESS = [row["text"] for row in rows(OWN / "harmless.jsonl")]


def right(scored: list[Scored], label: str) -> float:
    """The share of texts with the expected `label`."""
    return sum(label not in one.wrong for one in scored) / len(scored)


def no_danger_is_missed_or_invented(scored: list[Scored]) -> bool:
    """S1 exactly where a person said S1."""
    return all((one.decision.severity == "S1") == (one.row["expected"]["severity"] == "S1") for one in scored)


def test_the_given_texts(rulebook: Rulebook) -> None:
    """At least 30 of the 33 kinds, every S1; well above the least for the other labels."""
    if not GIVEN.exists():
        pytest.skip("the given texts (../shared/gold/dev.jsonl) are not on this machine")
    scored = score(GIVEN, rulebook)
    assert no_danger_is_missed_or_invented(scored)
    assert right(scored, "kind") >= 30 / 33
    for label, least in {"reason": 0.9, "category": 0.9, "severity": 0.9, "level": 0.9}.items():
        assert right(scored, label) >= least, label


@pytest.mark.parametrize("name", SETS)
def test_our_own_texts(rulebook: Rulebook, name: str) -> None:
    """The development sets: a regression shows as a text that was right before."""
    scored = score(OWN / f"{name}.jsonl", rulebook)
    assert len(scored) >= 30
    assert no_danger_is_missed_or_invented(scored)
    for label, least in {"kind": 0.97, "reason": 0.95, "category": 0.9, "severity": 0.95, "level": 0.93}.items():
        assert right(scored, label) >= least, label


@pytest.mark.parametrize("name", SETS)
def test_no_normal_complaint_is_called_abnormal(rulebook: Rulebook, name: str) -> None:
    """Abnormal is a protocol with a cost for the passenger: never by mistake on our own texts."""
    blamed = [
        one.row["id"]
        for one in score(OWN / f"{name}.jsonl", rulebook)
        if one.row["expected"]["kind"] == "normal" and one.decision.kind == "abnormal"
    ]
    assert blamed == []


@pytest.mark.parametrize("text", HARMLESS)
def test_words_of_danger_that_mean_none(rulebook: Rulebook, text: str) -> None:
    """Slang, near misses, smokers, what is over: neither S1 nor a protocol."""
    decision = decide(Facts(channel=Channel.WEB, text=text), rulebook)
    assert decision.severity != "S1"
    assert decision.kind != "abnormal"


def test_every_decision_says_why(rulebook: Rulebook) -> None:
    """Each explanation has an entry for reason, category, severity and level, and its quotations are the text's own."""
    for one in score(OWN / "develop.jsonl", rulebook):
        rules = [because.rule.split(".")[0] for because in one.decision.explanation]
        assert rules[-3:] == ["category", "severity", "level"], one.row["id"]
        for because in one.decision.explanation:
            if because.start is not None:
                assert one.row["text"][because.start : because.end] == because.evidence
