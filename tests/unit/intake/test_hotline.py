"""The complaints that the hotline's events make."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.policy.hotline import CallCompleted, OrderCreated, of_call, of_order

CALL: dict[str, Any] = {
    "call_id": "c-1",
    "agent": "a-7",
    "caller": {"phone": "13800000000", "name": "李四", "language": "en"},
    "started_at": "2026-11-25T03:50:00Z",
    "ended_at": "2026-11-25T03:58:00Z",
    "line": "2",
    "note": "乘客说闸机多扣了两块钱",
    "recording_ref": "rec/1",
}
ORDER: dict[str, Any] = {
    "order_id": "o-1",
    "source": "12345",
    "issued_at": "2026-11-25T03:00:00Z",
    "due_at": "2026-11-30T09:30:00Z",
    "title": "地铁口乱停车",
    "text": "堵住盲道",
}


def call(**fields: Any) -> CallCompleted:
    return CallCompleted.model_validate_json(json.dumps({"type": "call.completed", "data": {**CALL, **fields}}))


def order(**fields: Any) -> OrderCreated:
    return OrderCreated.model_validate_json(json.dumps({"type": "order.created", "data": {**ORDER, **fields}}))


def test_a_call_becomes_a_complaint_that_was_taken_when_it_ended() -> None:
    made = of_call(call().data)
    request = made.posted.request
    assert (request.channel, request.text, request.line) == ("hotline", "乘客说闸机多扣了两块钱", "2")
    assert request.taken_at is not None
    assert request.taken_at.isoformat() == "2026-11-25T03:58:00+00:00"
    assert request.passenger is not None
    assert (request.passenger.phone, request.passenger.name, request.passenger.language) == (
        "13800000000",
        "李四",
        "en",
    )
    assert made.source["call_id"] == "c-1"
    assert made.city_order is None


def test_an_order_becomes_a_city_hotline_complaint_with_its_own_deadline() -> None:
    made = of_order(order().data)
    assert (made.posted.request.channel, made.posted.request.text) == ("city_hotline", "地铁口乱停车\n堵住盲道")
    assert made.city_order is not None
    assert made.city_order.source == "12345"
    assert made.city_order.due_at is not None
    assert made.posted.request.taken_at is None


def test_title_and_text_together_are_no_longer_than_a_text_may_be() -> None:
    with pytest.raises(ValueError, match=r"^too_long$"):
        of_order(order(text="字" * 20_000).data)


@pytest.mark.parametrize(
    "fields", [{"note": " "}, {"started_at": "gestern"}, {"mood": "bad"}, {"caller": {"phone": "x"}}]
)
def test_a_bad_call_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        call(**fields)


def test_a_call_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError) as refused:
        call(started_at="2026-11-25T03:58:00.001Z")
    assert [(e["loc"], str(e["ctx"]["error"])) for e in refused.value.errors()] == [
        (("data", "ended_at"), "before_start")
    ]
    assert call(started_at="2026-11-25T03:58:00Z").data.call_id == "c-1"


@pytest.mark.parametrize("fields", [{"source": "12306"}, {"issued_at": None}, {"title": ""}])
def test_a_bad_order_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        order(**fields)
