"""The relay: the only one that publishes. Outbox → Kafka, in order per key, at least once, then deleted.

One relay per shard holds an advisory lock on a connection of its own; whoever dies loses its locks and another takes
over. What was sent but not yet deleted goes out again with the same id, and inboxes drop it.

`asyncio.timeout` and not `wait_for`: in Python 3.11 that one forgets a cancellation that comes as its work is done.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer

from shared.logging import get_logger
from shared.messaging.envelope import headers
from shared.messaging.outbox import SHARDS
from shared.metrics import RELAYED
from shared.storage.pool import Pool, Row
from shared.storage.queries import load

log = get_logger()
queries = load(__file__)

POLL_SECONDS = 0.2
PACE_SECONDS = 0.01
"""Rounds begin this far apart unless they are full: a round of one costs as much processor time as one of fifty."""
SHARDS_AGAIN_SECONDS = 2.0
SEND_TIMEOUT_SECONDS = 60.0


class Relay:
    """Sends a service's outbox. `wake` it after a commit, so that it need not wait for its next look."""

    def __init__(self, service: str, pool: Pool, dsn: str, bootstrap: str, *, size: int = 500) -> None:
        self._service = service
        self._pool = pool
        self._dsn = dsn
        self._bootstrap = bootstrap
        self._size = size
        self._woken = asyncio.Event()
        self._producer: AIOKafkaProducer | None = None

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled; whatever fails is tried again with back-off and a new producer."""
        delay = 0.1
        while True:
            try:
                await self._with_shards()
                delay = 0.1
            except Exception as error:
                log.warning("relay_interrupted", exc_info=error, retry_in=delay)
                await self._drop_producer()
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5.0)
            except asyncio.CancelledError:
                await self._drop_producer()
                raise

    async def _with_shards(self) -> None:
        """Hold what shards can be had on one connection and send them; look for orphaned shards now and then."""
        holder = await asyncpg.connect(self._dsn)
        try:
            mine: set[int] = set()
            loop = asyncio.get_running_loop()
            while True:
                if len(mine) < SHARDS:
                    mine |= {s for s in range(SHARDS) if s not in mine and await queries.try_shard(holder, shard=s)}
                again = loop.time() + SHARDS_AGAIN_SECONDS
                while loop.time() < again or len(mine) == SHARDS:
                    # The locks live as long as this connection: without it another relay may be sending.
                    if holder.is_closed():
                        raise ConnectionResetError("the connection that holds the shards is gone")
                    began = loop.time()
                    if await self._round(sorted(mine)) < self._size:
                        await self._pause()
                        await asyncio.sleep(began + PACE_SECONDS - loop.time())
        finally:
            await holder.close(timeout=2)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        self._woken.clear()

    async def _round(self, shards: Sequence[int]) -> int:
        """Send one batch and forget it; returns how many."""
        if not shards:
            return 0
        rows = [row async for row in queries.next_outbox(self._pool, shards=shards, size=self._size)]
        if rows:
            async with asyncio.timeout(SEND_TIMEOUT_SECONDS):
                await self._send(rows)
            await queries.delete_outbox(self._pool, ids=[row["id"] for row in rows])
            RELAYED.labels(self._service).inc(len(rows))
        return len(rows)

    async def _send(self, rows: Sequence[Row]) -> None:
        producer = self._producer or await self._new_producer()
        waiting: list[asyncio.Future[Any]] = []
        for row in rows:
            sent = headers(
                self._service, row["event_id"], row["type"], row["at"], row["traceparent"], again=row["again"]
            )
            waiting.append(
                await producer.send(row["topic"], row["payload"], key=row["key"].encode(), headers=list(sent))
            )
        await asyncio.gather(*waiting)

    async def _new_producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._bootstrap,
            client_id=f"psc-{self._service}-relay",
            acks="all",
            enable_idempotence=True,
            max_batch_size=128 * 1024,
            max_request_size=4 * 1024 * 1024,
            request_timeout_ms=20_000,
        )
        try:
            await producer.start()
        except BaseException:
            await _quietly(producer.stop())
            raise
        self._producer = producer
        return producer

    async def _drop_producer(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await _quietly(producer.stop())


async def _quietly(stopping: Any) -> None:
    """An idempotent producer may hang in stop() while its broker is away; its stop() may also cancel itself."""
    try:
        async with asyncio.timeout(3):
            await stopping
    except (Exception, asyncio.CancelledError) as error:
        log.info("producer_dropped", error=type(error).__name__)
        if isinstance(error, asyncio.CancelledError) and asked_to_end():
            raise


def asked_to_end() -> bool:
    """Whether someone cancelled this task, as against a library that cancels itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
