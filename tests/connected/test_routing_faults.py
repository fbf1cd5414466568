"""Routing when things go wrong: poison, a redrive, a kill in the middle, a database that goes away."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from shared.contracts.complaint import ComplaintReceived, ComplaintRouted
from shared.contracts.dead_letter import DeadLetterParked
from shared.ids import derived_id
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import System, until
from tests.connected.taking import complete
from tests.connected.wire import Heard, Wire, complaint, routing_alone

ROADS = [Topic.COMPLAINTS_NORMAL, Topic.COMPLAINTS_ABNORMAL, Topic.ENQUIRIES]
RECEIVED = "psc.complaint.received.v1"
FLOW = 500


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def routing(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("routing")
    async with routing_alone(database, kafka_bootstrap, folder, batch_size="10", parked_per_minute="8") as system:
        yield system


@pytest_asyncio.fixture(loop_scope="session")
async def wire(kafka_bootstrap: str, routing: System) -> AsyncIterator[Wire]:
    wire = Wire(kafka_bootstrap)
    yield wire
    await wire.close()


@pytest_asyncio.fixture(loop_scope="session")
async def schema(database: Database, routing: System) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """routing's own schema; afterwards the minute in which parking is counted has passed."""
    connection = await asyncpg.connect(database.of("routing"))
    yield connection
    await connection.execute("update dead_letters set parked_at = parked_at - interval '2 minutes'")
    await connection.close()


async def said(wire: Wire, *cases: object) -> list[Heard]:
    keys = {str(case) for case in cases}
    heard = await wire.hear(ROADS, lambda all_: keys <= {h.key for h in all_}, 60)
    return [h for h in heard if h.key in keys]


async def parked(
    schema: "asyncpg.Connection[asyncpg.Record]", where: str, count: int, seconds: float = 20
) -> list[asyncpg.Record]:
    query = f"select * from dead_letters where {where} order by seq"

    async def enough() -> bool:
        return len(await schema.fetch(query)) >= count

    assert await until(enough, seconds), await schema.fetch(query)
    return await schema.fetch(query)


