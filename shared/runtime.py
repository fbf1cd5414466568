"""What every service process runs: its pool, relay, consumer groups, jobs and HTTP server, and how they end."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from shared import logging
from shared.errors import passes
from shared.messaging.consumer import Consumer, Handles
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.dead_letters import queries as messaging
from shared.messaging.group import BUSY_LOOK_MS, QUIET_LOOK_MS, Group
from shared.messaging.relay import Relay
from shared.messaging.topics import Topic
from shared.metrics import OUTBOX
from shared.settings import ServiceSettings
from shared.storage.pool import Pool, open_pool
from shared.telemetry import Tracing

log = logging.get_logger()

Job = Callable[[], Awaitable[None]]

INBOX_DAYS = 90
SMALL_SHARE = 5
"""A batch of less than this part of the batch size is small."""
BUSY_PACE_SECONDS = 0.02
QUIET_PACE_SECONDS = 0.1


class Runtime:
    """One service process."""

    def __init__(self, service: str, settings: ServiceSettings, pool: Pool) -> None:
        self.service = service
        self.settings = settings
        self.pool = pool
        self.tracing = Tracing(service)
        self.letters = DeadLetters(service, settings.parked_per_minute)
        dsn = settings.postgres_dsn.get_secret_value()
        self.relay = Relay(service, pool, dsn, settings.kafka_bootstrap, size=settings.batch_size)
        self.groups: list[Group] = []
        self._jobs: list[tuple[str, Job]] = [("relay", self.relay.run), ("housekeeping", self._keep_house)]

    @staticmethod
    @asynccontextmanager
    async def open(service: str, settings: ServiceSettings) -> "AsyncIterator[Runtime]":
        """A runtime with an open pool; closes pool and tracing at the end."""
        logging.configure(service, settings.log_level)
        pool = await open_pool(settings.postgres_dsn.get_secret_value(), name=f"psc-{service}")
        runtime = Runtime(service, settings, pool)
        try:
            yield runtime
        finally:
            runtime.tracing.close()
            try:
                await asyncio.wait_for(pool.close(), 3)
            except TimeoutError:
                pool.terminate()

    def consume(
        self,
        topics: Sequence[Topic],
        handles: Handles,
        *,
        suffix: str = "",
        when: Job | None = None,
        quiet: bool = False,
    ) -> Group:
        """Take these topics in the group `psc-<service><suffix>`, once `when` has returned.

        A `quiet` road may be a tenth of a second late and costs less.
        """
        consumer = Consumer(
            self.service,
            self.pool,
            handles,
            topics,
            tracing=self.tracing,
            letters=self.letters,
            wake=self.relay.wake,
            small=self.settings.batch_size // SMALL_SHARE,
            pace=QUIET_PACE_SECONDS if quiet else BUSY_PACE_SECONDS,
        )
        name = f"psc-{self.service}{suffix}"
        group = Group(
            name,
            self.settings.kafka_bootstrap,
            topics,
            consumer,
            size=self.settings.batch_size,
            look_ms=QUIET_LOOK_MS if quiet else BUSY_LOOK_MS,
        )

        async def run() -> None:
            if when is not None:
                await when()
            await group.run()

        self.groups.append(group)
        self.job(name, run)
        self.job(f"{name}-redrive", every(1.0, consumer.redrive))
        return group

    def job(self, name: str, job: Job) -> None:
        """Run this beside the server; a job that fails is logged and started again."""
        self._jobs.append((name, job))

    async def serve(self, app: FastAPI) -> None:
        """Serve until SIGTERM or SIGINT, then stop taking requests, stop the jobs, and return."""
        config = uvicorn.Config(
            app,
            host=self.settings.http_host,
            port=self.settings.http_port,
            # No limit_concurrency: its refusal is no problem document; shared.web.limits.Room has ours.
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
            timeout_keep_alive=30,
        )
        # Batches make many small objects that die with them: looking for cycles among them costs a sixth of the CPU.
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        server = _Server(config)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.handle_exit, number, None)
        tasks = [asyncio.create_task(_keep_running(name, job), name=name) for name, job in self._jobs]
        try:
            await server.serve()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks, timeout=9)
            log.info("stopped")

    async def _keep_house(self) -> None:
        rounds = 0
        while True:
            OUTBOX.labels(self.service).set(await messaging.outbox_size(self.pool))
            if rounds % 720 == 0:
                await messaging.forget_inbox(self.pool, days=INBOX_DAYS)
            rounds += 1
            await asyncio.sleep(5)


def every(seconds: float, work: Callable[[], Awaitable[object]]) -> Job:
    """A job that does `work`, then rests, for ever."""

    async def run() -> None:
        while True:
            await work()
            await asyncio.sleep(seconds)

    return run


async def _keep_running(name: str, job: Job) -> None:
    delay = 0.2
    while True:
        try:
            await job()
            return
        except Exception as error:
            log.log(30 if passes(error) else 40, "job_failed", job=name, exc_info=error, retry_in=delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again and end the process before the jobs have stopped."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
