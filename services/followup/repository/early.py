"""What passengers asked for before their case was here."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.passenger import PassengerEvent
from shared.contracts.registry import EVENTS
from shared.storage.pool import Connection
from shared.storage.queries import load

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A passenger's request, and where what it causes belongs in the trace."""

    id: UUID
    event: PassengerEvent
    trace: str | None


async def keep(tx: Connection, asked: Sequence[Asked]) -> None:
    """Let these wait for their cases."""
    if asked:
        await queries.insert_early(
            tx,
            ids=[a.id for a in asked],
            cases=[a.event.case_id for a in asked],
            types=[a.event.type for a in asked],
            bodies=[a.event.model_dump_json(exclude_none=True) for a in asked],
            traces=[a.trace for a in asked],
        )


async def ready(tx: Connection, size: int) -> list[UUID]:
    """Cases that have come and have requests waiting."""
    return [row["case_id"] async for row in queries.early_and_ready(tx, size=size)]


async def take(tx: Connection, case_ids: Sequence[UUID]) -> dict[UUID, list[Asked]]:
    """The requests that wait for these locked cases, in the order in which they came; they wait no longer."""
    rows = [row async for row in queries.take_early(tx, ids=list(case_ids))]
    taken: dict[UUID, list[Asked]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: r["seq"]):
        event = EVENTS[row["type"]].model_validate_json(row["body"])
        assert isinstance(event, PassengerEvent)  # noqa: S101 - only `keep` writes here
        taken[row["case_id"]].append(Asked(row["event_id"], event, row["traceparent"]))
    return taken
