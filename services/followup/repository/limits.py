"""Limits to contact that are in force, by when they must be looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.followup.policy.change import Change
from services.followup.policy.rulebook import Staff
from services.followup.repository.cases import absent_sights, in_sight
from shared.contracts.case_authority import CaseContactLimited, CaseLimitLifted
from shared.contracts.vocabulary import Level, Medium, State
from shared.storage.pool import Connection, Pool
from shared.storage.queries import load

queries = load(__file__, "limits.sql")

LIMITING = (CaseContactLimited, CaseLimitLifted)


@dataclass(frozen=True, slots=True)
class Limited:
    """A case whose passenger reaches us by `medium` only."""

    case_id: UUID
    number: str
    state: State
    level: Level
    medium: Medium
    since: datetime
    review_at: datetime
    appeal_until: datetime


async def keep(tx: Connection, changes: Sequence[Change]) -> None:
    """Write what these changes make of limits; most make nothing of any."""
    touched = [change.case for change in changes if any(isinstance(e, LIMITING) for e in change.events)]
    limits = [(case.case_id, case.contact_limit) for case in touched if case.contact_limit is not None]
    if limits:
        await queries.put_limits(
            tx,
            ids=[case_id for case_id, _ in limits],
            mediums=[limit.medium.value for _, limit in limits],
            since=[limit.since for _, limit in limits],
            reviews=[limit.review_at for _, limit in limits],
            appeals=[limit.appeal_until for _, limit in limits],
        )
    if lifted := [case.case_id for case in touched if case.contact_limit is None]:
        await queries.drop_limits(tx, ids=lifted)


async def listed(
    pool: Pool, by: Staff, before: datetime | None, after: tuple[datetime, UUID] | None, size: int
) -> list[Limited]:
    """Those that `by` may see and that must be looked at again before an instant, the most urgent first."""
    at, id_ = after or (None, None)
    rows = queries.list_limits(
        pool, **in_sight(by), absent=absent_sights(by), before=before, at_=at, id_=id_, size=size
    )
    return [Limited(**dict(row)) async for row in rows]
