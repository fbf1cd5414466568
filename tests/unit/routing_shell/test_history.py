"""What earlier cases of the same passenger say about a complaint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.routing.policy.history import NOTHING, Past, recall
from shared.contracts.complaint import Complaint
from shared.contracts.pack import Thresholds
from shared.contracts.vocabulary import Category, Channel, Kind, State

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LIMITS = Thresholds.model_validate(
    {
        "persistent_contacts": 3,
        "persistent_days": 90,
        "excessive_floor_cny": 500,
        "excessive_multiple": 3,
        "professional_claims": 3,
        "professional_days": 180,
        "staff_loss_cny": 50,
        "delay_minutes": 15,
        "source": "a test",
    }
)
BEFORE = Past(
    case_id=UUID(int=1),
    number="PS-1",
    passenger_ref="p",
    at=NOW - timedelta(hours=2),
    kind=Kind.NORMAL,
    category=Category.TICKET,
    line="2",
    station="人民广场",
    claimed=True,
    fingerprint=7,
)


def complaint(**fields: Any) -> Complaint:
    base = {
        "case_id": UUID(int=9),
        "number": "PS-9",
        "channel": Channel.WEB,
        "text": "闸机多扣钱",
        "received_at": NOW,
        "passenger_ref": "p",
        "line": "2",
        "station": "人民广场",
    }
    return Complaint(**{**base, **fields})


def earlier(past: Past, category: Category = Category.TICKET, fingerprint: int | None = 8, **fields: Any) -> bool:
    return recall(complaint(**fields), category, fingerprint, [past], LIMITS).earlier is past


def test_without_earlier_cases_there_is_nothing_to_say() -> None:
    assert recall(complaint(), Category.TICKET, 8, [], LIMITS) is NOTHING


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({}, True),
        ({"at": NOW - timedelta(hours=24)}, True),
        ({"at": NOW - timedelta(hours=24, seconds=1)}, False),
        ({"at": NOW + timedelta(hours=3)}, True),
        ({"category": Category.FACILITY}, False),
        ({"category": Category.FACILITY, "fingerprint": 8}, True),
        ({"fingerprint": 8, "station": "徐家汇"}, True),
        ({"fingerprint": 8, "at": NOW - timedelta(days=2)}, False),
        ({"station": "徐家汇"}, False),
        ({"station": None}, True),
        ({"station": None, "line": None}, False),
        ({"passenger_ref": "q"}, False),
        ({"passenger_ref": None}, False),
        ({"state": State.WAITING}, True),
        ({"state": State.RESOLVED}, False),
        ({"state": State.CLOSED}, False),
    ],
)
def test_the_same_event_is_the_same_words_or_category_and_place_within_a_day_while_open(
    changed: dict[str, Any], is_same: bool
) -> None:
    assert earlier(replace(BEFORE, **changed)) is is_same


def test_without_a_passenger_history_says_nothing() -> None:
    nobody = replace(BEFORE, passenger_ref=None, fingerprint=8)
    assert recall(complaint(passenger_ref=None), Category.TICKET, 8, [nobody], LIMITS) == NOTHING


def test_no_known_place_is_no_same_place() -> None:
    assert not earlier(replace(BEFORE, station=None, line=None), station=None, line=None)
    assert not earlier(BEFORE, station=None, line=None)


def test_a_case_that_is_named_is_the_earlier_one_whoever_made_it_and_whenever() -> None:
    long_ago = replace(BEFORE, passenger_ref=None, at=NOW - timedelta(days=300), category=Category.ENV)
    assert earlier(long_ago, related_number="PS-1")
    assert not earlier(replace(long_ago, state=State.CLOSED), related_number="PS-1")
    assert not earlier(long_ago, related_number="PS-2")


def test_of_several_the_first_is_the_one_that_is_repeated() -> None:
    second = replace(BEFORE, case_id=UUID(int=2), at=NOW - timedelta(hours=1))
    assert recall(complaint(), Category.TICKET, 8, [second, BEFORE], LIMITS).earlier is BEFORE


def test_contacts_and_claims_are_counted_within_their_days() -> None:
    past = [
        replace(BEFORE, case_id=UUID(int=n), at=NOW - timedelta(days=days), category=category, kind=kind, claimed=asked)
        for n, (days, category, kind, asked) in enumerate(
            [
                (89, Category.TICKET, Kind.NORMAL, True),
                (90, Category.TICKET, Kind.NORMAL, True),
                (91, Category.TICKET, Kind.ABNORMAL, False),
                (1, Category.ENV, Kind.NORMAL, True),
                (1, Category.PRAISE, Kind.NON_COMPLAINT, False),
                (179, Category.TICKET, Kind.NORMAL, True),
                (180, Category.TICKET, Kind.NORMAL, True),
            ]
        )
    ]
    memory = recall(complaint(), Category.TICKET, 8, past, LIMITS)
    assert (memory.prior_contacts, memory.similar_claims) == (2, 3)


def test_days_are_counted_from_when_the_passenger_turned_to_us() -> None:
    taken = complaint(taken_at=NOW - timedelta(days=10))
    past = [replace(BEFORE, at=NOW - timedelta(days=95))]
    assert recall(complaint(), Category.TICKET, 8, past, LIMITS).prior_contacts == 0
    assert recall(taken, Category.TICKET, 8, past, LIMITS).prior_contacts == 1


@pytest.mark.parametrize(
    ("changed", "is_late"),
    [
        ({}, True),
        ({"promised_at": NOW}, False),
        ({"promised_at": None}, False),
        ({"answered": True}, False),
        ({"state": State.RESOLVED}, False),
        ({"category": Category.ENV}, False),
    ],
)
def test_our_reply_is_overdue_when_the_promise_has_passed_unanswered(changed: dict[str, Any], is_late: bool) -> None:
    past = replace(BEFORE, **{"promised_at": NOW - timedelta(minutes=1), **changed})
    assert recall(complaint(), Category.TICKET, 8, [past], LIMITS).our_reply_overdue is is_late


def test_a_complaint_about_our_handling_is_about_any_case_and_a_named_case_is_the_only_matter() -> None:
    past = replace(BEFORE, promised_at=NOW - timedelta(days=1), category=Category.ENV, final_reply=True)
    about_handling = recall(complaint(), Category.HANDLING, 8, [past], LIMITS)
    assert (about_handling.our_reply_overdue, about_handling.final_reply_sent) == (True, True)
    other = replace(BEFORE, case_id=UUID(int=2), number="PS-2")
    named = recall(complaint(related_number="PS-2"), Category.ENV, 8, [past, other], LIMITS)
    assert (named.our_reply_overdue, named.final_reply_sent) == (False, False)
