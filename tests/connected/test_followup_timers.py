"""Clocks that fire: each threshold once, by several workers, and through SIGKILL in the middle of it."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from services.followup.repository.cases import queries
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.vocabulary import Category, Level, Reason, Severity
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import System, until
from tests.connected.desk import Desk, ago, routed, running

GRAVE: dict[str, Any] = {"severity": Severity.S1, "level": Level.L2, "reason": Reason.N3, "category": Category.SAFETY}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    extra = {"PSC_TIMER_BATCH": "10"}
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs"), extra) as it:
        yield it


@asynccontextmanager
async def held(desk: Desk, table: str) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Nobody can write to the table meanwhile; yields whether somebody waits to."""
    connection = await asyncpg.connect(desk.dsn)
    waiting = "select exists (select from pg_locks where not granted and relation = $1::regclass)"

    async def stuck() -> bool:
        return bool(await connection.fetchval(waiting, table))

    try:
        async with connection.transaction():
            await connection.execute(f"lock table {table} in share mode")
            yield stuck
    finally:
        await connection.close()


async def test_a_breach_fires_at_its_instant_and_raises_the_level(desk: Desk) -> None:
    received = ago(minutes=5) + timedelta(seconds=3)
    (number,) = await desk.route(routed(received_at=received, **GRAVE))

    async def breached() -> bool:
        return "breached" in await desk.types(number)

    assert await until(breached, 10)
    timeline = await desk.timeline(number)
    first = next(one for one in timeline if one["type"] == "case.breached")
    late = first["at"]
    due = received + timedelta(minutes=5)
    assert due.isoformat(timespec="milliseconds") <= late.replace("Z", "+00:00")
    assert late.replace("Z", "+00:00") < (due + timedelta(seconds=1)).isoformat(timespec="milliseconds")
    assert first["by"] == {"system": "clock"}
    case = await desk.case(number)
    assert case["level"] in ("L3", "L4")
    acknowledge = next(d for d in case["deadlines"] if d["clock"] == "acknowledge")
    assert acknowledge["state"] == "breached"
    assert acknowledge["remaining"].startswith("-PT")
    assert len(acknowledge["targets"]) == 1


async def test_what_was_due_before_the_case_came_fires_at_once(desk: Desk) -> None:
    number = await desk.new(received_at=ago(minutes=6), **GRAVE)

    async def complete() -> bool:
        found = Counter(await desk.types(number))
        return found["breached"] == 2 and found["reminded"] >= 2

    assert await until(complete, 10)


async def test_nothing_is_fired_twice_by_two_workers_nor_lost_by_a_kill(desk: Desk, tmp_path: Path) -> None:
    second = System(desk.system.database, desk.bootstrap, tmp_path, desk.system.extra, key=desk.system.key)
    await desk.system.stop()
    count = 300
    events = [routed(received_at=ago(minutes=6), **GRAVE) for _ in range(count)]
    ids = [event.complaint.case_id for event in events]
    # The cases come while both run; each is overdue when it opens.
    await second.start("followup")
    await desk.system.start("followup")

    async def send(some: list[ComplaintRouted]) -> None:
        for event in some:
            await desk.say(Topic.COMPLAINTS_NORMAL, str(event.complaint.case_id), event)

    fired = "select count(distinct case_id) from timeline where type = 'psc.case.breached.v1' and case_id = any($1)"

    async def some(least: int) -> bool:
        return bool(await desk.value(fired, ids) >= least)

    await send(events[: count // 2])
    assert await until(lambda: some(10), 30, 0.01)
    async with held(desk, "timeline") as stuck:
        await send(events[count // 2 :])
        assert await until(stuck, 30, 0.01), "nobody was in the middle of anything"
        desk.system.kill("followup")
        second.kill("followup")
        assert await desk.value(fired, ids) < count, "the kill came too late to mean anything"
    await desk.system.start("followup")
    await second.start("followup")
    try:
        assert await until(lambda: some(count), 60)
        await asyncio.sleep(1)
    finally:
        await second.stop()
    rows = await desk.rows(
        """select case_id, type, fact->>'clock' as clock, fact->>'target_level' as target, count(*) as times
           from timeline where case_id = any($1) group by 1, 2, 3, 4""",
        ids,
    )
    twice = [row for row in rows if row["times"] > 1]
    assert not twice
    per_kind = Counter((row["type"], row["clock"], row["target"]) for row in rows)
    assert set(per_kind.values()) == {count}, per_kind
    assert per_kind[("psc.case.breached.v1", "arrival", None)] == count
    gaps = await desk.value(
        """select count(*) from cases c where case_id = any($1) and version <>
           (select count(*) from timeline t where t.case_id = c.case_id)""",
        ids,
    )
    assert gaps == 0

    async def told() -> bool:
        return bool(await desk.value("select count(*) from outbox") == 0)

    assert await until(told, 30)
    ours = {str(id_) for id_ in ids}
    facts = [h["ce_id"] for key, h, _ in await desk.published(Topic.CASE_EVENTS, at_least=count) if key in ours]
    expected = await desk.value("select count(*) from timeline where case_id = any($1)", ids)
    assert len(set(facts)) == expected


async def test_a_case_that_cannot_be_fired_does_not_hold_up_the_others(desk: Desk) -> None:
    broken = await desk.new(received_at=ago(minutes=5) + timedelta(seconds=20), **GRAVE)
    await desk.rows("update cases set version = 77 where number = $1", broken)
    await desk.rows(
        """update timers set due_at = now() - interval '1 minute'
           where case_id = (select case_id from cases where number = $1)""",
        broken,
    )
    well = await desk.new(received_at=ago(minutes=6), **GRAVE)

    async def fired() -> bool:
        return "breached" in await desk.types(well)

    assert await until(fired, 10)
    assert "breached" not in await desk.types(broken)


async def test_looking_for_due_timers_reads_the_index_only(desk: Desk) -> None:
    """Among many that are not due, an idle look must cost nothing."""
    connection = await asyncpg.connect(desk.dsn)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(
            """insert into timers (case_id, clock, generation, what, due_at)
               select gen_random_uuid(), 'resolve', 1, 'remind', now() + n * interval '1 second'
               from generate_series(1, 20000) n"""
        )
        await connection.execute("analyze timers")
        query = queries.claim_due.sql.replace("$1", "null").replace("$2", "10")
        plan = "\n".join(row[0] for row in await connection.fetch(f"explain {query}"))
        assert "timers_due" in plan, plan
        assert "Seq Scan on timers" not in plan
    finally:
        await transaction.rollback()
        await connection.close()
