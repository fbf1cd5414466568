"""Place and time against the network and the clock, and the event that the others learn."""

from datetime import timedelta
from typing import Any

import pytest

from services.intake.policy.admission import Draft, Refused, Settled, announce, settle
from services.intake.policy.numbers import passenger_ref
from services.intake.policy.requests import Posted
from shared.clock import rfc3339
from shared.contracts.complaint import Complaint
from tests.unit.intake.builders import CASE, NOW, NUMBER, PLACES, posted


def findings(**fields: Any) -> dict[str, str]:
    with pytest.raises(Refused) as caught:
        settle(posted(**fields), PLACES, NOW)
    return dict(caught.value.findings)


def settled(home: str | None = None, **fields: Any) -> Settled:
    return settle(posted(**fields), PLACES, NOW, home)


def test_names_become_the_networks_own() -> None:
    found = settled(line="二号线", station="People's Square")
    assert (found.line, found.station) == ("2", "人民广场")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"station": "火星站"}, {"station": "unknown_station"}),
        ({"line": "九十九号线"}, {"line": "unknown_line"}),
        ({"line": "3", "station": "人民广场"}, {"station": "not_on_line"}),
        ({"line": "x", "station": "y"}, {"line": "unknown_line", "station": "unknown_station"}),
        ({"occurred_at": rfc3339(NOW + timedelta(minutes=3))}, {"occurred_at": "future"}),
        ({"taken_at": rfc3339(NOW + timedelta(minutes=3))}, {"taken_at": "future"}),
        ({"taken_at": rfc3339(NOW - timedelta(days=30, seconds=1))}, {"taken_at": "too_old"}),
    ],
)
def test_what_does_not_fit_is_refused(fields: dict[str, Any], expected: dict[str, str]) -> None:
    assert findings(**fields) == expected


def test_the_edges_of_time_are_let_in() -> None:
    edge = settled(taken_at=rfc3339(NOW - timedelta(days=30)), occurred_at=rfc3339(NOW + timedelta(minutes=2)))
    assert edge.taken_at == NOW - timedelta(days=30)
    assert edge.occurred_at == NOW + timedelta(minutes=2)
    assert settled(occurred_at="2001-01-01T00:00:00Z").occurred_at is not None


def test_in_danger_everything_is_let_in_and_marked() -> None:
    future = rfc3339(NOW + timedelta(days=3))
    found = settled(flags={"danger": True}, line="x", station="y", taken_at=future, occurred_at=future)
    assert found == Settled(
        None, None, None, None, {"line": "x", "station": "y", "taken_at": future, "occurred_at": future}
    )


def test_in_danger_a_station_is_believed_before_a_line() -> None:
    found = settled(flags={"danger": True}, line="3", station="人民广场")
    assert (found.line, found.station, found.unverified) == (None, "人民广场", {"line": "3"})


def test_a_terminal_means_its_own_station_where_no_place_is_given() -> None:
    assert settled("文化宫").station == "文化宫"
    assert settled("文化宫", station="人民广场").station == "人民广场"
    assert settled("文化宫", line="8").station is None
    assert settled("文化宫", station="y", flags={"danger": True}).station is None
    assert settled("文化宫", station=7, flags={"danger": True}).station is None


def announced(given: Posted) -> Complaint:
    passenger = given.request.passenger
    draft = Draft(
        case_id=CASE,
        sender="s",
        key="k",
        digest=b"",
        posted=given,
        settled=settle(given, PLACES, NOW),
        passenger_ref=passenger_ref(b"k" * 32, passenger.phone if passenger else None),
        trace=None,
    )
    return announce(draft, NUMBER, NOW).complaint


def test_what_is_announced_has_neither_name_nor_numbers() -> None:
    text = "我是李四,电话13812345678,邮箱li.si@example.com,身份证110101199003077758,李四等你们回话。"
    told = announced(posted(text=text, passenger={"name": "李四", "phone": "13812345678", "language": "en"}))
    said = told.model_dump_json()
    for secret in ("李四", "13812345678", "li.si", "110101199003077758"):
        assert secret not in said
    assert told.text == "我是[姓名],电话[电话],邮箱[邮箱],身份证[证件号],[姓名]等你们回话。"
    assert told.passenger_ref is not None
    assert told.language == "en"


def test_what_nobody_could_verify_is_announced_redacted_too() -> None:
    told = announced(posted(flags={"danger": True}, station="李四家旁边 13812345678", passenger={"name": "李四"}))
    assert told.place_unverified == "[姓名]家旁边 [电话]"
    assert told.station is None


def test_without_a_phone_there_is_no_pseudonym() -> None:
    assert announced(posted(passenger={"name": "李四"})).passenger_ref is None


@pytest.mark.parametrize(
    ("given", "told"), [("PS-20261125-12345678-1", "PS-20261125-12345678-1"), ("6222021234567890123", "[卡号]")]
)
def test_a_number_of_ours_is_told_as_it_is(given: str, told: str) -> None:
    assert announced(posted(related_number=given)).related_number == told
