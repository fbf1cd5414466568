"""Runs each form of the road on the same servers' kind, fresh each time, and measures it."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.messaging.topics import ensure
from tests.backends.databases import ROOT, SERVICES, Database
from tests.backends.local import LocalKafka, LocalPostgres, free_port
from tests.backends.system import INTEGRATION_KEY, System, until
from tests.bench.bare import TOPICS as BARE_TOPICS
from tests.bench.figures import Form, Processor
from tests.bench.load import Load

ROUNDS = 3
CONNECTIONS = 64
NAIVE = {"PSC_BATCH_SIZE": "1", "PSC_INTAKE_GROUP_COMMIT": "off"}
ARRIVE_SECONDS = 300.0
LOOK_SECONDS = 0.01

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Running:
    """A form that runs: where complaints go in, where their arrival shows, and who uses processor time."""

    port: int
    token: str
    dsn: str
    arrivals: str
    """SQL that returns numbers which arrived after row $1, with their row: (row, number)."""
    pids: dict[str, int]


async def full(folder: Path, count: int, say: Say, *, extra: dict[str, str] | None = None, half: bool = True) -> Form:
    """The four services as they are run; `extra` turns them into the naive form."""
    postgres, kafka = LocalPostgres(folder), LocalKafka(folder)
    await asyncio.gather(postgres.start(), kafka.start())
    database = Database(postgres.dsn)
    system = System(database, kafka.bootstrap, folder, extra or {})
    try:
        await asyncio.gather(ensure(kafka.bootstrap), database.create())
        await system.start()
        running = Running(
            port=system.ports["intake"],
            token=INTEGRATION_KEY,
            dsn=database.dsn,
            arrivals="select sequence, number from reporting.stream where sequence > $1 and version = 1 order by 1",
            pids=_pids(system.processes, postgres, kafka),
        )
        return await _measure(running, count, say, half=half)
    finally:
        await system.stop()
        await asyncio.gather(kafka.stop(), postgres.stop())


async def bare(folder: Path, count: int, say: Say) -> Form:
    """The bare minimum."""
    postgres, kafka = LocalPostgres(folder), LocalKafka(folder)
    await asyncio.gather(postgres.start(), kafka.start())
    port = free_port()
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        await _bare_topics(kafka.bootstrap)
        for role in SERVICES:
            processes[role] = _spawn_bare(role, postgres.dsn, kafka.bootstrap, port)
        arrivals = (
            "select extract(epoch from at)::float8, id::text from bare_reporting.state where false and $1 is null"
        )
        running = Running(port, "bare", postgres.dsn, arrivals, _pids(processes, postgres, kafka))
        await _listening(port)
        return await _measure(running, count, say, half=False, arrived="select count(*) from bare_reporting.state")
    finally:
        for process in processes.values():
            process.kill()
            process.wait(5)
        await asyncio.gather(kafka.stop(), postgres.stop())


async def _measure(
    running: Running, count: int, say: Say, *, half: bool, arrived: str = "select count(*) from reporting.cases"
) -> Form:
    connection = await asyncpg.connect(running.dsn)
    try:
        load = Load("127.0.0.1", running.port, running.token)
        await load.burst(max(count // 3, 50), CONNECTIONS)
        await _all_arrived(connection, arrived, len(load.taken))
        say("  warm")
        accepted, end_to_end = [], []
        before, sent = Processor.now(running.pids), 0
        for number in range(ROUNDS):
            began = time.perf_counter()
            took = await load.burst(count, CONNECTIONS)
            await _all_arrived(connection, arrived, len(load.taken))
            accepted.append(count / took)
            end_to_end.append(count / (time.perf_counter() - began))
            sent += count
            say(f"  round {number + 1}: {accepted[-1]:,.0f}/s accepted, {end_to_end[-1]:,.0f}/s end to end")
        cpu = Processor.now(running.pids).since(before, sent)
        if load.failed:
            raise RuntimeError(f"{load.failed} of {len(load.taken) + load.failed} posts were refused")
        offered = sorted(end_to_end)[len(end_to_end) // 2] / 2
        post, visible = await _half_load(running, connection, offered) if half else ([], [])
        return Form(accepted, end_to_end, cpu, post, visible, offered)
    finally:
        await connection.close()


async def _half_load(
    running: Running, connection: "asyncpg.Connection[asyncpg.Record]", per_second: float
) -> tuple[list[float], list[float]]:
    """POST and POST → visible at half of what the road can bear, seconds."""
    load = Load("127.0.0.1", running.port, running.token)
    seen: dict[str, float] = {}
    looking = asyncio.create_task(_look(running, connection, seen))
    await load.steady(per_second, 10, CONNECTIONS)

    async def all_seen() -> bool:
        return all(taken.number in seen for taken in load.taken)

    visible = await until(all_seen, 10)
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    if not visible:
        raise RuntimeError(f"only {len(seen)} of {len(load.taken)} complaints became visible in 10 s")
    return [t.took for t in load.taken], [seen[t.number] - t.began for t in load.taken]


async def _look(running: Running, connection: "asyncpg.Connection[asyncpg.Record]", seen: dict[str, float]) -> None:
    last = 0
    while True:
        rows = await connection.fetch(running.arrivals, last)
        now = time.perf_counter()
        for row in rows:
            seen[row[1]] = now
            last = row[0]
        await asyncio.sleep(LOOK_SECONDS)


async def _all_arrived(connection: "asyncpg.Connection[asyncpg.Record]", arrived: str, count: int) -> None:
    async def complete() -> bool:
        return bool(await connection.fetchval(arrived) >= count)

    if not await until(complete, ARRIVE_SECONDS, LOOK_SECONDS):
        raise RuntimeError(f"not all of {count} complaints arrived in {ARRIVE_SECONDS:.0f} s")


def _pids(processes: dict[str, subprocess.Popen[bytes]], postgres: LocalPostgres, kafka: LocalKafka) -> dict[str, int]:
    return {name: p.pid for name, p in processes.items()} | {"postgres": postgres.pid, "kafka": kafka.pid}


def _spawn_bare(role: str, dsn: str, bootstrap: str, port: int) -> subprocess.Popen[bytes]:
    env = os.environ | {"BARE_DSN": dsn, "BARE_KAFKA": bootstrap, "BARE_PORT": str(port)}
    return subprocess.Popen([sys.executable, "-m", "tests.bench.bare", role], cwd=ROOT, env=env)


async def _bare_topics(bootstrap: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics(
            [NewTopic(name, 12, 1, topic_configs={"flush.messages": "1"}) for name in BARE_TOPICS], timeout_ms=20_000
        )
        await asyncio.sleep(1)
    finally:
        await admin.close()


async def _listening(port: int) -> None:
    async def open_to_all() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    if not await until(open_to_all, 10):
        raise RuntimeError("the bare form does not listen")
    await asyncio.sleep(2)
