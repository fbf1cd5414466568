"""intake while Kafka or the database is away, and complaints whose case nobody opens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest_asyncio

from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.kinds import KafkaServer
from tests.backends.local import free_port
from tests.backends.system import until
from tests.connected.intake import Intake, Made, running
from tests.connected.wire import Heard

IMPATIENT = {
    "PSC_UNOPENED_AFTER_SECONDS": "0.5",
    "PSC_RESEND_AFTER_SECONDS": "1.5",
    "PSC_RESEND_EVERY_SECONDS": "1",
    "PSC_WATCH_EVERY_SECONDS": "0.2",
}


class Line:
    """The way to the database, which can be cut."""

    def __init__(self, dsn: str) -> None:
        parts = urlsplit(dsn)
        self._to = (parts.hostname or "", parts.port or 5432)
        self._port = free_port()
        self.dsn = urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{self._port}"))
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)

    async def cut(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self._to)
        self._writers |= {writer, back}
        with contextlib.suppress(OSError):
            await asyncio.gather(_copy(reader, back), _copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def line(database: Database) -> AsyncIterator[Line]:
    line = Line(database.of("intake"))
    await line.mend()
    yield line
    await line.cut()


def of(made: Made, heard: list[Heard]) -> list[Heard]:
    return [one for one in heard if one.key == made["case_id"]]


async def unopened(intake: Intake) -> float:
    async with httpx.AsyncClient(base_url=intake.system.url("intake")) as client:
        text = (await client.get("/metrics")).text
    lines = [line for line in text.splitlines() if line.startswith("psc_unopened_complaints ")]
    return float(lines[0].split()[1])


async def test_a_complaint_whose_case_is_not_opened_is_reported_and_said_again_until_it_is(
    database: Database, kafka_bootstrap: str, tmp_path: Path
) -> None:
    async with running(database, kafka_bootstrap, tmp_path, IMPATIENT) as intake:
        made = await intake.made(
            text="13812345678 李四", passenger={"name": "李四", "phone": "13812345678"}, claim={"amount_cny": 2.5}
        )

        async def reported() -> bool:
            return await unopened(intake) == 1

        assert await until(reported, 10)
        heard = await intake.wire.hear([Topic.COMPLAINTS_RECEIVED], lambda h: len(of(made, h)) >= 3)
        said = of(made, heard)
        assert len({one.id for one in said}) == len({one.body for one in said}) == 1
        assert [one.headers.get("psc-again") for one in said[:3]] == [None, "1", "1"]
        assert len({one.headers["traceparent"] for one in said}) == 1
        await intake.open(made)

        async def settled() -> bool:
            return await unopened(intake) == 0

        assert await until(settled, 10)
        before = await intake.value("select count(*) from unopened")
        await asyncio.sleep(1.5)
        again = await intake.wire.hear([Topic.COMPLAINTS_RECEIVED], lambda h: len(of(made, h)) >= len(said))
        assert before == 0
        assert len(of(made, again)) <= len(said) + 1, "it is still being said"
        assert '"complaints_unopened"' in (tmp_path / "intake.log").read_text()
        assert "13812345678" not in (tmp_path / "intake.log").read_text()


async def test_without_kafka_intake_starts_accepts_and_says_it_once_kafka_is_back(
    database: Database, kafka_server: KafkaServer, tmp_path: Path
) -> None:
    await kafka_server.kill()
    async with running(database, kafka_server.bootstrap, tmp_path, IMPATIENT) as intake:
        made = [await intake.made(text=f"没有卡夫卡也要收 {n}") for n in range(20)]
        assert (await intake.client.get("/readyz")).status_code == 200

        async def overdue() -> bool:
            return await unopened(intake) >= 20

        assert await until(overdue, 15)
        await asyncio.sleep(1.5)
        keys = [m["case_id"] for m in made]
        waiting = await intake.value("select count(*) from outbox where key = any($1::text[])", keys)
        assert waiting == 20, "what has not left the outbox must not be put into it again"
        await kafka_server.start()
        heard = await intake.wire.hear(
            [Topic.COMPLAINTS_RECEIVED], lambda h: set(keys) <= {one.key for one in h}, seconds=40
        )
        assert all(len({one.id for one in of(m, heard)}) == 1 for m in made)


async def test_without_its_database_intake_says_so_stores_nothing_and_recovers(
    database: Database, kafka_bootstrap: str, tmp_path: Path, line: Line
) -> None:
    settings = {"PSC_POSTGRES_DSN": line.dsn}
    async with running(database, kafka_bootstrap, tmp_path, settings) as intake:
        assert (await intake.complain()).status_code == 201
        before = await intake.counts()
        await line.cut()
        refused = await intake.complain("away", text="数据库不在")
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["data_safe"] is False
        item = {"idempotency_key": "away", "complaint": {"channel": "web", "text": "数据库不在"}}
        batch = await intake.client.post("/v1/complaints:batch", json={"items": [item]})
        assert batch.status_code == 503
        assert (await intake.client.get("/readyz")).status_code == 503
        assert (await intake.client.get("/livez")).status_code == 200
        assert await intake.counts() == before
        await line.mend()

        async def takes_it() -> bool:
            return (await intake.complain("away", text="数据库不在")).status_code == 201

        assert await until(takes_it, 10)
        assert (await intake.counts())["complaints"] == before["complaints"] + 1
