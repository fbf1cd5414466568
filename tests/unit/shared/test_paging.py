"""Cursors: opaque, safe in addresses, the same when they come back; anything else is refused."""

import base64
import contextlib
import re
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.paging import Cursor
from shared.web.problems import Problem

INSTANTS = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
AT = datetime(2026, 11, 22, 4, 15, 21, 123000, UTC)
ID = UUID("01999999-0000-7000-8000-000000000001")


def garbled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@given(INSTANTS, st.uuids())
def test_a_cursor_comes_back_as_it_was(at: datetime, case_id: UUID) -> None:
    text = Cursor(at, case_id).encode()
    assert re.fullmatch(r"[A-Za-z0-9_\-]+", text)
    assert Cursor.decode(text) == Cursor(at, case_id)


def test_without_one_a_list_begins_at_its_start() -> None:
    assert Cursor.decode(None) is None
    assert Cursor.decode("") is None


def test_another_zone_is_the_same_instant() -> None:
    there = Cursor(AT.astimezone(timezone(timedelta(hours=8))), ID)
    assert Cursor.decode(there.encode()) == Cursor(AT, ID)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "=",
        "%%%",
        "游标",
        "\ud800",
        "a b",
        garbled(b"\xff\xfe"),
        garbled(b"|"),
        garbled(f"{AT.isoformat()}".encode()),
        garbled(f"{AT.isoformat()}|7".encode()),
        garbled(f"2026-11-22T04:15:21|{ID}".encode()),
        garbled(f"2026-13-22T04:15:21+00:00|{ID}".encode()),
        garbled(f"0001-01-01T00:00:00+08:00|{ID}".encode()),
        garbled(f"0900-01-01T00:00:00+00:00|{ID}".encode()),
        garbled(f"9999-12-31T23:59:59-08:00|{ID}".encode()),
        Cursor(AT, ID).encode()[:-1],
    ],
)
def test_what_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(Problem) as caught:
        Cursor.decode(text)
    assert [(e.pointer, e.code) for e in caught.value.errors] == [("?cursor", "bad_cursor")]


@given(st.text(min_size=1, max_size=80))
def test_nothing_that_is_typed_is_a_bug(text: str) -> None:
    with contextlib.suppress(Problem):
        assert Cursor.decode(text) is not None
