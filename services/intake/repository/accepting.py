"""Complaints, their keys and their events, written in one transaction however many they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from services.intake.policy.admission import Draft, announce
from services.intake.policy.numbers import number
from shared.errors import SlowDown
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection, Pool, Row
from shared.storage.queries import load

queries = load(__file__, "accepting.sql")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A complaint that is stored. `replayed`: it had been before."""

    case_id: UUID
    number: str
    received_at: datetime
    danger: bool
    unverified: tuple[str, ...]
    replayed: bool


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The key holds another body; nothing was stored."""


Outcome = Accepted | KeyReused

Stamp = tuple[str, datetime]
"""The number and the database's instant that a complaint gets with its key."""


async def write(pool: Pool, drafts: Sequence[Draft]) -> list[Outcome]:
    """Store what is new with its outbox rows and find again what is not; answers in the order of `drafts`.

    Errors: asyncpg.CheckViolationError for an event over the outbox's limit; then nothing of `drafts` is stored.
    """
    async with pool.acquire() as connection, connection.transaction():
        stamps = await _claim(connection, drafts)
        new = [(d, stamps[d.case_id]) for d in drafts if d.case_id in stamps]
        if new:
            await _store(connection, new)
            await outbox.add(connection, [outgoing(draft, *stamp) for draft, stamp in new])
        held = await find(connection, [d for d in drafts if d.case_id not in stamps])
    fresh = {draft.case_id: _fresh(draft, *stamp) for draft, stamp in new}
    return [fresh.get(d.case_id) or _among(held, d) for d in drafts]


async def find(connection: "Connection | Pool", drafts: Sequence[Draft]) -> Mapping[tuple[str, str, bytes], Outcome]:
    """What the drafts' keys hold, by (sender, key, digest); a key that holds nothing is absent."""
    if not drafts:
        return {}
    rows = queries.held_keys(connection, senders=[d.sender for d in drafts], keys=[d.key for d in drafts])
    held = {(row["sender"], row["key"]): row async for row in rows}
    return {
        (d.sender, d.key, d.digest): _replayed(held[d.sender, d.key], d.digest)
        for d in drafts
        if (d.sender, d.key) in held
    }


def _among(held: Mapping[tuple[str, str, bytes], Outcome], draft: Draft) -> Outcome:
    found = held.get((draft.sender, draft.key, draft.digest))
    if found is None:
        raise SlowDown("the key was forgotten just now")
    return found


def outgoing(draft: Draft, its_number: str, received_at: datetime, *, again: bool = False) -> Outgoing:
    """The event of one complaint; its id is the same however often it goes out."""
    return Outgoing(
        topic=Topic.COMPLAINTS_RECEIVED,
        key=str(draft.case_id),
        id=derived_id("received", draft.case_id),
        event=announce(draft, its_number, received_at),
        trace=draft.trace,
        again=again,
    )


async def _claim(connection: Connection, drafts: Sequence[Draft]) -> dict[UUID, Stamp]:
    rows = queries.claim_keys(
        connection,
        senders=[d.sender for d in drafts],
        keys=[d.key for d in drafts],
        digests=[d.digest for d in drafts],
        case_ids=[d.case_id for d in drafts],
    )
    return {row["case_id"]: (number(row["serial"], row["received_at"]), row["received_at"]) async for row in rows}


async def _store(connection: Connection, new: Sequence[tuple[Draft, Stamp]]) -> None:
    drafts = [draft for draft, _ in new]
    await queries.store_complaints(
        connection,
        case_ids=[d.case_id for d in drafts],
        numbers=[its_number for _, (its_number, _) in new],
        received=[received_at for _, (_, received_at) in new],
        posted=[posted(d) for d in drafts],
        taken=[d.settled.taken_at for d in drafts],
        occurred=[d.settled.occurred_at for d in drafts],
        lines=[d.settled.line for d in drafts],
        stations=[d.settled.station for d in drafts],
        unverified=[_json(d.settled.unverified) for d in drafts],
        dangers=[d.posted.request.flags.danger for d in drafts],
        languages=[d.language.value for d in drafts],
        refs=[d.passenger_ref for d in drafts],
        sources=[d.source for d in drafts],
        orders=[d.city_order.model_dump_json() if d.city_order else None for d in drafts],
        demos=[d.demo for d in drafts],
        traces=[d.trace for d in drafts],
        texts=[d.posted.request.text for d in drafts],
        names=[d.name for d in drafts],
        phones=[d.phone for d in drafts],
    )


def posted(draft: Draft) -> str:
    """The body as posted, without its words and contacts."""
    return draft.posted.request.model_dump_json(
        exclude={"text": True, "passenger": {"name", "phone"}}, exclude_unset=True
    )


def _json(value: Mapping[str, Any]) -> str | None:
    return to_json(value).decode() if value else None


def _fresh(draft: Draft, its_number: str, received_at: datetime) -> Accepted:
    danger = draft.posted.request.flags.danger
    return Accepted(draft.case_id, its_number, received_at, danger, tuple(draft.settled.unverified), replayed=False)


def _replayed(row: Row, digest: bytes) -> Outcome:
    if row["digest"] != digest:
        return KeyReused()
    unverified = tuple(from_json(row["unverified"])) if row["unverified"] else ()
    return Accepted(row["case_id"], row["number"], row["received_at"], row["danger"], unverified, replayed=True)
