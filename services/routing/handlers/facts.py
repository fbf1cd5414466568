"""Facts about cases, and the network: kept for the complaints to come."""

from collections.abc import Sequence

from services.routing import repository
from services.routing.policy.standing import moves
from services.routing.repository import history
from shared.contracts.case_events import CaseEvent, CaseOpened, CaseReclassified
from shared.contracts.reference import NetworkPublished
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection


async def on_fact(tx: Connection, batch: Sequence[Incoming[CaseEvent]]) -> None:
    """Remember how the cases stand; a child is none of its passenger's contacts, and is left out."""
    facts = [incoming.event for incoming in batch]
    if opened := [f for f in facts if isinstance(f, CaseOpened) and f.parent is None]:
        await history.open_cases(tx, opened)
    ordered = sorted((f for f in facts if isinstance(f, CaseReclassified)), key=lambda f: f.version)
    if reclassified := {f.case_id: f for f in ordered}:
        await history.reclassify_cases(tx, list(reclassified.values()))
    if later := moves(f for f in facts if not isinstance(f, CaseOpened)):
        await history.move_cases(tx, later)


async def on_network(tx: Connection, batch: Sequence[Incoming[NetworkPublished]]) -> None:
    """Keep the lines and stations that texts are read against."""
    for incoming in batch:
        await repository.keep_network(tx, incoming.event.network)
