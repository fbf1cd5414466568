"""Migrations and roles on a real server."""

from pathlib import Path

import asyncpg
import pytest

from shared.storage.migrations import MigrationChanged, migrate
from tests.backends.databases import Database


async def test_a_migration_is_applied_once_and_a_changed_one_is_refused(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "routing" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_pre_a.sql").write_text("create table planted (a int)")
    assert await migrate(database.of("routing"), folder) == ["0001_pre_a.sql"]
    assert await migrate(database.of("routing"), folder) == []
    (folder / "0001_pre_a.sql").write_text("create table planted (b int)")
    with pytest.raises(MigrationChanged):
        await migrate(database.of("routing"), folder)


async def test_a_failing_migration_leaves_nothing(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "intake" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_pre_b.sql").write_text("create table half (a int); select 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(database.of("intake"), folder)
    connection = await asyncpg.connect(database.of("intake"))
    try:
        assert await connection.fetchval("select to_regclass('half')") is None
    finally:
        await connection.close()


async def test_a_service_cannot_read_another_services_schema(database: Database) -> None:
    connection = await asyncpg.connect(database.of("reporting"))
    try:
        assert await connection.fetchval("select count(*) from outbox") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval("select count(*) from intake.outbox")
    finally:
        await connection.close()
