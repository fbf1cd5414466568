"""How cases stand for their passengers, as kept in the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.policy.progress import Progress
from shared.contracts.case_events import CaseEvent
from shared.contracts.passenger import PassengerTold
from shared.contracts.registry import EVENTS
from shared.contracts.vocabulary import Language, Level, State
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection, Pool, Row
from shared.storage.queries import load

queries = load(__file__, "progress.sql")

Said = tuple[CaseEvent, str]


@dataclass(frozen=True, slots=True)
class Registered:
    """A complaint as its passenger's status needs it."""

    case_id: UUID
    number: str
    received_at: datetime
    language: Language
    name: str | None
    trace: str | None


async def lock(tx: Connection, case_ids: Sequence[UUID]) -> dict[UUID, Progress]:
    """How these cases stand; locked until the transaction ends."""
    return {row["case_id"]: _progress(row) async for row in queries.lock_progress(tx, case_ids=list(case_ids))}


async def take_held(tx: Connection, case_ids: Sequence[UUID]) -> list[CaseEvent]:
    """The facts that waited for earlier ones of these cases."""
    return [_fact(row["body"]) async for row in queries.take_held(tx, case_ids=list(case_ids))]


async def hold(tx: Connection, facts: Sequence[CaseEvent]) -> None:
    """Let these wait."""
    if facts:
        await queries.hold(
            tx,
            case_ids=[f.case_id for f in facts],
            versions=[f.version for f in facts],
            bodies=[f.model_dump_json() for f in facts],
        )


async def save(tx: Connection, changed: Sequence[Progress], said: Sequence[Said]) -> None:
    """How cases stand now, and what their histories show of the facts that brought it about."""
    if changed:
        await queries.save_progress(tx, **_columns(changed))
    if said:
        await queries.add_history(
            tx,
            case_ids=[event.case_id for event, _ in said],
            versions=[event.version for event, _ in said],
            ats=[event.at for event, _ in said],
            facts=[fact for _, fact in said],
        )


async def add_messages(tx: Connection, messages: Sequence[Incoming[PassengerTold]]) -> None:
    """Keep what staff told passengers."""
    await queries.add_messages(
        tx,
        ids=[m.id for m in messages],
        case_ids=[m.event.case_id for m in messages],
        ats=[m.event.at for m in messages],
        codes=[m.event.code for m in messages],
        texts=[m.event.text for m in messages],
        dues=[m.event.due_at for m in messages],
        mediums=[m.event.medium for m in messages],
    )


async def find(pool: Pool, number: str) -> Registered | None:
    """The complaint of this number."""
    row = await queries.find_complaint(pool, number=number)
    if row is None:
        return None
    return Registered(
        row["case_id"], row["number"], row["received_at"], Language(row["language"]), row["name"], row["traceparent"]
    )


async def read(pool: "Pool | Connection", case_id: UUID) -> Progress | None:
    """How a case stands, or that which goes on for it once it is merged; None before it is opened."""
    row = await queries.read_progress(pool, case_id=case_id)
    return _progress(row) if row else None


async def children(pool: Pool, number: str) -> list[Progress]:
    """How the children of a case stand, in their order."""
    return [_progress(row) async for row in queries.read_children(pool, number=number)]


async def history(pool: Pool, case_id: UUID) -> list[Row]:
    """(at, fact), oldest first."""
    return [row async for row in queries.read_history(pool, case_id=case_id)]


async def messages(pool: Pool, case_id: UUID) -> list[Row]:
    """(at, code, text, due_at), oldest first."""
    return [row async for row in queries.read_messages(pool, case_id=case_id)]


def _fact(body: str) -> CaseEvent:
    base = CaseEvent.model_validate_json(body)
    known = EVENTS.get(base.type)
    return known.model_validate_json(body) if known and issubclass(known, CaseEvent) else base


def _progress(row: Row) -> Progress:
    level = row["owner_level"]
    return Progress(**{**row, "state": State(row["state"]), "owner_level": Level(level) if level else None})


def _columns(changed: Sequence[Progress]) -> dict[str, list[Any]]:
    return {
        "case_ids": [p.case_id for p in changed],
        "numbers": [p.number for p in changed],
        "versions": [p.version for p in changed],
        "states": [p.state.value for p in changed],
        "about": [p.about_person for p in changed],
        "users": [p.about_user for p in changed],
        "owners": [p.owner for p in changed],
        "levels": [p.owner_level.value if p.owner_level else None for p in changed],
        "waits": [p.waits_for_passenger for p in changed],
        "promised": [p.promised_at for p in changed],
        "replied": [p.replied_at for p in changed],
        "resolved": [p.resolved_at for p in changed],
        "reopened": [p.reopened_at for p in changed],
        "finals": [p.final_reply for p in changed],
        "surveyed": [p.surveyed for p in changed],
        "merged": [p.merged_into for p in changed],
        "parents": [p.parent for p in changed],
    }
