"""The bodies of actions: named as the table names them, and strict."""

import pytest
from pydantic import ValidationError

from services.followup.policy import REQUESTS, parse

GOOD: list[tuple[str, dict[str, object]]] = [
    ("accept", {}),
    ("contact", {"medium": "phone"}),
    ("contact", {"medium": "letter", "reached": False, "note": "无人"}),
    ("note", {"text": "字" * 20_000}),
    ("transfer", {"to": {"unit": "机电"}, "reason": "归口"}),
    ("pause", {"reason": "in_court"}),
    ("reclassify", {"note": "改", "severity": "S2", "about_staff": True}),
    ("reclassify", {"note": "改", "about_staff": "zhang"}),
    ("reply", {"text": "好", "final": True}),
    ("resolve", {"outcome": "goodwill"}),
    (
        "call-back",
        {
            "result": "solved",
            "satisfaction": 5,
            "servqual": dict.fromkeys(("reliability", "responsiveness", "assurance", "empathy", "tangibles"), 5),
        },
    ),
]
BAD: list[tuple[str, dict[str, object], str]] = [
    ("accept", {"extra": 1}, "extra_forbidden"),
    ("accept", {"action": "accept"}, "extra_forbidden"),
    ("note", {}, "missing"),
    ("note", {"text": ""}, "string_too_short"),
    ("note", {"text": " \n\t　"}, "blank"),
    ("note", {"text": "a\x00b"}, "nul"),
    ("note", {"text": "字" * 20_001}, "string_too_long"),
    ("note", {"text": "\ud800"}, "string_unicode"),
    ("note", {"text": 5}, "string_type"),
    ("contact", {"medium": "pigeon"}, "enum"),
    ("contact", {"medium": "phone", "reached": "yes"}, "bool_type"),
    ("transfer", {"to": {}, "reason": "x"}, "exactly_one"),
    ("transfer", {"to": {"user": "a", "level": "L2"}, "reason": "x"}, "exactly_one"),
    ("transfer", {"to": {"level": "L6"}, "reason": "x"}, "outside"),
    ("transfer", {"to": {"level": "L2", "why": 1}, "reason": "x"}, "extra_forbidden"),
    ("transfer", {"to": {"level": "L2"}}, "missing"),
    ("reclassify", {"severity": "S2"}, "missing"),
    ("call-back", {"result": "solved", "satisfaction": 6}, "less_than_equal"),
    ("call-back", {"result": "solved", "satisfaction": "5"}, "int_type"),
    ("call-back", {"result": "solved", "servqual": {"reliability": 5}}, "missing"),
    ("resolve", {"outcome": "perfect"}, "enum"),
    ("propose-resolution", {"type": "refund", "amount_cny": "20", "note": "x"}, "float_type"),
    ("propose-resolution", {"type": "refund", "amount_cny": True, "note": "x"}, "float_type"),
    ("propose-resolution", {"type": "refund", "amount_cny": -1, "note": "x"}, "greater_than_equal"),
    ("propose-resolution", {"type": "refund", "amount_cny": 1.005, "note": "x"}, "decimal_max_places"),
    ("propose-resolution", {"type": "money", "note": "x"}, "enum"),
    ("propose-resolution", {"type": "apology"}, "missing"),
    ("extend", {"until": 1700000000, "reason": "x"}, "bad_time"),
    ("extend", {"until": "2026-12-01T09:30:00", "reason": "x"}, "timezone_aware"),
    ("refuse", {}, "missing"),
    ("overturn-abnormal", {"note": "x", "reason": "A13"}, "enum"),
    ("limit-contact", {"medium": "letter", "contact": "x", "reason": "x"}, "missing"),
]


@pytest.mark.parametrize(("action", "body"), GOOD)
def test_a_right_body_is_taken(action: str, body: dict[str, object]) -> None:
    assert parse(action, body).action == action


@pytest.mark.parametrize(("action", "body", "code"), BAD)
def test_a_wrong_body_says_what_is_wrong(action: str, body: dict[str, object], code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        parse(action, body)
    assert code in {error["type"] for error in raised.value.errors()}


def test_actions_are_named_as_in_the_table() -> None:
    assert list(REQUESTS) == [
        "accept",
        "contact",
        "arrive",
        "note",
        "transfer",
        "escalate",
        "pause",
        "resume",
        "extend",
        "reclassify",
        "propose-resolution",
        "approve",
        "refuse",
        "confirm-abnormal",
        "overturn-abnormal",
        "limit-contact",
        "lift-limit",
        "reply",
        "resolve",
        "call-back",
        "reopen",
        "merge",
        "unmerge",
        "split",
        "close",
    ]
    with pytest.raises(KeyError):
        parse("vanish", {})
