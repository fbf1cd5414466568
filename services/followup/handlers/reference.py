"""PackPublished and NetworkPublished: versions of the policy and the latest network are kept."""

from collections.abc import Sequence

from services.followup.repository import reference
from shared.contracts.reference import NetworkPublished, PackPublished
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection


async def on_pack(tx: Connection, batch: Sequence[Incoming[PackPublished]]) -> None:
    """shared.messaging's Handler."""
    for one in batch:
        await reference.keep_pack(tx, one.event.pack)


async def on_network(tx: Connection, batch: Sequence[Incoming[NetworkPublished]]) -> None:
    """shared.messaging's Handler."""
    for one in batch:
        await reference.keep_network(tx, one.event.network)


__all__ = ["on_network", "on_pack"]
