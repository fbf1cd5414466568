"""`psc dead-letters`: messages that a service set aside because no retry could help."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import typer
from rich.table import Table

from deploy.commands.setup import EXIT_CODES, fail, guarded, out, running_system
from deploy.settings import SERVICES, read_settings
from deploy.supervisor import secrets
from deploy.supervisor.database import own_dsns
from shared.storage.pool import Connection
from shared.storage.queries import load

dead_letters = typer.Typer(
    name="dead-letters",
    help="Messages that a service set aside, with the reason; look at them, and try them again.",
    no_args_is_help=True,
)
queries = load(__file__)

SETTLED_WITHIN = 30.0
"""Seconds; services look every second for what is to be tried again."""

ServiceOption = Annotated[str | None, typer.Option("--service", help=f"Only this service's: {', '.join(SERVICES)}.")]


def show(
    service: ServiceOption = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that succeeded when tried again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List what was set aside, oldest first; never a body, which may hold a passenger's words."""
    rows = asyncio.run(_list(_chosen(service), every))
    if as_json:
        for row in rows:
            out.print(json.dumps(row, ensure_ascii=False, default=str), markup=False)
        return
    table = Table(box=None, header_style="bold")
    for title in ("service", "id", "topic", "place", "reason", "status", "tries", "since"):
        table.add_column(title, overflow="fold")
    for row in rows:
        place = f"{row['partition']}/{row['offset']}"
        since = f"{row['parked_at']:%Y-%m-%d %H:%M:%S}Z"
        cells = (row["service"], row["id"], row["topic"], place, row["reason"], row["status"], row["tries"], since)
        table.add_row(*map(str, cells))
    out.print(table if rows else "none · 没有")


def redrive(
    service: ServiceOption = None,
    ids: Annotated[list[str] | None, typer.Option("--id", help="Only this one; may be given several times.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Only those with this reason.")] = None,
) -> None:
    """Have the services try again what they set aside, in its order; without options, all of it.

    Waits for the outcome and prints it. Exit code 1 when some were set aside again or not tried in time.
    """
    asked, succeeded = asyncio.run(_redrive(_chosen(service), ids, reason))
    out.print(f"tried again: {asked}, succeeded: {succeeded}")
    if succeeded < asked:
        raise fail(f"{asked - succeeded} were set aside again: `psc dead-letters list` says why")


def _chosen(service: str | None) -> Sequence[str]:
    if service is None:
        return SERVICES
    if service not in SERVICES:
        raise fail(f"no service is called {service}: {', '.join(SERVICES)}", 2)
    return (service,)


async def _list(services: Sequence[str], every: bool) -> list[dict[str, Any]]:
    found = []
    for service in services:
        async with _schema_of(service) as connection:
            rows = [dict(row) async for row in queries.set_aside(connection, every=every)]
        found += [{"service": service, **row} for row in rows]
    return sorted(found, key=lambda row: row["parked_at"])


async def _redrive(services: Sequence[str], ids: list[str] | None, reason: str | None) -> tuple[int, int]:
    outcomes = await asyncio.gather(*(_redrive_one(service, ids, reason) for service in services))
    return sum(asked for asked, _ in outcomes), sum(succeeded for _, succeeded in outcomes)


async def _redrive_one(service: str, ids: list[str] | None, reason: str | None) -> tuple[int, int]:
    async with _schema_of(service) as connection:
        asked = [row["id"] async for row in queries.ask_to_redrive(connection, ids=ids, reason=reason)]
        end = asyncio.get_running_loop().time() + SETTLED_WITHIN
        while await queries.still_asked(connection, ids=asked):
            if asyncio.get_running_loop().time() > end:
                break
            await asyncio.sleep(0.2)
        return len(asked), await queries.succeeded(connection, ids=asked)


@asynccontextmanager
async def _schema_of(service: str) -> AsyncIterator[Connection]:
    """A connection under the service's own role."""
    dsn = own_dsns(running_system()["postgres"], secrets.load(read_settings().data_dir).database)[service]
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        yield connection
    finally:
        await connection.close()


dead_letters.command("list", epilog=EXIT_CODES)(guarded(show))
dead_letters.command("redrive", epilog=EXIT_CODES)(guarded(redrive))
