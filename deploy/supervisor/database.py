"""One database, one schema per service, each owned by its own login role that has no rights elsewhere."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
from asyncpg.exceptions import InterfaceError, PostgresError

from deploy.settings import ROOT, SERVICES
from deploy.trouble import Trouble
from shared.storage.migrations import SHARED, migrate
from shared.storage.pool import Connection

NAME = "psc"
OLDEST = 150_000
ANSWERS_WITHIN = 10.0


async def create(dsn: str) -> None:
    """Create the database `psc` on a server that was started here."""
    connection = await asyncpg.connect(dsn, timeout=ANSWERS_WITHIN)
    try:
        if not await connection.fetchval("select 1 from pg_database where datname = $1", NAME):
            await connection.execute(f"create database {NAME} encoding 'UTF8' template template0")
    finally:
        await connection.close()


async def check(dsn: str) -> str:
    """The version of a server given by the operator. Errors: `Trouble` when it cannot be used, without its password."""
    try:
        connection = await asyncpg.connect(dsn, timeout=ANSWERS_WITHIN)
    except TimeoutError:
        raise Trouble(f"PSC_POSTGRES_DSN: no answer within {ANSWERS_WITHIN:.0f} s from {_public(dsn)}") from None
    except OSError:
        raise Trouble(f"PSC_POSTGRES_DSN: no PostgreSQL answers at {_public(dsn)}") from None
    except (PostgresError, InterfaceError, ValueError) as error:
        raise Trouble(f"PSC_POSTGRES_DSN cannot be used: {_sentence(error)}") from None
    try:
        version = connection.get_server_version()
        if version.major * 10_000 < OLDEST:
            raise Trouble(f"PSC_POSTGRES_DSN: PostgreSQL {version.major} is too old, 15 or later is needed")
        if not await connection.fetchval("select rolsuper or rolcreaterole from pg_roles where rolname = current_user"):
            raise Trouble("PSC_POSTGRES_DSN: its role may not create roles; psc creates one per service")
        return str(version.major)
    finally:
        await connection.close()


async def prepare(dsn: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """Create the roles and schemas that are missing; return each service's own DSN."""
    connection = await asyncpg.connect(dsn, timeout=ANSWERS_WITHIN)
    try:
        async with connection.transaction():
            await connection.execute("select pg_advisory_xact_lock(hashtext('psc roles'))")
            await _close_to_the_public(connection)
            for service in SERVICES:
                await _give_home(connection, service, passwords[service])
    except PostgresError as error:
        raise Trouble(f"The database cannot be prepared: {_sentence(error)}") from None
    finally:
        await connection.close()
    return own_dsns(dsn, passwords)


def own_dsns(dsn: str, passwords: Mapping[str, str]) -> dict[str, str]:
    """How each service's role reaches the database that `dsn` names."""
    parts = urlsplit(dsn)
    where = parts.netloc.rpartition("@")[2]
    return {
        service: urlunsplit(parts._replace(netloc=f"{_role(service)}:{quote(passwords[service], safe='')}@{where}"))
        for service in SERVICES
    }


async def migrate_all(dsns: Mapping[str, str]) -> dict[str, list[str]]:
    """Bring every schema up to date, each under its own role; return what was applied."""
    applied = await asyncio.gather(*(_migrate(name, dsns[name]) for name in dsns))
    return dict(zip(dsns, applied, strict=True))


async def _migrate(service: str, dsn: str) -> list[str]:
    own = ROOT / "services" / service / "migrations"
    applied: list[str] = []
    for folder in (SHARED, own):
        applied += await _apply(service, dsn, folder)
    return applied


async def _apply(service: str, dsn: str, folder: Path) -> list[str]:
    try:
        return [f"{folder.parent.name}/{name}" for name in await migrate(dsn, folder)]
    except PostgresError as error:
        raise Trouble(f"A migration of {service} in {folder.relative_to(ROOT)} failed: {_sentence(error)}") from error


async def _close_to_the_public(connection: Connection) -> None:
    name = await connection.fetchval("select quote_ident(current_database())")
    await connection.execute(f"revoke all on database {name} from public")
    await connection.execute("revoke all on schema public from public")


async def _give_home(connection: Connection, service: str, password: str) -> None:
    """A role that logs in, its schema, and nothing else in its search path."""
    role = _role(service)
    known = await connection.fetchval("select 1 from pg_roles where rolname = $1", role)
    verb = "alter" if known else "create"
    # DDL takes no parameters: the server quotes the password for us.
    await connection.execute(
        await connection.fetchval(
            f"select format('{verb} role %I login password %L', $1::text, $2::text)", role, password
        )
    )
    if not await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
        await connection.execute(f"grant {role} to current_user")
    database = await connection.fetchval("select quote_ident(current_database())")
    await connection.execute(f"grant connect, temporary on database {database} to {role}")
    await connection.execute(f"create schema if not exists {service} authorization {role}")
    await connection.execute(f"alter role {role} in database {database} set search_path = {service}")


def _role(service: str) -> str:
    return f"psc_{service}"


def _public(dsn: str) -> str:
    """Server and database of a DSN, without its password."""
    try:
        parts = urlsplit(dsn)
        return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
    except ValueError:
        return "not a DSN"


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
