"""The batch consumer: many events, one transaction, one offset commit; one by one where a batch fails.

batch ── read ──► claim inbox ──► handlers, by type ──► commit ──► offsets
  │                                    │
  │ passes by itself: wait, try the batch again      │ cannot succeed: each alone; the one that fails is parked
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aiokafka import ConsumerRecord
from opentelemetry.trace import SpanKind

from shared.contracts.base import Event
from shared.contracts.registry import EVENTS
from shared.errors import Park, passes
from shared.logging import get_logger
from shared.messaging import inbox
from shared.messaging.dead_letters import DeadLetters, queries, restore
from shared.messaging.envelope import Incoming, read
from shared.messaging.topics import Topic
from shared.metrics import BATCH, CONSUMED, REPEATED, SLOWED
from shared.storage.pool import Connection, Pool
from shared.telemetry import Span, Tracing

log = get_logger()

Handler = Callable[[Connection, Sequence[Incoming[Any]]], Awaitable[None]]
"""Takes events of one type into effect within the transaction; all were claimed just now."""

BUG_TRIES = 3


@dataclass(frozen=True, slots=True)
class Handles:
    """What a service does with each type of event, in the order in which the types of a batch are taken.

    A key may be a base class such as `CaseEvent`: its handler gets every type below it, in the order of arrival, where
    one handler per type would see a case's events out of order. `again` gets deliveries marked psc-again that had
    taken effect before. `strangers` says, by the beginning of their names, as which class types are read that a later
    version may send; others that nobody here knows are passed over.
    """

    handlers: Mapping[type[Event], Handler]
    again: Mapping[type[Event], Handler] = field(default_factory=dict)
    strangers: Mapping[str, type[Event]] = field(default_factory=dict)

    def model(self, type_: str) -> type[Event] | None:
        """The class to read a `ce_type` as, None when we have no use for it."""
        known = EVENTS.get(type_)
        if known is None:
            return next((base for start, base in self.strangers.items() if type_.startswith(start)), None)
        return known if issubclass(known, tuple(self.handlers)) else None


class Consumer:
    """One consumer group's way of taking events."""

    def __init__(
        self,
        service: str,
        pool: Pool,
        handles: Handles,
        topics: Sequence[Topic],
        tracing: Tracing,
        letters: DeadLetters,
        wake: Callable[[], None],
        small: int = 0,
        pace: float = 0.0,
    ) -> None:
        """Batches of fewer than `small` begin `pace` seconds apart, so that at a moderate load they grow: a batch of
        one costs as much processor time as one of fifty.
        """
        self._service = service
        self._pool = pool
        self._handles = handles
        self._topics = [topic.value for topic in topics]
        self._tracing = tracing
        self._letters = letters
        self._wake = wake
        self._small = small
        self._pace = pace
        self._model = lru_cache(200)(handles.model)
        self.slowed_by: str | None = None
        self.progress = 0

    async def on_batch(self, records: tuple[ConsumerRecord, ...]) -> None:
        """FastStream's handler. Returns when every record has taken effect, was taken before, or is parked."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._settle(records)
        self.progress += 1
        if len(records) < self._small:
            await asyncio.sleep(began + self._pace - loop.time())

    async def redrive(self) -> int:
        """Try again what an operator asked for of this group's topics, in its order; returns how many were tried."""
        rows = [row async for row in queries.to_redrive(self._pool, topics=self._topics, size=100)]
        for row in rows:
            await self._settle((restore(row),), redriving=row["id"])
        return len(rows)

    async def _settle(self, records: Sequence[ConsumerRecord], redriving: object = None) -> None:
        delay, tries = 0.1, 0
        while True:
            try:
                await self._take(records, redriving)
                self.slowed_by = None
                return
            except Exception as error:  # noqa: BLE001 - its type decides below
                tries += 1
                if passes(error):
                    await self._slow_down(error, delay)
                elif len(records) > 1:
                    for record in records:
                        await self._settle((record,))
                    return
                elif isinstance(error, Park) or tries >= BUG_TRIES:
                    await self._park(records[0], error)
                    return
                delay = min(delay * 2, 5.0)

    async def _slow_down(self, error: Exception, delay: float) -> None:
        self.slowed_by = type(error).__name__
        SLOWED.labels(self._service, self.slowed_by).inc()
        log.warning("consumer_waits", exc_info=error, retry_in=delay)
        await asyncio.sleep(delay)

    async def _park(self, record: ConsumerRecord, error: Exception) -> None:
        why = error if isinstance(error, Park) else Park("failed", type(error).__name__)
        log.error("message_parked", reason=why.reason, topic=record.topic, offset=record.offset, exc_info=error)
        delay = 0.1
        while True:
            try:
                async with self._pool.acquire() as connection, connection.transaction():
                    await self._letters.park(connection, record, why)
                self.slowed_by = None
                break
            except Exception as again:  # noqa: BLE001 - raised it would be delivered again at once, for ever
                await self._slow_down(again, delay)
                delay = min(delay * 2, 5.0)
        self._wake()

    async def _take(self, records: Sequence[ConsumerRecord], redriving: object) -> None:
        events = [incoming for record in records if (incoming := read(record, self._model))]
        with BATCH.labels(self._service).time():
            async with self._pool.acquire() as connection, connection.transaction():
                claimed = await inbox.claim(connection, [e.id for e in events])
                await self._effect(connection, events, claimed)
                if redriving is not None:
                    await queries.mark_redriven(connection, id=redriving)
        self._wake()

    async def _effect(self, tx: Connection, events: Sequence[Incoming[Any]], claimed: set[Any]) -> None:
        fresh: dict[Any, Incoming[Any]] = {}
        repeated: list[Incoming[Any]] = []
        for event in events:
            if event.id in claimed and event.id not in fresh:
                fresh[event.id] = event
            else:
                repeated.append(event)
        if repeated:
            REPEATED.labels(self._service).inc(len(repeated))
            await self._by_type(tx, self._handles.again, [e for e in repeated if e.again])
        await self._by_type(tx, self._handles.handlers, list(fresh.values()))

    async def _by_type(
        self, tx: Connection, handlers: Mapping[type[Event], Handler], events: Sequence[Incoming[Any]]
    ) -> None:
        for model, handler in handlers.items():
            same = [e for e in events if isinstance(e.event, model)]
            if not same:
                continue
            spans = {e.id: self._process_span(e) for e in same if self._tracing.records(e.trace)}
            await handler(tx, [e.within(spans[e.id].traceparent) if e.id in spans else e for e in same])
            for span in spans.values():
                span.end()
            for type_, count in Counter(e.event.type for e in same).items():
                CONSUMED.labels(self._service, type_).inc(count)

    def _process_span(self, incoming: Incoming[Any]) -> Span:
        """OpenTelemetry's messaging conventions: one process span per message, under its sender's."""
        return self._tracing.span(
            f"process {incoming.record.topic}",
            incoming.trace,
            kind=SpanKind.CONSUMER,
            attributes={
                "messaging.system": "kafka",
                "messaging.operation.type": "process",
                "messaging.operation.name": "process",
                "messaging.destination.name": incoming.record.topic,
                "messaging.destination.partition.id": str(incoming.record.partition),
                "messaging.kafka.message.key": incoming.key,
                "messaging.kafka.offset": incoming.record.offset,
                "messaging.message.id": str(incoming.id),
                "messaging.consumer.group.name": f"psc-{self._service}",
            },
        )
