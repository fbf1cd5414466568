"""Verdicts on what was proposed as abnormal, and more time to resolve, at the door."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from shared.clock import rfc3339
from shared.contracts.vocabulary import Kind, Level, Reason
from tests.backends.databases import Database
from tests.connected.desk import Desk, running

A5: dict[str, Any] = {"kind": Kind.ABNORMAL, "reason": Reason.A5, "proposed": True, "level": Level.L4}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


def due(case: dict[str, Any], clock: str = "resolve") -> datetime:
    found = next(one for one in case["deadlines"] if one["clock"] == clock)
    return datetime.fromisoformat(found["due_at"])


async def test_l3_confirms_what_waits_at_l4_and_a_colleague_is_told_who_may(desk: Desk) -> None:
    number = await desk.new(**A5)
    refused = await desk.act(number, "confirm-abnormal", {"note": "x"}, level="L2")
    assert (refused.status_code, refused.json()["needs_level"]) == (403, "L3")
    case = await desk.did(number, "confirm-abnormal", {"note": "录像与陈述不符"}, level="L3")
    assert (case["proposed"], case["reason"], case["level"], case["state"]) == (False, "A5", "L4", "received")
    assert (case["confirm_level"], case["kind"]) == (None, "abnormal")
    last = (await desk.timeline(number))[-1]
    assert (last["type"], last["data"]["text"]) == ("case.abnormal_confirmed", "录像与陈述不符")
    again = await desk.act(number, "overturn-abnormal", {"note": "x"}, level="L5")
    assert (again.status_code, again.json()["code"]) == (409, "not_proposed")


async def test_overturned_it_is_listed_as_an_ordinary_case_at_its_own_level(desk: Desk) -> None:
    number = await desk.new(**A5)
    bad = await desk.act(number, "overturn-abnormal", {"note": "x", "reason": "A4"}, level="L3")
    assert [(one["pointer"], one["code"]) for one in bad.json()["errors"]] == [("/reason", "not_normal")]
    case = await desk.did(number, "overturn-abnormal", {"note": "查有实据", "reason": "N1"}, level="L3")
    assert (case["kind"], case["reason"], case["level"], case["proposed"]) == ("normal", "N1", "L1", False)
    assert number in {one["number"] for one in await desk.listed(level="L1", kind="normal")}
    assert number not in {one["number"] for one in await desk.listed(level="L4")}
    last = (await desk.timeline(number))[-1]
    assert {name: last["data"][name] for name in ("from_reason", "from_level", "reason", "level")} == {
        "from_reason": "A5",
        "from_level": "L4",
        "reason": "N1",
        "level": "L1",
    }
    assert (await desk.did(number, "accept", level="L1"))["owner"] == {"user": "L1", "level": "L1"}


async def test_extortion_is_l4s_to_confirm(desk: Desk) -> None:
    number = await desk.new(**{**A5, "reason": Reason.A12, "level": Level.L5})
    refused = await desk.act(number, "confirm-abnormal", {"note": "x"}, level="L3")
    assert (refused.status_code, refused.json()["needs_level"]) == (403, "L4")
    assert not (await desk.did(number, "confirm-abnormal", {"note": "有录音"}, level="L4"))["proposed"]


async def test_more_time_is_asked_for_granted_explained_and_not_given_twice(desk: Desk) -> None:
    number = await desk.new()
    case = await desk.did(number, "accept", level="L1")
    until = due(case) + timedelta(days=1)
    for wrong, code in ((due(case), "not_later"), (due(case) + timedelta(days=60), "beyond_extension")):
        answer = await desk.act(number, "extend", {"until": rfc3339(wrong), "reason": "x"}, level="L1")
        assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/until", code)]
    case = await desk.did(number, "extend", {"until": rfc3339(until), "reason": "等备件"}, level="L1")
    assert (case["state"], case["approval"]["needs_level"]) == ("awaiting_approval", "L4")
    assert case["approval"]["asked"] == {"until": rfc3339(until), "reason": "等备件"}
    assert due(case) < until
    case = await desk.did(number, "approve", level="L4")
    assert (case["state"], due(case)) == ("in_progress", until)
    deadlines = (await desk.get(f"/v1/cases/{number}/deadlines")).json()["items"]
    said = next(one["explanation"] for one in deadlines if one["clock"] == "resolve")
    assert any("批准延期至" in sentence for sentence in said)
    again = await desk.act(number, "extend", {"until": rfc3339(until + timedelta(hours=1)), "reason": "x"}, level="L4")
    assert (again.status_code, again.json()["code"]) == (409, "extended_already")
