"""Reading cases, and locking those that are about to change."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Staff
from services.followup.policy.sight import Sight
from shared.clock import to_milliseconds
from shared.contracts.case_events import Actor
from shared.contracts.vocabulary import Kind, Level, Severity, State
from shared.storage.pool import Connection, Pool, Row
from shared.storage.queries import load

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Found:
    """A case with its words. `because` is routing's explanation with its evidence; `now` the database's instant.

    `written`: what was written about what was granted, awaits approval or limits contact, by the version of its fact.
    """

    case: Case
    text: str
    place_unverified: str | None
    because: list[dict[str, Any]]
    now: datetime
    written: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A case as a list shows it; `due_at` is the earliest due instant of a clock that runs."""

    case: Case
    text: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a timeline. `fact` is the event as published; `words` what staff or the passenger wrote."""

    version: int
    at: datetime
    type: str
    by: Actor
    fact: dict[str, Any]
    words: str | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of cases is narrowed by; None does not narrow. `q`: a number, or words of the passenger's text."""

    q: str | None = None
    states: tuple[State, ...] = ()
    level: Level | None = None
    owner: str | None = None
    kind: Kind | None = None
    severity: Severity | None = None
    station: str | None = None
    due_before: datetime | None = None


async def now(tx: Connection) -> datetime:
    """The instant that decides in this transaction; ask after locking, so that a case's facts never run backwards."""
    return to_milliseconds(await queries.now(tx))


async def lock(tx: Connection, case_ids: Sequence[UUID]) -> dict[UUID, Case]:
    """Those of these cases that are here, ours until `tx` ends."""
    return {row["case_id"]: case_of(row) async for row in queries.lock_cases(tx, ids=list(case_ids))}


async def claim_due(tx: Connection, size: int, only: Sequence[UUID] | None = None) -> list[Case]:
    """Up to `size` cases (of `only`, if given) that are due now and that no other worker holds."""
    claimed = {row["case_id"]: row async for row in queries.claim_due(tx, size=size, only=only)}
    return [case_of(row) for row in claimed.values()]


async def put_off(pool: Pool, case_id: UUID) -> None:
    """Let the overdue timers of a case rest for a minute."""
    await queries.put_off(pool, case_id=case_id)


async def seconds_to_next_timer(pool: Pool) -> float | None:
    """How long until a timer is due (negative: overdue), None when none runs."""
    seconds: float | None = await queries.seconds_to_next_timer(pool)
    return seconds


async def children_found(tx: Connection, case_id: UUID) -> str | None:
    """The children that routing found in a proposal, as JSON."""
    kept: str | None = await queries.children_found(tx, case_id=case_id)
    return kept


async def open_among(tx: Connection, case_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these cases that are here and open."""
    return {row["case_id"] async for row in queries.open_among(tx, ids=list(case_ids))}


async def by_number(pool: "Pool | Connection", number: str) -> Found | None:
    """One case with its words."""
    row = await queries.case_by_number(pool, number=number)
    if row is None:
        return None
    case, because = case_of(row), from_json(row["because"])
    words = await written(pool, case)
    return Found(case, row["text"], row["place_unverified"], because, to_milliseconds(row["now"]), words)


async def written(pool: "Pool | Connection", case: Case) -> dict[int, str]:
    """What was written about what the case has on record, by the version of its fact."""
    kept = [*case.resolutions, case.approval, case.contact_limit]
    versions = [one.version for one in kept if one is not None]
    if not versions:
        return {}
    rows = queries.words_of(pool, case_id=case.case_id, versions=versions)
    return {row["version"]: row["words"] async for row in rows}


async def listed(
    pool: Pool, by: Staff, filters: Filters, after: tuple[datetime, UUID] | None, size: int
) -> list[Listed]:
    """The newest cases that `by` may see, after a cursor."""
    at, case_id = after or (None, None)
    rows = queries.list_cases(
        pool,
        **in_sight(by),
        absent=absent_sights(by),
        states=[state.value for state in filters.states] or None,
        level=filters.level,
        owner=filters.owner,
        kind=filters.kind,
        severity=filters.severity,
        station=filters.station,
        due_before=filters.due_before,
        q=filters.q,
        at_=at,
        id_=case_id,
        size=size,
    )
    return [Listed(case_of(row), row["text"], row["due_at"]) async for row in rows]


def in_sight(by: Staff) -> dict[str, object]:
    """What `by` sees, as the parameters of the SQL function of that name."""
    sight = Sight.of(by)
    return {
        "every": sight.every,
        "persons": sight.persons,
        "whole": sight.whole,
        "lines": list(sight.lines),
        "stations": list(sight.stations),
        "offered": list(sight.offered),
        "user_": sight.user,
    }


def absent_sights(by: Staff) -> str | None:
    """What those see whom `by` stands in for, as JSON; None for nobody."""
    if not by.stands_in_for:
        return None
    return json.dumps([in_sight(one) for one in by.stands_in_for], ensure_ascii=False)


async def timeline(pool: "Pool | Connection", case_id: UUID, *, after: int = 0) -> list[Happened]:
    """What happened to a case after a version, oldest first."""
    rows = queries.timeline_of(pool, case_id=case_id, after=after)
    return [_happened(row) async for row in rows]


def _happened(row: Row) -> Happened:
    fact: dict[str, Any] = from_json(row["fact"])
    return Happened(row["version"], row["at"], row["type"], Actor.model_validate(fact["by"]), fact, row["words"])


def case_of(row: Row) -> Case:
    """The case of a row with its document."""
    return Case.model_validate_json(row["document"])
