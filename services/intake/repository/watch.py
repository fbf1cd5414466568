"""Complaints whose case is not opened: found, counted, and said again."""

from datetime import datetime
from uuid import UUID

from pydantic_core import from_json, to_json

from services.intake.policy.admission import Draft, Settled
from services.intake.policy.requests import ComplaintRequest, Posted
from services.intake.repository.accepting import outgoing
from shared.contracts.complaint import CityOrder
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.storage.pool import Pool, Row
from shared.storage.queries import load

queries = load(__file__, "watch.sql")

OVERLAP_SECONDS = 120.0
"""Longer than a transaction lives that had taken its instant before a look and commits after it."""
SOON_SECONDS = 60.0
AT_A_TIME = 100


async def look(pool: Pool, *, after: float, resend: float) -> int:
    """Note the complaints that have waited `after` seconds, forget those that need not wait any more; returns how many
    wait. Their events are due again `resend` seconds after they were received."""
    async with pool.acquire() as connection, connection.transaction():
        await queries.find_unopened(connection, after=after, resend=resend, overlap=OVERLAP_SECONDS)
        await queries.forget_opened(connection)
        waiting: int = await queries.count_unopened(connection)
        return waiting


async def say_again(pool: Pool, *, every: float) -> list[UUID]:
    """Put what is due into the outbox once more, under the same id and marked; returns the cases."""
    async with pool.acquire() as connection, connection.transaction():
        rows = queries.due_again(connection, every=every, soon=min(every, SOON_SECONDS), size=AT_A_TIME)
        due = [row["case_id"] async for row in rows if row["goes_out"]]
        if due:
            events = [_again(row) async for row in queries.drafts(connection, case_ids=due)]
            await outbox.add(connection, events)
        return due


async def forget_keys(pool: Pool, days: int) -> None:
    """Drop idempotency keys older than `days`."""
    await queries.forget_keys(pool, days=days)


def _again(row: Row) -> Outgoing:
    received_at: datetime = row["received_at"]
    return outgoing(_draft(row), row["number"], received_at, again=True)


def _draft(row: Row) -> Draft:
    """The draft that the complaint was accepted from, as far as its event needs it."""
    posted = from_json(row["posted"])
    passenger = {"language": row["language"], **({"name": row["name"]} if row["name"] else {})}
    request = ComplaintRequest.model_validate_json(to_json({**posted, "text": row["text"], "passenger": passenger}))
    settled = Settled(
        line=row["line"],
        station=row["station"],
        taken_at=row["taken_at"],
        occurred_at=row["occurred_at"],
        unverified=from_json(row["unverified"]) if row["unverified"] else {},
    )
    return Draft(
        case_id=row["case_id"],
        sender="",
        key="",
        digest=b"",
        posted=Posted(request),
        settled=settled,
        passenger_ref=row["passenger_ref"],
        trace=row["traceparent"],
        demo=row["demo"],
        city_order=CityOrder.model_validate_json(row["city_order"]) if row["city_order"] else None,
    )
