"""Bodies: strict JSON at both kinds of doors, and what is wrong told by code and pointer, never by what was sent."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.unit.shared.frame import client

DOORS = ["/strict", "/hot"]


@pytest.fixture(scope="module", name="http")
def _http() -> TestClient:
    return client()


def post(http: TestClient, door: str, content: bytes, media: str = "application/json") -> Any:
    return http.post(door, content=content, headers={"Content-Type": media, "Accept-Language": "en"})


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"{'text': 1}",
        b'{"text": "a"} x',
        b'{"text": "\xff"}',
        b'{"text": "\xed\xa0\x80"}',
        b'{"text": "\\ud800"}',
        b'{"query": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
        b'{"query": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
        b"\xef\xbb\xbf{}",
        '{"text": "a"}'.encode("utf-16"),
    ],
    ids=range(10),
)
def test_what_is_no_json_is_malformed(http: TestClient, door: str, content: bytes) -> None:
    answer = post(http, door, content)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/malformed-json")
    assert answer.json()["data_safe"] is False


def test_no_body_at_all_is_refused(http: TestClient) -> None:
    assert [post(http, door, b"").status_code for door in DOORS] == [422, 400]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_is_finite(http: TestClient, number: str) -> None:
    """A door that reads any JSON refuses it too; the hot one goes by its field."""
    assert post(http, "/any", b'{"x": %s}' % number.encode()).status_code == 400
    assert post(http, "/hot", b'{"amount": %s}' % number.encode()).status_code == 422


@pytest.mark.parametrize("door", DOORS)
def test_a_number_beyond_all_numbers_is_refused_by_its_field(http: TestClient, door: str) -> None:
    assert post(http, door, b'{"amount": 1e400}').status_code == 422


@pytest.mark.parametrize("door", DOORS)
def test_of_two_with_one_name_the_last_counts_at_every_door(http: TestClient, door: str) -> None:
    assert post(http, door, b'{"text": "a", "text": "b"}').json()["text"] == "b"


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("media", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_only_json_is_taken(http: TestClient, door: str, media: str) -> None:
    answer = post(http, door, b"{}", media)
    assert answer.status_code == 415
    assert "application/json" in answer.json()["detail"]


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "Application/JSON"])
def test_its_media_type_may_have_parameters(http: TestClient, media: str) -> None:
    assert [post(http, door, b"{}", media).status_code for door in DOORS] == [200, 200]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("content", "pointer", "code"),
    [
        (b"[]", "", "wrong_type"),
        (b"7", "", "wrong_type"),
        (b'{"text": ""}', "/text", "too_short"),
        (b'{"text": "123456"}', "/text", "too_long"),
        (b'{"text": 7}', "/text", "wrong_type"),
        (b'{"text": "nul"}', "/text", "nul"),
        (b'{"text": "int"}', "/text", "invalid"),
        (b'{"amount": -1}', "/amount", "too_small"),
        (b'{"amount": 101}', "/amount", "too_large"),
        (b'{"amount": "x"}', "/amount", "wrong_type"),
        (b'{"count": 1.5}', "/count", "invalid"),
        (b'{"at": "yesterday"}', "/at", "bad_time"),
        (b'{"at": "2026-02-30T00:00:00Z"}', "/at", "bad_time"),
        (b'{"at": "2026-11-22T00:00:00"}', "/at", "no_zone"),
        (b'{"at": "0001-01-01T00:00:00+08:00"}', "/at", "bad_time"),
        (b'{"inner": [{"a/b~c": "1"}, {"a/b~c": "1234"}]}', "/inner/1/a~1b~0c", "too_long"),
        (b'{"inner": [{}]}', "/inner/0/a~1b~0c", "missing"),
        (b'{"unknown": 1}', "/unknown", "unknown_field"),
        (b'{"body": 1}', "/body", "unknown_field"),
        (b'{"path": 1}', "/path", "unknown_field"),
        (b'{"": 1}', "/", "unknown_field"),
    ],
)
def test_each_fault_has_its_code_and_its_place(
    http: TestClient, door: str, content: bytes, pointer: str, code: str
) -> None:
    answer = post(http, door, content)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert [(e["pointer"], e["code"]) for e in errors] == [(pointer, code)]
    assert "…" not in errors[0]["detail"]


def test_what_was_sent_is_not_said_again(http: TestClient) -> None:
    for door in DOORS:
        for content in ('{"text": "李四138001"}', '{"text": "李四', '{"amount": "李四"}', '{"at": "李四"}'):
            assert "李四" not in post(http, door, content.encode()).text


def test_twenty_faults_are_enough(http: TestClient) -> None:
    answer = post(http, "/strict", b'{"inner": [%s]}' % b",".join([b"{}"] * 100))
    assert len(answer.json()["errors"]) == 20


def test_a_query_has_its_own_pointers(http: TestClient) -> None:
    for query in ("limit=0", "limit=201", "limit=many"):
        assert [e["pointer"] for e in http.get(f"/list?{query}").json()["errors"]] == ["?limit"]
    assert http.get("/list?limit=200").json()["limit"] == 200


def test_long_numbers_are_no_bug(http: TestClient) -> None:
    for door in (*DOORS, "/any"):
        assert post(http, door, b'{"count": %s}' % (b"9" * 5000)).status_code < 500
