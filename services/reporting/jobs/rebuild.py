"""The projection made again from offset 0 of case-events-v1, beside the running service.

While it reads, the service's consumer waits and its readers see what was there; then all is exchanged in one
transaction. The inbox stays: the projection goes by versions, so whatever is delivered again changes nothing.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import cast

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from services.reporting.handlers import fact_from
from services.reporting.policy.fold import Fact, NotOpened
from services.reporting.repository.projection import read_as
from services.reporting.repository.rebuild import Aside, Built
from shared.contracts.case_events import CaseEvent
from shared.errors import Park, PscError
from shared.messaging.envelope import Incoming, read
from shared.messaging.topics import Topic
from shared.storage.pool import Connection

TOPIC = Topic.CASE_EVENTS.value
BATCH = 2000
WAIT_MS = 1000
SILENT_SECONDS = 60

Progress = Callable[[int, int], None]
"""Told how many messages of how many were read."""


class CannotRebuild(PscError):
    """The topic does not hold everything from the beginning, or Kafka fell silent."""


async def rebuild(dsn: str, bootstrap: str, progress: Progress = lambda _read, _all: None) -> Built:
    """Make the projection again. `dsn` is the service's own. Errors: `CannotRebuild`."""
    connection = await asyncpg.connect(dsn, timeout=10, server_settings={"timezone": "UTC"})
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        request_timeout_ms=20_000,
    )
    try:
        await consumer.start()
        aside = Aside(connection)
        await aside.begin()
        await _read_all(consumer, connection, aside, progress)
        return await aside.finish()
    finally:
        async with asyncio.timeout(10):
            await consumer.stop()
        await connection.close(timeout=10)


async def _read_all(consumer: AIOKafkaConsumer, connection: Connection, aside: Aside, progress: Progress) -> None:
    ends = await _ends(consumer)
    everything, done, silent = sum(ends.values()), 0, 0
    while any([await consumer.position(partition) < end for partition, end in ends.items()]):
        fetched = await consumer.getmany(timeout_ms=WAIT_MS, max_records=BATCH)
        silent = 0 if fetched else silent + WAIT_MS
        if silent >= SILENT_SECONDS * 1000:
            raise CannotRebuild(f"Kafka said nothing for {SILENT_SECONDS} s")
        records = [record for batch in fetched.values() for record in batch]
        await _project(connection, aside, records)
        done += len(records)
        progress(min(done, everything), everything)


async def _ends(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    """Where each partition ends now. Errors: `CannotRebuild`."""
    partitions = await _assigned(consumer)
    if any((await consumer.beginning_offsets(partitions)).values()):
        raise CannotRebuild(f"{TOPIC} no longer begins at offset 0")
    ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
    return ends


async def _assigned(consumer: AIOKafkaConsumer) -> set[TopicPartition]:
    for _ in range(100):
        partitions: set[TopicPartition] = consumer.assignment()
        if partitions:
            return partitions
        await asyncio.sleep(0.1)
    raise CannotRebuild(f"there is no topic {TOPIC}")


async def _project(connection: Connection, aside: Aside, records: Iterable[ConsumerRecord]) -> None:
    facts = [fact for record in records if (fact := _fact(record))]
    async with connection.transaction():
        fold = await aside.projection.load(connection, list({fact.event.case_id for fact in facts}))
        held_before = set(fold.waiting)
        for fact in facts:
            try:
                fold.take(fact)
            except NotOpened:
                # Parked when it first came; it has no place here either.
                continue
        await aside.projection.save(connection, fold, held_before)


def _fact(record: ConsumerRecord) -> Fact | None:
    """The fact in a record; None for what the consumer parked or passed over."""
    try:
        incoming = read(record, read_as)
    except Park:
        return None
    return fact_from(cast(Incoming[CaseEvent], incoming)) if incoming else None
