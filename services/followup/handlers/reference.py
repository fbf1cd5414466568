"""PackPublished: a version of the policy is kept."""

from collections.abc import Sequence

from services.followup.repository import reference
from shared.contracts.reference import PackPublished
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection


async def on_pack(tx: Connection, batch: Sequence[Incoming[PackPublished]]) -> None:
    """shared.messaging's Handler."""
    for one in batch:
        await reference.keep_pack(tx, one.event.pack)


__all__ = ["on_pack"]
