"""The inbox: an event takes effect in the transaction that claims it, hence once."""

from collections.abc import Sequence
from uuid import UUID

from shared.storage.pool import Connection
from shared.storage.queries import load

queries = load(__file__)


async def claim(tx: Connection, ids: Sequence[UUID]) -> set[UUID]:
    """Those of `ids` that nobody has claimed before; they are ours if `tx` commits."""
    return {row["event_id"] async for row in queries.claim_inbox(tx, ids=list(ids))}
