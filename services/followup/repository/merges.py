"""Merges that overtook their target: they wait in a table until it is here."""

from collections.abc import Sequence
from uuid import UUID

from shared.storage.pool import Connection
from shared.storage.queries import load

queries = load(__file__, "merges.sql")


async def keep(tx: Connection, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """Let these wait: (the case, the one that it repeats)."""
    if pairs:
        await queries.insert_early(tx, later=[later for later, _ in pairs], earlier=[earlier for _, earlier in pairs])


async def take_ready(tx: Connection, size: int) -> list[tuple[UUID, UUID]]:
    """Up to `size` whose earlier case has come; they wait no longer."""
    return [(row["case_id"], row["into_case_id"]) async for row in queries.take_ready(tx, size=size)]
