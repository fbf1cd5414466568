"""What may be posted: strict, with a code for each thing that is wrong, and words kept as they are."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.policy.requests import KEY, LONGEST_TEXT, Batch, read_complaint
from shared.web.validation import problem_of
from tests.unit.intake.builders import posted


def refusal(raw: bytes) -> tuple[int, list[tuple[str, str]]]:
    """The status that a body is refused with, and (pointer, code) of each finding."""
    with pytest.raises(ValidationError) as caught:
        read_complaint(raw)
    problem = problem_of(caught.value.errors(include_input=False))
    return problem.status, [(e.pointer, e.code) for e in problem.errors]


def body(**fields: Any) -> bytes:
    return json.dumps({"channel": "web", "text": "车厢空调太冷", **fields}).encode()


WRONG = {
    "an unknown field": (body(colour="red"), "/colour", "unknown_field"),
    "an unknown field inside": (body(passenger={"nme": "李四"}), "/passenger/nme", "unknown_field"),
    "no text": (b'{"channel":"web"}', "/text", "missing"),
    "an empty text": (body(text=""), "/text", "too_short"),
    "a blank text": (body(text=" \n\t\u3000"), "/text", "blank"),
    "a text of nothing to see": (body(text="\u200b \ufeff"), "/text", "blank"),
    "a text that is too long": (body(text="字" * (LONGEST_TEXT + 1)), "/text", "too_long"),
    "a NUL": (body(text="a\x00b"), "/text", "nul"),
    "a number for text": (body(text=7), "/text", "wrong_type"),
    "a channel that is none": (body(channel="pigeon"), "/channel", "not_allowed"),
    "an instant without zone": (body(occurred_at="2026-11-20T10:00:00"), "/occurred_at", "no_zone"),
    "a day for an instant": (body(occurred_at="2026-11-20"), "/occurred_at", "bad_time"),
    "seconds for an instant": (body(occurred_at=1700000000), "/occurred_at", "bad_time"),
    "seconds as text": (body(occurred_at="1700000000"), "/occurred_at", "bad_time"),
    "an instant past the calendar": (body(taken_at="9999-12-31T23:59:59-01:00"), "/taken_at", "bad_time"),
    "a negative sum": (body(claim={"amount_cny": -5}), "/claim/amount_cny", "too_small"),
    "an absurd sum": (body(claim={"amount_cny": 1e30}), "/claim/amount_cny", "too_large"),
    "a sum in tenths of a fen": (body(claim={"amount_cny": 0.001}), "/claim/amount_cny", "too_many_decimals"),
    "a sum as text": (body(claim={"amount_cny": "5"}), "/claim/amount_cny", "wrong_type"),
    "a truth for a sum": (body(claim={"amount_cny": True}), "/claim/amount_cny", "wrong_type"),
    "no number": (b'{"channel":"web","text":"x","claim":{"amount_cny":NaN}}', "/claim/amount_cny", "not_finite"),
    "text for a flag": (body(flags={"danger": "yes"}), "/flags/danger", "wrong_type"),
    "a phone without digits": (body(passenger={"phone": "不详不详"}), "/passenger/phone", "bad_phone"),
    "a language that is not ours": (body(passenger={"language": "fr"}), "/passenger/language", "not_allowed"),
    "a list": (b"[]", "", "wrong_type"),
}


@pytest.mark.parametrize(("raw", "pointer", "code"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_its_place(raw: bytes, pointer: str, code: str) -> None:
    assert refusal(raw) == (422, [(pointer, code)])


@pytest.mark.parametrize(
    "raw",
    [
        b'{"channel":',
        b'{"channel":"web","text":"\\ud800"}',
        b'{"channel":"web","text":"\xff\xfe"}',
        b'{"channel":"web","text":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b"",
    ],
    ids=["cut off", "lone surrogate", "bad UTF-8", "deep", "nothing"],
)
def test_what_is_no_json_is_malformed(raw: bytes) -> None:
    assert refusal(raw) == (400, [])


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200))
def test_words_come_out_as_they_went_in(text: str) -> None:
    # A visible character keeps hypothesis' blank texts in.
    assert posted(text=text + "字").request.text == text + "字"


def test_of_a_name_given_twice_the_last_counts() -> None:
    assert read_complaint(b'{"channel":"web","text":"a","text":"b"}').request.text == "b"


def test_the_digest_tells_bodies_apart_and_not_spellings_of_one() -> None:
    one = posted(claim={"amount_cny": 2}, occurred_at="2026-11-25T11:50:00+08:00")
    same = read_complaint(
        b'{ "claim":{"amount_cny":2.00,"proven_loss_cny":null}, "occurred_at":"2026-11-25T03:50:00.000Z",'
        b'"text":"\\u8f66\\u53a2\\u7a7a\\u8c03\\u592a\\u51b7", "flags":{}, "channel":"web"}'
    )
    assert one.digest() == same.digest()
    assert posted(text="车厢空调太冷 ").digest() != posted().digest()


def test_danger_lets_nothing_about_place_or_time_refuse() -> None:
    reported = posted(flags={"danger": True}, station=7, occurred_at="昨天", line="2")
    assert reported.unverified == {"station": "7", "occurred_at": "昨天"}
    assert (reported.request.line, reported.request.station, reported.request.occurred_at) == ("2", None, None)
    assert posted(flags={"danger": True}, station=7).digest() != posted(flags={"danger": True}).digest()


def test_danger_excuses_nothing_else() -> None:
    assert refusal(body(flags={"danger": True}, station=7, text="")) == (
        422,
        [("/text", "too_short"), ("/station", "wrong_type")],
    )
    assert refusal(body(station=7)) == (422, [("/station", "wrong_type")])


@pytest.mark.parametrize(("key", "good"), [("k", True), ("!~" * 127, True), ("", False), ("k" * 256, False)])
def test_a_key_has_1_to_255_characters(key: str, good: bool) -> None:
    assert bool(KEY.fullmatch(key)) is good


@pytest.mark.parametrize("key", ["with space", "键", "tab\t", "line\n"])
def test_a_key_is_visible_ascii(key: str) -> None:
    assert not KEY.fullmatch(key)


@pytest.mark.parametrize(("count", "code"), [(0, "too_short"), (501, "too_long")])
def test_a_batch_holds_1_to_500(count: int, code: str) -> None:
    item = {"idempotency_key": "k", "complaint": {"channel": "web", "text": "x"}}
    with pytest.raises(ValidationError) as caught:
        Batch.model_validate_json(json.dumps({"items": [item] * count}))
    assert [e.code for e in problem_of(caught.value.errors()).errors] == [code]
