"""Incidents that routing proposes: many complaints about one thing at one place within minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.followup.policy.rulebook import Staff
from shared.contracts.complaint import ComplaintRouted, MassEvent
from shared.contracts.vocabulary import Category, Level, Role
from shared.storage.pool import Connection, Pool
from shared.storage.queries import load

queries = load(__file__, "proposals.sql")

MOST = 5_000
"""Numbers shown with a proposal: as many as an incident may be opened with."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """`count` is how many cases there are, `cases` the numbers of the first of them."""

    event_id: UUID
    line: str | None
    station: str | None
    category: Category
    since: datetime
    last_at: datetime
    count: int
    cases: tuple[str, ...]


async def keep(tx: Connection, routed: Sequence[ComplaintRouted]) -> None:
    """Keep what these complaints are said to be one of many of."""
    told = [(event.mass_event, _at(event)) for event in routed if event.mass_event is not None]
    if not told:
        return
    last = _latest(told)
    events = sorted({event.event_id: event for event, _ in told}.values(), key=lambda event: event.event_id)
    await queries.put_proposals(
        tx,
        ids=[e.event_id for e in events],
        lines=[e.line for e in events],
        stations=[e.station for e in events],
        categories=[e.category for e in events],
        since=[e.since for e in events],
        last=[last[e.event_id] for e in events],
    )
    numbers = [(event.event_id, number) for event, _ in told for number in event.cases]
    await queries.put_cases(tx, ids=[id_ for id_, _ in numbers], numbers=[number for _, number in numbers])


async def listed(pool: Pool, by: Staff, after: tuple[datetime, UUID] | None, size: int) -> list[Proposal]:
    """The newest proposals of the lines and stations of `by`, after a cursor."""
    at, event_id = after or (None, None)
    rows = queries.list_proposals(
        pool,
        sees_all=by.role is Role.ADMIN or by.rank >= Level.L5.rank,
        everywhere=not by.lines and not by.stations,
        lines=list(by.lines),
        stations=list(by.stations),
        user_=by.user,
        at_=at,
        id_=event_id,
        most=MOST,
        size=size,
    )
    return [
        Proposal(
            event_id=row["event_id"],
            line=row["line"],
            station=row["station"],
            category=Category(row["category"]),
            since=row["since"],
            last_at=row["last_at"],
            count=row["count"],
            cases=tuple(row["numbers"]),
        )
        async for row in rows
    ]


def _at(event: ComplaintRouted) -> datetime:
    return event.complaint.taken_at or event.complaint.received_at


def _latest(told: Sequence[tuple[MassEvent, datetime]]) -> dict[UUID, datetime]:
    last: dict[UUID, datetime] = {}
    for event, at in told:
        last[event.event_id] = max(at, last.get(event.event_id, at))
    return last
