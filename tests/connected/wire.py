"""Topics from outside: says events and hears what others say, as any other program would."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from shared.clock import utc_now
from shared.contracts.base import Event
from shared.contracts.complaint import Complaint, ComplaintReceived
from shared.contracts.vocabulary import Channel
from shared.ids import derived_id, new_id
from shared.messaging.envelope import headers
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import System

Headers = Sequence[tuple[str, bytes | None]]
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it lay on the topic."""

    key: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> UUID:
        """ce_id."""
        return UUID(self.headers["ce_id"])


class Wire:
    """A producer, and consumers without a group."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None

    async def close(self) -> None:
        """Stop the producer."""
        if self._producer is not None:
            await self._producer.stop()

    async def raw(self, topic: Topic, value: bytes | None, headers: Headers, key: bytes | None = b"poison") -> None:
        """Say anything, acknowledged. The same key goes to the same partition."""
        if self._producer is None:
            self._producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all", enable_idempotence=True)
            await self._producer.start()
        await self._producer.send_and_wait(topic.value, value, key=key, headers=list(headers))

    async def say(
        self, topic: Topic, event: Event, key: str, id_: UUID, *, again: bool = False, trace: str | None = TRACE
    ) -> None:
        """Say an event."""
        sent = headers("tests", id_, event.type, utc_now(), trace, again=again)
        await self.raw(topic, event.model_dump_json(exclude_none=True).encode(), sent, key.encode())

    async def complain(self, complaint: Complaint, *, again: bool = False) -> UUID:
        """Say that intake received a complaint; the event's id."""
        id_ = derived_id("received", complaint.case_id)
        event = ComplaintReceived(complaint=complaint)
        await self.say(Topic.COMPLAINTS_RECEIVED, event, str(complaint.case_id), id_, again=again)
        return id_

    async def hear(
        self, topics: Sequence[Topic], enough: Callable[[list[Heard]], object], seconds: float = 20
    ) -> list[Heard]:
        """Everything on `topics`, as soon as there is enough; fails with what was heard when there is not."""
        consumer = AIOKafkaConsumer(
            *(topic.value for topic in topics),
            bootstrap_servers=self.bootstrap,
            auto_offset_reset="earliest",
            group_id=None,
        )
        heard: list[Heard] = []
        await consumer.start()
        try:
            loop = asyncio.get_running_loop()
            end = loop.time() + seconds
            while not enough(heard) and loop.time() < end:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    heard += map(_heard, records)
        finally:
            await consumer.stop()
        assert enough(heard), f"heard only {len(heard)}"
        return heard


def _heard(record: ConsumerRecord) -> Heard:
    named = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
    return Heard(bytes(record.key or b"").decode(), named, bytes(record.value or b""))


def complaint(text: str = "二号线人民广场站闸机多扣了我两块钱", **fields: Any) -> Complaint:
    """A complaint of its own."""
    case_id = new_id()
    base = {"case_id": case_id, "number": f"PS-{case_id.hex}", "channel": Channel.WEB, "text": text}
    return Complaint(**{**base, "received_at": utc_now(), **fields})


@asynccontextmanager
async def routing_alone(database: Database, bootstrap: str, folder: Path, **settings: str) -> AsyncIterator[System]:
    """The routing service as a process of its own, ready; `settings` are PSC_* without the prefix, in lower case."""
    extra = {f"PSC_{name.upper()}": value for name, value in settings.items()}
    system = System(database, bootstrap, folder, extra)
    try:
        await system.start("routing")
        yield system
    finally:
        await system.stop()
