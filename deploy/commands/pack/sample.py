"""Past complaints, from their topic, with the decisions that routing keeps. Reads only."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from deploy.trouble import Trouble
from services.routing import repository
from services.routing.policy.replay import Known
from services.routing.policy.trial import Decided
from shared.contracts.complaint import Complaint, ComplaintReceived
from shared.contracts.decision import Decision
from shared.contracts.pack import Pack
from shared.errors import Park
from shared.messaging.envelope import read
from shared.messaging.topics import Topic

TOPIC = Topic.COMPLAINTS_RECEIVED.value
WAIT_MS = 1000
SILENT_SECONDS = 30
AT_ONCE = 5_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sample:
    """The latest complaints that were decided, oldest first. `undecided`: those for which nothing is kept to replay."""

    cases: tuple[Decided, ...]
    undecided: int
    packs: tuple[Pack, ...]


async def take(bootstrap: str, dsn: str, pack_name: str, last: int) -> Sample:
    """The `last` complaints, and every version of the pack. `dsn` is routing's own. Errors: `Trouble`."""
    complaints = await _latest(bootstrap, last)
    connection = await asyncpg.connect(dsn, timeout=10, server_settings={"timezone": "UTC"})
    try:
        async with connection.transaction(readonly=True):
            packs = [published.pack for published in await repository.editions(connection, pack_name)]
            known: dict[UUID, tuple[Decision, Known]] = {}
            for ids in _chunks([c.case_id for c in complaints], AT_ONCE):
                known |= await repository.kept(connection, ids)
    finally:
        await connection.close(timeout=10)
    cases = tuple(Decided(c, *known[c.case_id]) for c in complaints if c.case_id in known)
    return Sample(cases, len(complaints) - len(cases), tuple(packs))


async def _latest(bootstrap: str, last: int) -> list[Complaint]:
    """The latest complaints by when they were received, each once; the topic holds those of a week."""
    found: dict[UUID, Complaint] = {}
    async with _consumer(bootstrap) as consumer:
        ends: dict[TopicPartition, int] = await consumer.end_offsets(await _assigned(consumer))
        begins: dict[TopicPartition, int] = await consumer.beginning_offsets(list(ends))
        for partition, end in ends.items():
            consumer.seek(partition, max(begins[partition], end - last))
        async for record in _records(consumer, ends):
            if (complaint := _complaint(record)) is not None:
                found[complaint.case_id] = complaint
    return sorted(found.values(), key=lambda c: (c.received_at, c.case_id))[-last:]


@asynccontextmanager
async def _consumer(bootstrap: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await asyncio.wait_for(consumer.start(), SILENT_SECONDS)
        yield consumer
    finally:
        async with asyncio.timeout(10):
            await consumer.stop()


async def _assigned(consumer: AIOKafkaConsumer) -> set[TopicPartition]:
    for _ in range(100):
        partitions: set[TopicPartition] = consumer.assignment()
        if partitions:
            return partitions
        await asyncio.sleep(0.1)
    raise Trouble(f"there is no topic {TOPIC}: `psc topics` makes it")


async def _records(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> AsyncIterator[ConsumerRecord]:
    silent = 0
    while any([await consumer.position(partition) < end for partition, end in ends.items()]):
        fetched = await consumer.getmany(timeout_ms=WAIT_MS, max_records=AT_ONCE)
        silent = 0 if fetched else silent + WAIT_MS
        if silent >= SILENT_SECONDS * 1000:
            raise Trouble(f"Kafka said nothing for {SILENT_SECONDS} s")
        for batch in fetched.values():
            for record in batch:
                yield record


def _complaint(record: ConsumerRecord) -> Complaint | None:
    """None for what routing parked or passed over."""
    try:
        incoming = read(record, lambda type_: ComplaintReceived if type_ == _TYPE else None)
    except Park:
        return None
    return incoming.event.complaint if incoming and isinstance(incoming.event, ComplaintReceived) else None


_TYPE = ComplaintReceived.model_fields["type"].default


def _chunks(items: Sequence[T], size: int) -> Iterable[Sequence[T]]:
    return (items[at : at + size] for at in range(0, len(items), size))
