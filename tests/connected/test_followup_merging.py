"""Cases that become one: by staff at the door, by the machine for a repetition, in whatever order they come."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from shared.clock import utc_now
from shared.contracts.passenger import PassengerReopened
from shared.contracts.vocabulary import Kind, Level, Reason, Severity
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.desk import Desk, ago, routed, running

AGAIN: dict[str, Any] = {"kind": Kind.ABNORMAL, "reason": Reason.A1}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def due(desk: Desk, number: str) -> dict[str, tuple[str, str]]:
    return {one["clock"]: (one["state"], one["due_at"]) for one in (await desk.case(number))["deadlines"]}


async def test_staff_merge_and_part_two_cases(desk: Desk) -> None:
    # Clocks that run day and night show an earlier start at every hour of the day.
    major: dict[str, Any] = {"severity": Severity.S2, "level": Level.L3}
    early, late = await desk.route(routed(received_at=ago(minutes=5), **major), routed(**major))
    before = await due(desk, late)
    answer = await desk.act(early, "merge", {"into": late}, level="L3")
    assert answer.status_code == 200, answer.text
    gone = answer.json()
    assert (gone["state"], gone["merged_into"]) == ("closed", late)
    assert {state for state, _ in (await due(desk, early)).values()} == {"cancelled"}
    assert (await due(desk, late))["acknowledge"][1] < before["acknowledge"][1]
    assert (await desk.types(late))[-1] == "absorbed"
    refused = await desk.act(early, "note", {"text": "x"})
    assert (refused.status_code, refused.json()["code"]) == (409, "merged")
    await desk.did(early, "unmerge", level="L3")
    assert await due(desk, late) == before
    back = await desk.case(early)
    assert (back["state"], back["merged_into"]) == ("received", None)
    assert (await desk.types(late))[-1] == "released"
    told = [json.loads(body) for _, _, body in await desk.published(Topic.PASSENGER_MESSAGES)]
    assert [one["code"] for one in told if one["number"] == early] == ["merged", "deadline_changed"]


async def test_where_a_case_cannot_go_is_said(desk: Desk) -> None:
    one, about = await desk.route(routed(), routed(about_staff=True))
    for into, code in (("PS-1", "unknown_number"), (one, "same_case")):
        answer = await desk.act(one, "merge", {"into": into})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, code)
    hidden = await desk.act(one, "merge", {"into": about}, level="L2")
    assert (hidden.status_code, hidden.json()["errors"][0]["code"]) == (422, "unknown_number")
    assert (await desk.act(one, "merge", {})).status_code == 422
    assert (await desk.act(one, "unmerge")).status_code == 409
    assert (await desk.act(one, "merge", {"into": about}, level="admin")).status_code == 403


async def test_two_that_go_into_each_other_at_once_end_as_one(desk: Desk) -> None:
    one, two = await desk.route(routed(), routed())
    answers = await asyncio.gather(
        desk.act(one, "merge", {"into": two}, version=1), desk.act(two, "merge", {"into": one}, version=1)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert sorted([(await desk.case(number))["merged_into"] is None for number in (one, two)]) == [False, True]


async def test_what_its_passenger_asks_goes_to_the_case_that_goes_on(desk: Desk) -> None:
    event = routed()
    first, second, third = await desk.route(event, routed(), routed())
    await desk.did(first, "merge", {"into": second})
    await desk.did(second, "merge", {"into": third})
    asked = PassengerReopened(case_id=event.complaint.case_id, number=first, at=utc_now(), text="还是没修好")
    await desk.say(Topic.PASSENGER_EVENTS, str(asked.case_id), asked)

    async def noted() -> bool:
        return (await desk.types(third))[-1] == "noted"

    assert await until(noted, 15)
    assert (await desk.timeline(third))[-1]["data"]["cause"] == "passenger_reopen"
    assert (await desk.types(first))[-1] == "merged"
    await desk.did(third, "accept")
    await desk.did(third, "reply", {"text": "已修好"})
    told = [json.loads(body) for _, _, body in await desk.published(Topic.PASSENGER_MESSAGES)]
    heard = {one["number"] for one in told if one.get("text") == "已修好"}
    assert heard == {second, third}


async def test_the_machine_merges_a_repetition_and_one_that_came_before_its_case_waits(desk: Desk) -> None:
    first = routed(received_at=ago(hours=3))
    again = routed(**AGAIN, earlier_case=first.complaint.case_id)
    (number,) = await desk.route(again)
    assert (await desk.case(number))["uncertain"]
    assert await desk.value("select count(*) from early_merges where case_id = $1", again.complaint.case_id) == 1
    (earlier,) = await desk.route(first)

    async def merged() -> bool:
        return bool((await desk.case(number))["merged_into"] == earlier)

    assert await until(merged, 15)
    assert await desk.value("select count(*) from early_merges where case_id = $1", again.complaint.case_id) == 0
    assert (await desk.timeline(number))[-1]["by"] == {"system": "routing"}
    third = routed(**AGAIN, earlier_case=first.complaint.case_id)
    (at_once,) = await desk.route(third)
    case = await desk.case(at_once)
    assert (case["merged_into"], case["state"], case["uncertain"]) == (earlier, "closed", False)
    assert (await desk.types(earlier)).count("absorbed") == 2
