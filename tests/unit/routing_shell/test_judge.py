"""A complaint is judged by its words and by what is remembered of its passenger."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import services.routing
from services.routing.policy import Rulebook, compile_pack
from services.routing.policy.history import Past
from services.routing.policy.judge import judge
from services.routing.rules.fingerprint import Fingerprints
from services.routing.rules.pack_file import parse_pack
from shared.contracts.complaint import Claim, Complaint
from shared.contracts.vocabulary import Category, Channel, Reason

FINGERPRINTS = Fingerprints(b"tests")
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
TEXT = "人民广场站的厕所没有水,臭得没法用"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    folder = Path(services.routing.__file__).parent / "packs"
    return compile_pack(parse_pack((folder / "metro-default.yaml").read_text(encoding="utf-8")))


def complaint(case: int, text: str = TEXT, **fields: Any) -> Complaint:
    base = {
        "case_id": UUID(int=case),
        "number": f"PS-{case}",
        "channel": Channel.WEB,
        "text": text,
        "received_at": NOW + timedelta(minutes=case),
        "passenger_ref": "p",
        "station": "人民广场",
    }
    return Complaint(**{**base, **fields})


def remembered(rulebook: Rulebook, *complaints: Complaint) -> list[Past]:
    return [judge(c, [], rulebook, FINGERPRINTS).case for c in complaints]


def test_what_is_remembered_is_what_was_decided(rulebook: Rulebook) -> None:
    asked = complaint(1, category=Category.TICKET, claim=Claim(amount_cny=3), line="2")
    judgement = judge(asked, [], rulebook, FINGERPRINTS)
    case = judgement.case
    assert (case.case_id, case.number, case.passenger_ref) == (asked.case_id, asked.number, "p")
    assert (case.kind, case.category) == (judgement.decision.kind, judgement.decision.category)
    assert (case.at, case.line, case.station, case.claimed) == (asked.received_at, "2", "人民广场", True)
    assert judgement.earlier is None


def test_a_wrong_hint_by_the_sender_does_not_hide_a_repetition(rulebook: Rulebook) -> None:
    first = complaint(1, category=Category.TICKET)
    [past] = remembered(rulebook, first)
    assert past.category is not Category.TICKET, "the hint is no hint here"
    again = judge(
        complaint(2, "我说的是人民广场站:厕所没有水,臭得没法用", category=Category.TICKET),
        [past],
        rulebook,
        FINGERPRINTS,
    )
    assert (again.decision.reason, again.earlier) == (Reason.A1, past)


def test_the_same_words_are_the_same_whatever_stands_between_them(rulebook: Rulebook) -> None:
    past = remembered(rulebook, complaint(1))
    again = judge(complaint(2, " 人民广场站的厕所,没有水——臭得没法用!! ", station=None), past, rulebook, FINGERPRINTS)
    assert again.decision.reason is Reason.A1
    other = judge(complaint(2, TEXT + "而且灯也不亮", station=None), past, rulebook, FINGERPRINTS)
    assert other.decision.reason is not Reason.A1


def test_few_words_are_the_same_too_easily(rulebook: Rulebook) -> None:
    past = remembered(rulebook, complaint(1, "我要投诉!", station=None))
    assert judge(complaint(2, "我要投诉", station=None), past, rulebook, FINGERPRINTS).decision.reason is not Reason.A1


def test_an_earlier_case_is_told_only_where_the_decision_rests_on_it(rulebook: Rulebook) -> None:
    past = remembered(rulebook, complaint(1))
    danger = judge(complaint(2, "人民广场站厕所里有人拿刀砍人", related_number="PS-1"), past, rulebook, FINGERPRINTS)
    assert danger.decision.reason not in (Reason.A1, Reason.N2)
    assert danger.earlier is None
