"""Proposed incidents: kept once however often told, and shown to those whose lines and stations they are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from shared.clock import utc_now
from shared.contracts.complaint import ComplaintRouted, MassEvent
from shared.contracts.vocabulary import Category, Level, Role
from shared.security.tokens import Staff, sign
from tests.backends.databases import Database
from tests.backends.system import System, until
from tests.connected.desk import Desk, routed

NOW = utc_now()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    desk = Desk(
        System(database, kafka_bootstrap, Path(tmp_path_factory.mktemp("logs"))),
        kafka_bootstrap,
        database.of("followup"),
    )
    await desk.open()
    yield desk
    await desk.close()


def one_of(event_id: UUID, *others: str, minutes: float = 0, **place: Any) -> ComplaintRouted:
    event = routed(received_at=NOW + timedelta(minutes=minutes))
    said = MassEvent(
        event_id=event_id, category=Category.TRAIN, since=NOW, cases=(*others, event.complaint.number), **place
    )
    return event.model_copy(update={"mass_event": said})


async def listed(desk: Desk, staff: Staff, **query: Any) -> dict[str, Any]:
    async with desk.system.client("followup", sign(desk.system.key, staff, seconds=600)) as client:
        answer = await client.get("/v1/incidents:proposals", params=query)
        return {"status": answer.status_code, **answer.json()}


def manager(level: Level | None = Level.L3, role: Role = Role.STAFF, **scope: tuple[str, ...]) -> Staff:
    return Staff("m", role, level, **scope)


async def ids(desk: Desk, staff: Staff) -> set[str]:
    return {item["event_id"] for item in (await listed(desk, staff))["items"]}


async def test_a_proposal_grows_with_what_is_told_and_counts_each_case_once(desk: Desk) -> None:
    event_id = uuid4()
    first = one_of(event_id, "PS-A", "PS-B", station="人民广场", line="2")
    second = one_of(event_id, "PS-A", "PS-C", minutes=7, station="人民广场", line="2")
    await desk.route(second)
    await desk.route(first)
    numbers = ["PS-A", "PS-B", "PS-C", first.complaint.number, second.complaint.number]

    async def whole() -> bool:
        items = (await listed(desk, manager()))["items"]
        return any(item["cases"] == sorted(numbers) for item in items)

    assert await until(whole, 15)
    [found] = [item for item in (await listed(desk, manager()))["items"] if item["event_id"] == str(event_id)]
    assert (found["count"], found["station"], found["line"], found["category"]) == (5, "人民广场", "2", "TRAIN")
    assert found["last_at"] > found["since"]


async def test_it_is_seen_from_l3_up_by_those_of_the_line_or_station(desk: Desk) -> None:
    at_station, on_line = uuid4(), uuid4()
    await desk.route(one_of(at_station, station="徐家汇", line="1"), one_of(on_line, line="9"))
    both = {str(at_station), str(on_line)}
    for staff, expected in (
        (manager(), both),
        (manager(Level.L5, stations=("莘庄",)), both),
        (manager(None, Role.ADMIN), both),
        (manager(stations=("徐家汇",)), {str(at_station)}),
        (manager(lines=("1",)), {str(at_station)}),
        (manager(lines=("9",)), {str(on_line)}),
        (manager(Level.L4, stations=("莘庄",), lines=("5",)), set()),
    ):
        assert await ids(desk, staff) & both == expected, staff
    for level in (Level.L1, Level.L2, None):
        refused = await listed(desk, manager(level))
        assert (refused["status"], refused["needs_level"]) == (403, "L3")
    async with desk.system.client("followup") as client:
        assert (await client.get("/v1/incidents:proposals")).status_code == 401


async def test_a_case_about_the_asker_is_not_shown_to_them(desk: Desk) -> None:
    event_id = uuid4()
    event = one_of(event_id, "PS-other", station="七宝")
    await desk.route(event)
    await desk.rows("update cases set about_person = true, about_user = 'm' where number = $1", event.complaint.number)
    [found] = [i for i in (await listed(desk, manager(stations=("七宝",))))["items"] if i["event_id"] == str(event_id)]
    assert (found["cases"], found["count"]) == (["PS-other"], 1)
    other = Staff("n", Role.STAFF, Level.L3)
    [whole] = [i for i in (await listed(desk, other))["items"] if i["event_id"] == str(event_id)]
    assert whole["count"] == 2


async def test_the_newest_come_first_page_by_page(desk: Desk) -> None:
    events = [one_of(uuid4(), station="罗山路") for _ in range(5)]
    events = [
        e.model_copy(update={"mass_event": e.mass_event.model_copy(update={"since": NOW + timedelta(hours=n)})})
        for n, e in enumerate(events)
        if e.mass_event
    ]
    await desk.route(*events)
    staff, seen, cursor = manager(stations=("罗山路",)), [], ""
    while True:
        page = await listed(desk, staff, limit=2, **({"cursor": cursor} if cursor else {}))
        assert len(page["items"]) <= 2
        seen += [item["event_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert seen == [str(e.mass_event.event_id) for e in reversed(events) if e.mass_event]
    refused = await listed(desk, staff, cursor="nonsense")
    assert refused["status"] == 422
