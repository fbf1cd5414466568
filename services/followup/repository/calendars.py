"""On which calendars the clocks of a case rest."""

from collections.abc import Sequence

from services.followup.policy.case import Case
from shared.storage.pool import Connection
from shared.storage.queries import load

queries = load(__file__, "calendars.sql")


async def claim(tx: Connection, versions: str, size: int) -> list[Case]:
    """Up to `size` cases that are not closed and rest on other calendars, ours until `tx` ends."""
    rows = queries.claim_on_other_calendars(tx, versions=versions, size=size)
    return [Case.model_validate_json(row["document"]) async for row in rows]


async def mark(tx: Connection, versions: str, cases: Sequence[Case]) -> None:
    """These cases rest on these calendars."""
    await queries.mark_calendars(tx, versions=versions, ids=[case.case_id for case in cases])
