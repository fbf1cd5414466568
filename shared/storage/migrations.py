"""Schema changes: numbered SQL files, `NNNN_pre_*` before and `NNNN_post_*` after a deployment, each applied once."""

import hashlib
from pathlib import Path

import asyncpg

from shared.errors import PscError

SHARED = Path(__file__).with_name("migrations")

LEDGER = """
create table if not exists schema_migrations (
    source text not null, name text not null, digest text not null, applied_at timestamptz not null default now(),
    primary key (source, name)
)
"""


class MigrationChanged(PscError):
    """A file that was applied reads differently now; add a new file instead."""


async def migrate(dsn: str, folder: Path) -> list[str]:
    """Apply the files of `folder` that this schema lacks, in order; return their names.

    Each file runs in a transaction with its entry in the ledger, under an advisory lock, so that two starting copies
    do not collide. Errors: `MigrationChanged`; whatever PostgreSQL says of a wrong file.
    """
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtext('migrate'), hashtext(current_schema()))")
            await connection.execute(LEDGER)
        return [name for name, sql in _files(folder) if await _apply(connection, _source(folder), name, sql)]
    finally:
        await connection.close()


def _files(folder: Path) -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.sql"))]


def _source(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", source: str, name: str, sql: str) -> bool:
    digest = hashlib.sha256(sql.encode()).hexdigest()
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('migrate'), hashtext(current_schema()))")
        known = await connection.fetchval(
            "select digest from schema_migrations where source = $1 and name = $2", source, name
        )
        if known is not None:
            if known != digest:
                raise MigrationChanged(f"{source}/{name} was changed after it had been applied")
            return False
        await connection.execute(sql)
        await connection.execute(
            "insert into schema_migrations (source, name, digest) values ($1, $2, $3)", source, name, digest
        )
    return True