async def test_poison_is_set_aside_and_told_and_its_neighbours_are_decided(
    wire: Wire, schema: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    before, after = complaint("站台灯坏了"), complaint("站台灯又坏了")
    await wire.complain(before)
    body = ComplaintReceived(complaint=before).model_dump_json().encode()
    for value, headers in (
        (b"{", complete(type_=RECEIVED)),
        (b'{"type": "psc.complaint.received.v1"}', complete(type_=RECEIVED)),
        (body, [*complete(type_=RECEIVED)[:1], ("ce_id", None)]),
        (body, [*complete(type_=RECEIVED), ("trace", b"\xff")]),
    ):
        await wire.raw(Topic.COMPLAINTS_RECEIVED, value, headers, str(before.case_id).encode())
    await wire.complain(after)
    assert {h.key for h in await said(wire, before.case_id, after.case_id)} == {str(before.case_id), str(after.case_id)}
    rows = await parked(schema, "true", 4)
    assert [r["reason"] for r in rows] == ["bad-body", "bad-body", "bad-headers", "bad-headers"]
    ids = {str(r["id"]) for r in rows}
    notices = await wire.hear([Topic.ROUTING_DEAD_LETTERS], lambda all_: ids <= {h.key for h in all_})
    told = {h.key: DeadLetterParked.model_validate_json(h.body) for h in notices}
    for row in rows:
        assert (told[str(row["id"])].reason, told[str(row["id"])].digest) == (row["reason"], row["digest"])
    assert [h for h in notices if "站台" in h.body.decode()] == []


async def test_what_was_mended_is_decided_after_a_redrive(
    wire: Wire, schema: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    case, id_ = complaint("闸机不认我的票"), uuid4()
    await wire.raw(Topic.COMPLAINTS_RECEIVED, b"broken", complete(id_, RECEIVED), str(case.case_id).encode())
    [row] = await parked(schema, "body = 'broken'", 1)
    mended = ComplaintReceived(complaint=case).model_dump_json().encode()
    await schema.execute("update dead_letters set body = $2, status = 'redrive' where id = $1", row["id"], mended)
    [heard] = await said(wire, case.case_id)
    assert heard.id == derived_id("routed", id_)
    assert ComplaintRouted.model_validate_json(heard.body).complaint == case
    [now] = await parked(schema, "status = 'redriven'", 1)
    assert now["id"] == row["id"]


async def test_at_the_cap_consuming_slows_down_and_says_so(
    wire: Wire, routing: System, schema: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    good = complaint("广播听不清")
    key = str(good.case_id).encode()
    for n in range(12):
        await wire.raw(Topic.COMPLAINTS_RECEIVED, f"poison {n}".encode(), complete(type_=RECEIVED), key)
    await wire.complain(good)
    await parked(schema, "body like 'poison %'", 8)

    async def slowed() -> bool:
        async with routing.client("routing") as client:
            notes: dict[str, str] = (await client.get("/readyz")).json()["consuming"]
            return notes == {"psc-routing": "SlowDown"}

    assert await until(slowed, 20), "the cap did not hold"
    assert len(await parked(schema, "body like 'poison %'", 8)) == 8
    assert await schema.fetchval("select count(*) from decisions where case_id = $1", good.case_id) == 0
    await schema.execute("update dead_letters set parked_at = parked_at - interval '2 minutes'")
    await said(wire, good.case_id)
    rows = await parked(schema, "body like 'poison %'", 12)
    assert [bytes(r["body"]) for r in rows] == [f"poison {n}".encode() for n in range(12)]


async def test_killed_in_the_middle_it_loses_nothing_and_decides_nothing_twice(
    wire: Wire, routing: System, schema: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    cases = [complaint(f"第{n}次等车超过二十分钟", passenger_ref=f"p-kill-{n % 50}") for n in range(FLOW)]
    ours = [case.case_id for case in cases]

    async def decided() -> int:
        return int(await schema.fetchval("select count(*) from decisions where case_id = any($1)", ours))

    async def far_enough() -> bool:
        return await decided() >= place - 140

    for place, case in enumerate(cases):
        await wire.complain(case)
        if place in (150, 300, 450):
            assert await until(far_enough, 30, 0.01)
            routing.kill("routing")
            assert await decided() <= place + 1 < FLOW, "the fault did not fire in the middle"
            routing.launch("routing")
    heard = await said(wire, *ours)
    assert await decided() == FLOW
    ids = {str(case.case_id): derived_id("routed", derived_id("received", case.case_id)) for case in cases}
    assert {(h.key, h.id) for h in heard} == set(ids.items())
    # A repetition, if any, is the same event, which followup's inbox drops.
    assert len({(h.id, h.body) for h in heard}) == FLOW
    assert Counter(h.headers.get("psc-again") for h in heard).keys() == {None}
    assert await schema.fetchval("select count(*) from dead_letters where body like '%等车%'") == 0

    async def sent() -> bool:
        return bool(await schema.fetchval("select not exists (select from outbox)"))

    assert await until(sent, 20)


async def test_it_goes_on_when_the_database_has_dropped_every_connection(
    wire: Wire, schema: "asyncpg.Connection[asyncpg.Record]", superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    cases = [complaint(f"扶梯停了 {n}") for n in range(60)]

    async def dropped() -> bool:
        """Whether there were connections to drop: after the last time there may be none for a moment."""
        return bool(
            await superuser.fetch(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where application_name = 'psc-routing' or (usename = 'psc_routing' and application_name = '')"
                " and pid <> $1",
                schema.get_server_pid(),
            )
        )

    for place, case in enumerate(cases):
        await wire.complain(case)
        if place % 20 == 10:
            assert await until(dropped, 15, 0.02), "the fault did not fire"
    heard = await said(wire, *(case.case_id for case in cases))
    assert len({h.id for h in heard}) == 60
    assert await schema.fetchval("select count(*) from dead_letters where body like '%扶梯停了%'") == 0
