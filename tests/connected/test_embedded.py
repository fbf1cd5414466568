"""The Kafka and PostgreSQL that `make run` starts: killed with everything in them, and there again."""

import asyncio
import os
import signal
import socket
import stat
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.embedded import EmbeddedKafka, EmbeddedPostgres, privileges
from deploy.embedded.postgres import _write_private
from deploy.embedded.privileges import Privileges
from deploy.settings import SERVICES
from deploy.supervisor import database
from deploy.trouble import Trouble
from shared.messaging.topics import Topic, ensure
from tests.backends.local import LIBS, free_port

TOPIC = Topic.ENQUIRIES.value


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def postgres(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedPostgres]:
    """A server for the tests that only ask it."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("embedded") / "postgres", free_port())
    await server.start()
    yield server
    await server.stop()


async def _killed(server: EmbeddedKafka | EmbeddedPostgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    assert await asyncio.wait_for(server.wait(), 10) == -signal.SIGKILL


async def _send(bootstrap: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(TOPIC, value, partition=0)
    finally:
        await producer.stop()


async def _read(bootstrap: str, count: int) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(TOPIC, 0)])
        return [bytes((await asyncio.wait_for(consumer.getone(), 15)).value) for _ in range(count)]
    finally:
        await consumer.stop()


async def test_kafka_and_postgres_killed_together_keep_what_they_acknowledged(tmp_path: Path) -> None:
    folder = tmp_path / "地铁 数据, $HOME"
    kafka = EmbeddedKafka(folder / "kafka", LIBS, free_port(), controller_port=free_port())
    postgres = EmbeddedPostgres(folder / "postgres", free_port())
    try:
        await asyncio.gather(kafka.start(), postgres.start())
        await ensure(kafka.bootstrap)
        await _send(kafka.bootstrap, b"one", b"two")
        connection = await asyncpg.connect(postgres.dsn())
        await connection.execute("create table kept (x int)")
        await connection.execute("insert into kept values (7)")

        await asyncio.gather(_killed(kafka), _killed(postgres))
        await asyncio.gather(kafka.start(), postgres.start())

        assert await _read(kafka.bootstrap, 2) == [b"one", b"two"]
        connection = await asyncpg.connect(postgres.dsn())
        assert await connection.fetchval("select x from kept") == 7
        await connection.close()
    finally:
        await asyncio.gather(kafka.stop(), postgres.stop())


async def test_postgres_starts_beside_a_claim_whose_number_somebody_else_has_now(tmp_path: Path) -> None:
    postgres = EmbeddedPostgres(tmp_path, free_port())
    await postgres.start()
    await postgres.stop()
    # Not our own number: a server passes over its parent's.
    somebody = await asyncio.create_subprocess_exec("sleep", "60", stdin=asyncio.subprocess.DEVNULL)
    try:
        (tmp_path / "data" / "postmaster.pid").write_text(f"{somebody.pid}\n{tmp_path / 'data'}\n", encoding="utf-8")
        await postgres.start()
        await postgres.stop()
        assert somebody.returncode is None
    finally:
        somebody.kill()
        await somebody.wait()


async def test_postgres_is_durable_private_and_asks_for_a_password(postgres: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(postgres.dsn())
    settings = {name: await connection.fetchval(f"show {name}") for name in ("fsync", "synchronous_commit")}
    assert settings == {"fsync": "on", "synchronous_commit": "on"}
    assert await connection.fetchval("show listen_addresses") == "127.0.0.1"
    assert await connection.fetchval("show unix_socket_directories") == ""
    assert await connection.fetchval("select lower('ÀÉ') = 'àé' and '地铁' ~ '^\\w+$'")
    await connection.close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(postgres.dsn(), password="guess")


def test_the_superusers_password_is_private(tmp_path: Path) -> None:
    _write_private(tmp_path / "password", "x")
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="psc-test-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
async def test_postgres_runs_as_nobody_where_namespaces_are_refused(
    tmp_path: Path, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(privileges, "SHELTER", open_folder)
    postgres = EmbeddedPostgres(tmp_path / "postgres", free_port(), privileges=Privileges(user="nobody"))
    await postgres.start()
    try:
        assert postgres.pid is not None
        assert os.stat(f"/proc/{postgres.pid}").st_uid == 65534
        connection = await asyncpg.connect(postgres.dsn())
        assert await connection.fetchval("select 1") == 1
        await connection.close()
    finally:
        await postgres.stop()


async def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        postgres = EmbeddedPostgres(tmp_path / "postgres", taken.getsockname()[1])
        with pytest.raises(Trouble, match=r"PostgreSQL does not start: .*FATAL"):
            await postgres.start()
        kafka = EmbeddedKafka(tmp_path / "kafka", LIBS, taken.getsockname()[1], controller_port=free_port())
        with pytest.raises(Trouble, match=r"Kafka does not start: .*"):
            await kafka.start()


async def test_each_service_has_its_own_schema_and_no_rights_elsewhere(postgres: EmbeddedPostgres) -> None:
    await database.create(postgres.dsn())
    dsn = postgres.dsn(database.NAME)
    passwords = {service: f"{service} p@ss/word" for service in SERVICES}
    dsns = await database.prepare(dsn, passwords)
    assert await database.prepare(dsn, passwords) == dsns
    connection = await asyncpg.connect(dsns["intake"])
    await connection.execute("create table mine (x int)")
    await connection.execute("create temporary table aside (like mine)")
    assert await connection.fetchval("select schemaname from pg_tables where tablename = 'mine'") == "intake"
    await connection.close()
    other = await asyncpg.connect(dsns["routing"])
    for statement in ("select * from intake.mine", "create table public.x (y int)", "create schema mine"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await other.execute(statement)
    await other.close()


async def test_a_dsn_that_cannot_be_used_is_one_sentence_without_its_password(postgres: EmbeddedPostgres) -> None:
    where = f"127.0.0.1:{postgres.port}"
    connection = await asyncpg.connect(postgres.dsn())
    await connection.execute("create role plain login password 'plain-secret'")
    await connection.close()
    for dsn, said in (
        (f"postgresql://postgres:wrong-secret@{where}/postgres", "password authentication failed"),
        (postgres.dsn("nowhere"), 'database "nowhere" does not exist'),
        (f"postgresql://plain:plain-secret@{where}/postgres", "its role may not create roles"),
        (f"postgresql://postgres:a-secret@127.0.0.1:{free_port()}/postgres", "no PostgreSQL answers at"),
        ("a-secret", "PSC_POSTGRES_DSN"),
    ):
        with pytest.raises(Trouble, match=said) as caught:
            await database.check(dsn)
        assert "secret" not in str(caught.value)
        assert "\n" not in str(caught.value)
    assert await database.check(postgres.dsn()) >= "15"
