"""Who decides in whose place while they are away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.followup.policy.rulebook import Staff
from shared.contracts.vocabulary import Level
from shared.ids import new_id
from shared.storage.pool import Connection, Pool, Row
from shared.storage.queries import load

queries = load(__file__, "delegations.sql")


@dataclass(frozen=True, slots=True)
class Delegation:
    """`delegate` acts with the level of `delegator` from `since` until `until`, or until it was ended."""

    id: UUID
    delegator: str
    delegate: str
    level: Level
    since: datetime
    until: datetime
    ended_at: datetime | None = None
    active: bool = False


async def absent(pool: "Pool | Connection", user: str) -> tuple[Staff, ...]:
    """Whom `user` stands in for just now, as those would ask themselves."""
    return tuple([_staff(row) async for row in queries.absent(pool, user_=user)])


async def name(tx: Connection, by: Staff, to: str, since: datetime, until: datetime) -> Delegation | None:
    """`by` names their delegate; None where they have named one for part of that time."""
    await queries.lock_delegator(tx, user_=by.user)
    if await queries.overlapping(tx, user_=by.user, since=since, until=until):
        return None
    level = by.level or Level.L1
    made = Delegation(new_id(), by.user, to, level, since, until)
    await queries.insert_delegation(
        tx,
        id=made.id,
        delegator=by.user,
        delegate=to,
        level=level.value,
        lines=list(by.lines),
        stations=list(by.stations),
        since=since,
        until=until,
    )
    return made


async def end(pool: Pool, id_: UUID, user: str, *, everyone: bool) -> Delegation | None:
    """End it now; None where there is none that the asker may end."""
    row = await queries.end_delegation(pool, id=id_, user_=user, everyone=everyone)
    return _delegation(row) if row else None


async def listed(
    pool: Pool, user: str, after: tuple[datetime, UUID] | None, size: int, *, everyone: bool
) -> Sequence[Delegation]:
    """Those that concern `user`, or everyone's, the newest first."""
    at, id_ = after or (None, None)
    rows = queries.list_delegations(pool, user_=user, everyone=everyone, at_=at, id_=id_, size=size)
    return [_delegation(row) async for row in rows]


def _staff(row: Row) -> Staff:
    level = Level(row["level"])
    return Staff(user=row["delegator"], level=level, lines=tuple(row["lines"]), stations=tuple(row["stations"]))


def _delegation(row: Row) -> Delegation:
    return Delegation(
        row["id"],
        row["delegator"],
        row["delegate"],
        Level(row["level"]),
        row["since"],
        row["until"],
        row["ended_at"],
        row["active"],
    )
