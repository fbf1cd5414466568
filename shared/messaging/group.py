"""A consumer group on FastStream: subscription, start without Kafka, lag, and the watchdog against silent stalls."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from aiokafka import ConsumerRecord
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

from shared.logging import get_logger
from shared.messaging.consumer import Consumer
from shared.messaging.relay import asked_to_end
from shared.messaging.topics import Topic
from shared.metrics import LAG

log = get_logger()

BUSY_LOOK_MS = 10
QUIET_LOOK_MS = 100
"""FastStream looks for messages at this pace while there are none: the first is latency, the second idle cost."""

WATCH_SECONDS = 10.0
STALLED_AFTER_SECONDS = 60.0
STALLED_EXIT = 75


class Group:
    """The members of this process in one consumer group.

    FastStream's defaults lose messages, hence: earliest, no automatic commits, nack on error, no producer.
    """

    def __init__(
        self,
        name: str,
        bootstrap: str,
        topics: Sequence[Topic],
        consumer: Consumer,
        *,
        size: int,
        look_ms: int = BUSY_LOOK_MS,
    ) -> None:
        self.name = name
        self.consumer = consumer
        self.connected = False
        self._broker = KafkaBroker(
            bootstrap,
            client_id=name,
            consumer_only=True,
            allow_auto_create_topics=False,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            graceful_timeout=5.0,
            request_timeout_ms=20_000,
            logger=None,
        )
        self._subscriber = self._broker.subscriber(
            *(topic.value for topic in topics),
            batch=True,
            group_id=name,
            max_records=size,
            batch_timeout_ms=look_ms,
            auto_offset_reset="earliest",
            fetch_max_wait_ms=500,
            partition_assignment_strategy=[StickyPartitionAssignor],
            heartbeat_interval_ms=500,
            session_timeout_ms=6_000,
            max_poll_interval_ms=300_000,
            parser=parse,
            decoder=decode,
        )
        self._subscriber(consumer.on_batch)

    async def run(self) -> None:
        """Start, waiting for Kafka with back-off, then watch until cancelled."""
        delay = 0.2
        try:
            while not self.connected:
                try:
                    await self._broker.start()
                    self.connected = True
                except Exception as error:  # noqa: BLE001 - whatever Kafka's absence looks like, it passes
                    log.warning("kafka_unreachable", group=self.name, error=type(error).__name__, retry_in=delay)
                    await self._stop()
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, 3.0)
            await self._watch()
        finally:
            await self._stop()

    async def _stop(self) -> None:
        self.connected = False
        try:
            async with asyncio.timeout(8):
                await self._broker.stop()
        except (Exception, asyncio.CancelledError) as error:
            log.info("group_dropped", group=self.name, error=type(error).__name__)
            if isinstance(error, asyncio.CancelledError) and asked_to_end():
                raise

    async def _watch(self) -> None:
        """A client that stopped fetching without a word is ended, so that a new one takes its partitions."""
        loop = asyncio.get_running_loop()
        seen, since = self.consumer.progress, loop.time()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            lag = await self._lag()
            if lag is not None:
                LAG.labels(self.name).set(lag)
            if not lag or self.consumer.progress != seen or self.consumer.slowed_by:
                seen, since = self.consumer.progress, loop.time()
            elif loop.time() - since > STALLED_AFTER_SECONDS:
                log.critical("consumer_stalled", group=self.name, lag=lag)
                os._exit(STALLED_EXIT)

    async def _lag(self) -> int | None:
        """Messages between our position and the end; None when Kafka does not say."""
        client = self._subscriber.consumer
        if client is None:
            return None
        try:
            assigned = client.assignment()
            async with asyncio.timeout(10):
                ends = await client.end_offsets(assigned) if assigned else {}
                positions = {p: await client.position(p) for p in ends}
            return sum(max(0, int(end) - int(positions[p])) for p, end in ends.items())
        except Exception:  # noqa: BLE001 - a rebalance or an absent broker is no stall
            return None


async def parse(records: tuple[ConsumerRecord, ...], original: Any) -> KafkaMessage:
    """FastStream's batch parser, kept away from headers: it decodes each and a null one would lose the batch."""
    message: KafkaMessage = await original((replace(records[0], headers=()),))
    message.raw_message = records
    return message


async def decode(message: KafkaMessage) -> Any:
    """The records as they came; bodies are validated within the handler, where a bad one can be parked."""
    return message.raw_message
