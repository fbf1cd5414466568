"""The outbox: what a transaction wants to say, written with what it did."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.base import Event
from shared.messaging.topics import Topic
from shared.storage.pool import Connection
from shared.storage.queries import load

SHARDS = 16

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event to say. `key` keeps the order: all of a case have its id. `trace` is a traceparent.

    `payload` is the event as JSON where the caller has it already.
    """

    topic: Topic
    key: str
    id: UUID
    event: Event
    trace: str | None = None
    again: bool = False
    payload: str | None = None

    def body(self) -> bytes:
        """The event as it travels."""
        return (self.payload or encoded(self.event)).encode()


def encoded(event: Event) -> str:
    """An event as JSON, the way it travels: what is not there is left out."""
    return event.model_dump_json(exclude_none=True)


def shard(key: str) -> int:
    """The shard of a key: one relay at a time sends it, so its order holds."""
    return zlib.crc32(key.encode()) % SHARDS


async def add(tx: Connection, outgoing: Sequence[Outgoing]) -> None:
    """Say these, in this order, when `tx` commits. Lock what `key` names first, or two transactions may swap.

    Errors: asyncpg.CheckViolationError for an event over 1 MB.
    """
    if not outgoing:
        return
    await queries.insert_outbox(
        tx,
        shards=[shard(o.key) for o in outgoing],
        topics=[o.topic.value for o in outgoing],
        keys=[o.key for o in outgoing],
        ids=[o.id for o in outgoing],
        types=[o.event.type for o in outgoing],
        traces=[o.trace for o in outgoing],
        agains=[o.again for o in outgoing],
        payloads=[o.body() for o in outgoing],
    )
