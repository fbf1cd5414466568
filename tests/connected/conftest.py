"""Real servers: one PostgreSQL for the session; a fresh database and a fresh broker for each module."""

import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from shared.messaging.topics import ensure
from tests.backends import kinds
from tests.backends.databases import Database
from tests.backends.kinds import KafkaServer, PostgresServer
from tests.backends.system import System


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is connected."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.fspath).parents:
            item.add_marker(pytest.mark.connected)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PostgresServer]:
    """A server for the session."""
    server = kinds.postgres(tmp_path_factory.mktemp("postgres"))
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A fresh database with all schemas migrated; `database.of("intake")` is a service's own DSN."""
    fresh = Database(postgres_server.dsn)
    await fresh.create()
    yield fresh
    await fresh.drop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[KafkaServer]:
    """A fresh broker with all topics; tests may kill and start it."""
    server = kinds.kafka(tmp_path_factory.mktemp("kafka"))
    await server.start()
    await ensure(server.bootstrap)
    yield server
    await server.stop()


@pytest.fixture(scope="module")
def kafka_bootstrap(kafka_server: KafkaServer) -> str:
    """host:port of the module's broker."""
    return kafka_server.bootstrap


@pytest.fixture(scope="module")
def service_settings(database: Database, kafka_bootstrap: str) -> dict[str, dict[str, str]]:
    """By service: the PSC_* settings of database and broker, without the prefix, for `Settings(**…)` or a process."""
    return {
        service: {"postgres_dsn": database.of(service), "kafka_bootstrap": kafka_bootstrap}
        for service in ("intake", "routing", "followup", "reporting")
    }


@pytest_asyncio.fixture(loop_scope="session")
async def superuser(database: Database) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """A connection that sees every schema: `select count(*) from intake.outbox`."""
    connection = await asyncpg.connect(database.dsn)
    yield connection
    await connection.close()


@pytest.fixture
def tag() -> str:
    """Something that no other test has."""
    return secrets.token_hex(6)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def system(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    """The four services as processes, ready."""
    running = System(database, kafka_bootstrap, tmp_path_factory.mktemp("logs"))
    try:
        await running.start()
        yield running
    finally:
        await running.stop()
