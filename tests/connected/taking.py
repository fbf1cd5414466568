"""A consumer group in the test's own process, on a table that shows what took effect."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.clock import utc_now
from shared.contracts.base import Event
from shared.contracts.passenger import PassengerAnswered, PassengerEvent
from shared.ids import new_id
from shared.messaging.consumer import Consumer, Handles
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.envelope import Incoming
from shared.messaging.group import Group
from shared.messaging.topics import TOPICS, Topic
from shared.storage.pool import Connection, Pool, open_pool
from shared.telemetry import Tracing
from tests.backends.system import until
from tests.connected.wire import Wire

TOPIC = Topic.PASSENGER_EVENTS
EFFECTS = "create table if not exists effects (n bigint generated always as identity, event_id uuid, key text)"
Batch: TypeAlias = Sequence[Incoming[Any]]
Work: TypeAlias = Callable[[Connection, Batch], Awaitable[None]]


@dataclass
class Taking:
    """A running group. `batches` are the sizes that the handler was given, failed attempts included."""

    pool: Pool
    consumer: Consumer
    group: Group
    batches: list[int] = field(default_factory=list)

    async def effects(self, key: str | None = None) -> list[UUID]:
        """The ids of the events that took effect, in order."""
        rows = await self.pool.fetch("select event_id from effects where $1::text is null or key = $1 order by n", key)
        return [row["event_id"] for row in rows]

    async def took(self, ids: Sequence[UUID], seconds: float = 15) -> bool:
        """Whether all of these took effect in time."""
        return await until(lambda: self._has(set(ids)), seconds)

    async def parked(self, count: int, seconds: float = 15) -> list[asyncpg.Record]:
        """The messages set aside, as soon as there are `count`; what there is when there are not."""

        async def enough() -> bool:
            return bool(await self.pool.fetchval("select count(*) >= $1 from dead_letters", count))

        await until(enough, seconds)
        return await self.pool.fetch("select * from dead_letters order by seq")

    async def _has(self, ids: set[UUID]) -> bool:
        return ids <= set(await self.effects())


@dataclass(frozen=True, slots=True)
class Place:
    """Where a test works: a schema, a broker, and the ends of the topics when the test began."""

    dsn: str
    bootstrap: str
    ends: dict[TopicPartition, int]


@asynccontextmanager
async def place(dsn: str, bootstrap: str) -> AsyncIterator[Place]:
    """routing's schema, empty, and the topics from now on."""
    connection = await asyncpg.connect(dsn)
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        await connection.execute(EFFECTS)
        await connection.execute("truncate inbox, outbox, dead_letters, effects")
        partitions = [TopicPartition(d.topic.value, n) for d in TOPICS for n in range(d.partitions)]
        yield Place(dsn, bootstrap, await consumer.end_offsets(partitions))
    finally:
        await consumer.stop()
        await connection.close()


async def _begin(group: str, place: Place, topics: Sequence[Topic]) -> None:
    """Have a group begin where the test began."""
    names = {topic.value for topic in topics}
    begin = {partition: end for partition, end in place.ends.items() if partition.topic in names}
    consumer = AIOKafkaConsumer(bootstrap_servers=place.bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        consumer.assign(list(begin))
        await consumer.commit(begin)
    finally:
        await consumer.stop()


@asynccontextmanager
async def taking(
    place: Place,
    *,
    work: Work | None = None,
    types: Sequence[type[Event]] = (PassengerEvent,),
    topics: Sequence[Topic] = (TOPIC,),
    group: str | None = None,
    per_minute: int = 100,
) -> AsyncIterator[Taking]:
    """Take `topics` in a fresh group (or join `group`): a row in `effects` per event, and `work`, if given."""
    pool = await open_pool(place.dsn, name="tests", size=4)
    if group is None:
        group = f"tests-{uuid4().hex}"
        await _begin(group, place, topics)
    batches: list[int] = []

    async def handler(tx: Connection, batch: Batch) -> None:
        batches.append(len(batch))
        await tx.execute(
            "insert into effects (event_id, key) select * from unnest($1::uuid[], $2::text[])",
            [incoming.id for incoming in batch],
            [incoming.key for incoming in batch],
        )
        if work is not None:
            await work(tx, batch)

    handles = Handles(dict.fromkeys(types, handler))
    letters = DeadLetters("routing", per_minute)
    consumer = Consumer("routing", pool, handles, topics, Tracing("tests"), letters, wake=lambda: None)
    members = Group(group, place.bootstrap, topics, consumer, size=500)
    running = asyncio.create_task(members.run())
    try:
        yield Taking(pool, consumer, members, batches)
    finally:
        running.cancel()
        ended, _ = await asyncio.wait({running}, timeout=15)
        pool.terminate()
        assert ended, "the group does not end when it is told to"


def answered(case_id: UUID | None = None, number: str = "PS-1") -> PassengerAnswered:
    """An event that nothing else of the module knows."""
    return PassengerAnswered(case_id=case_id or new_id(), number=number, at=utc_now())


async def say(wire: Wire, event: PassengerEvent, id_: UUID | None = None, topic: Topic = TOPIC) -> UUID:
    """Say an event under its case's key; its id."""
    id_ = id_ or uuid4()
    await wire.say(topic, event, str(event.case_id), id_)
    return id_


def complete(id_: UUID | None = None, type_: str = "psc.passenger.answered.v1") -> list[tuple[str, bytes | None]]:
    """The headers that an event must have."""
    return [("ce_specversion", b"1.0"), ("ce_id", str(id_ or uuid4()).encode()), ("ce_type", type_.encode())]


def notice(payload: bytes) -> dict[str, Any]:
    """What a notice in the outbox says."""
    said: dict[str, Any] = json.loads(payload)
    return said
