"""What can never succeed is set aside whole, told, tried again when asked, and never in such numbers that all goes."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from shared.ids import new_id
from shared.messaging.dead_letters import restore
from shared.messaging.topics import Topic
from shared.storage.pool import Connection
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.taking import TOPIC, Batch, Place, Taking, answered, complete, notice, place, say, taking
from tests.connected.wire import Headers, Wire

BODY = b'{"text": "\xe6\x88\x91'
NAMELESS = [(name, value) for name, value in complete() if name != "ce_id"]
POISON: dict[str, tuple[bytes | None, Headers, bytes | None, str]] = {
    "no JSON": (b"not json", complete(), b"poison", "bad-body"),
    "broken UTF-8": (BODY, complete(), b"poison", "bad-body"),
    "another shape": (b'{"case_id": 7}', complete(), b"poison", "bad-body"),
    "no body": (None, complete(), b"poison", "bad-body"),
    "deep": (b"[" * 100_000, complete(), b"poison", "bad-body"),
    "large": (b"x" * 900_000, complete(), b"poison", "bad-body"),
    "no headers": (b"{}", [], b"poison", "bad-headers"),
    "no id": (b"{}", NAMELESS, b"poison", "bad-headers"),
    "a null id": (b"{}", [*NAMELESS, ("ce_id", None)], b"poison", "bad-headers"),
    "an id that is none": (b"{}", [*NAMELESS, ("ce_id", b"7")], b"poison", "bad-headers"),
    "a header that is no UTF-8": (b"{}", [*complete(), ("x", b"\xff\xfe")], b"poison", "bad-headers"),
    "NUL in a header's name": (b"{}", [*complete(), ("x\x00y", b"\x00")], b"poison", "bad-body"),
    "another specversion": (b"{}", [("ce_specversion", b"0.3"), *complete()[1:]], b"poison", "bad-headers"),
    "a key that is no UTF-8": (answered().model_dump_json().encode(), complete(), b"\xff\xfe", "bad-key"),
}


@pytest_asyncio.fixture(loop_scope="session")
async def wire(kafka_bootstrap: str) -> AsyncIterator[Wire]:
    wire = Wire(kafka_bootstrap)
    yield wire
    await wire.close()


@pytest_asyncio.fixture(loop_scope="session")
async def here(database: Database, kafka_bootstrap: str) -> AsyncIterator[Place]:
    async with place(database.of("routing"), kafka_bootstrap) as empty:
        yield empty


async def ask_again(group: Taking, where: str = "true") -> None:
    """As `psc dead-letters redrive` does."""
    await group.pool.execute(f"update dead_letters set status = 'redrive' where {where}")


async def status(group: Taking) -> list[tuple[str, int]]:
    return [(r["status"], r["tries"]) for r in await group.pool.fetch("select * from dead_letters order by seq")]


@pytest.mark.parametrize("what", POISON)
async def test_poison_is_parked_as_it_came_and_its_neighbours_take_effect(here: Place, wire: Wire, what: str) -> None:
    value, headers, key, reason = POISON[what]
    # The neighbours lie around it on its partition.
    neighbours = answered()
    key_of_neighbours = key or b"poison"
    ids = [uuid4(), uuid4()]
    await wire.raw(TOPIC, neighbours.model_dump_json().encode(), complete(ids[0]), b"poison")
    await wire.raw(TOPIC, value, headers, key_of_neighbours)
    await wire.raw(TOPIC, neighbours.model_dump_json().encode(), complete(ids[1]), b"poison")
    async with taking(here) as group:
        assert await group.took(ids)
        [row] = await group.parked(1)
        assert row["reason"] == reason
        [kept] = await group.pool.fetch('select *, "offset" as offset_ from dead_letters')
        record = restore(kept)
        assert (record.value, tuple(record.headers), record.key) == (value, tuple(headers), key)
        [said] = await group.pool.fetch("select * from outbox")
        assert said["topic"] == Topic.ROUTING_DEAD_LETTERS
        told = notice(said["payload"])
        assert (told["reason"], told["topic"], told["offset"]) == (reason, TOPIC, row["offset"])
        assert told["headers"] == [name for name, _ in headers]
        assert "我" not in said["payload"].decode()


@pytest.mark.parametrize("traceparent", [None, b"not a trace", b"\x00" * 30])
async def test_a_strange_traceparent_is_no_poison(here: Place, wire: Wire, traceparent: bytes | None) -> None:
    id_, traces = uuid4(), list[str | None]()

    async def note(tx: Connection, batch: Batch) -> None:
        traces.extend(incoming.trace for incoming in batch)

    await wire.raw(TOPIC, answered().model_dump_json().encode(), [*complete(id_), ("traceparent", traceparent)])
    async with taking(here, work=note) as group:
        assert await group.took([id_])
        assert not any(traces), "it would travel on"
        assert await group.parked(0) == []


async def test_what_was_mended_succeeds_when_asked_for_in_its_order_and_once(here: Place, wire: Wire) -> None:
    case_id, ids = new_id(), [uuid4() for _ in range(3)]
    for id_ in ids:
        await wire.raw(TOPIC, b"not yet", complete(id_), str(case_id).encode())
    async with taking(here) as group:
        assert len(await group.parked(3)) == 3
        await group.consumer.redrive()
        assert await status(group) == [("parked", 1)] * 3, "nobody asked"
        await group.pool.execute("update dead_letters set body = $1", answered(case_id).model_dump_json().encode())
        await ask_again(group)
        assert await group.consumer.redrive() == 3
        assert await status(group) == [("redriven", 1)] * 3
        assert await group.effects(str(case_id)) == ids
        await ask_again(group)
        assert await group.consumer.redrive() == 3
        assert await group.effects(str(case_id)) == ids, "tried twice it took effect twice"


async def test_what_still_fails_is_parked_again_and_told_again(here: Place, wire: Wire) -> None:
    await wire.raw(TOPIC, b"never", complete())
    async with taking(here) as group:
        [row] = await group.parked(1)
        await ask_again(group)
        assert await group.consumer.redrive() == 1
        assert await status(group) == [("parked", 2)]
        notices = await group.pool.fetch("select * from outbox order by id")
        assert [n["key"] for n in notices] == [str(row["id"])] * 2
        assert len({n["event_id"] for n in notices}) == 2


async def test_a_group_tries_only_what_came_to_it(here: Place, wire: Wire) -> None:
    await wire.raw(TOPIC, b"mine", complete())
    await wire.raw(Topic.PASSENGER_MESSAGES, b"the other's", complete())
    async with taking(here) as one, taking(here, topics=[Topic.PASSENGER_MESSAGES]) as other:
        assert len(await one.parked(2)) == 2
        body = answered().model_dump_json().encode()
        await one.pool.execute("update dead_letters set body = $1", body)
        await ask_again(one)
        assert await one.consumer.redrive() == 1
        redriven = "select topic, status from dead_letters order by topic"
        assert [tuple(r) for r in await one.pool.fetch(redriven)] == [
            (TOPIC, "redriven"),
            (Topic.PASSENGER_MESSAGES, "redrive"),
        ]
        assert await other.consumer.redrive() == 1


async def test_parking_is_capped_and_goes_on_when_a_minute_has_passed(here: Place, wire: Wire) -> None:
    for n in range(5):
        await wire.raw(TOPIC, f"poison {n}".encode(), complete())
    good = uuid4()
    await wire.raw(TOPIC, answered().model_dump_json().encode(), complete(good))
    async with taking(here, per_minute=3) as group:
        assert len(await group.parked(3)) == 3

        async def waits() -> bool:
            return group.consumer.slowed_by == "SlowDown"

        assert await until(waits, 15), "the cap did not hold"
        assert not await group.took([good], seconds=2)
        assert len(await group.parked(3)) == 3
        await group.pool.execute("update dead_letters set parked_at = parked_at - $1::interval", timedelta(minutes=1))
        assert await group.took([good], seconds=20)
        rows = await group.parked(5)
        assert [bytes(r["body"]) for r in rows] == [f"poison {n}".encode() for n in range(5)]
        assert group.consumer.slowed_by is None


async def test_what_is_delivered_again_is_parked_once(here: Place, wire: Wire) -> None:
    await wire.raw(TOPIC, b"never", complete())
    async with taking(here) as first:
        assert len(await first.parked(1)) == 1
    marker = await say(wire, answered())
    async with taking(here) as second:
        assert await second.took([marker])

        async def tried_twice() -> bool:
            return await status(second) == [("parked", 2)]

        assert await until(tried_twice, 10), "it was not delivered again"
