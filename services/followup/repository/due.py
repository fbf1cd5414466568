"""What is due soon."""

from datetime import datetime

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Staff
from services.followup.repository.cases import absent_sights, in_sight
from shared.storage.pool import Connection, Pool
from shared.storage.queries import load

queries = load(__file__, "due.sql")


async def by(pool: "Pool | Connection", who: Staff, until: datetime, size: int) -> list[Case]:
    """Up to `size` cases in the sight of `who` with a timer up to `until`, the earliest first."""
    rows = queries.due_by(pool, **in_sight(who), absent=absent_sights(who), until=until, size=size)
    return [Case.model_validate_json(row["document"]) async for row in rows]
