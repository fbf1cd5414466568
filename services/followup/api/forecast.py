"""Which cases will rise if nobody does anything: the timers run ahead, nothing stored."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.followup.api.asking import acting
from services.followup.policy.case import Case
from services.followup.policy.course import Rules, course
from services.followup.repository import cases, due
from services.followup.repository.reference import Rulebooks
from shared.contracts.base import Instant
from shared.contracts.case_events import CaseEscalated
from shared.contracts.vocabulary import Category, Clock, Level, Severity, State
from shared.security.tokens import Staff as TokenStaff
from shared.storage.pool import Pool
from shared.web.body import doors

MOST = 1_000
"""Cases looked at; `complete` is false where there are more."""


class Rise(BaseModel):
    """At `at` the case goes from `from_level` to `to_level` because `clock` is missed; `owner` can still prevent it."""

    at: Instant
    number: str
    clock: Clock | None
    from_level: Level
    to_level: Level
    owner: str | None
    severity: Severity
    category: Category
    state: State
    line: str | None
    station: str | None


class Forecast(BaseModel):
    """What will rise between `as_of` and `until`, the earliest first; a case may rise more than once."""

    as_of: Instant
    until: Instant
    complete: bool
    items: list[Rise]


def router(pool: Pool, rulebooks: Rulebooks, staff: Callable[[Request], TokenStaff]) -> APIRouter:
    """The door."""
    routes = doors("escalations")

    @routes.get("/v1/escalations:forecast")
    async def forecast(
        token: Annotated[TokenStaff, Depends(staff)], minutes: Annotated[int, Query(ge=1, le=1440)] = 30
    ) -> Forecast:
        """Rises of the next minutes among the cases that the asker sees, as they come without any action."""
        by = await acting(pool, token)  # before a connection is held: it takes one itself
        async with pool.acquire() as connection:
            now = await cases.now(connection)
            until = now + timedelta(minutes=minutes)
            found = await due.by(connection, by, until, MOST + 1)
        rises = [rise for case in found[:MOST] for rise in rises_of(case, rulebooks.at, until)]
        items = sorted(rises, key=lambda rise: (rise.at, rise.number))
        return Forecast(as_of=now, until=until, complete=len(found) <= MOST, items=items)

    return routes


def rises_of(case: Case, rules: Rules, until: datetime) -> Iterator[Rise]:
    """Every rise of a case up to and with `until`."""
    for change in course(case, (), rules, until):
        for fact in change.events:
            if isinstance(fact, CaseEscalated):
                yield _rise(change.case, fact)


def _rise(case: Case, fact: CaseEscalated) -> Rise:
    return Rise(
        at=fact.at,
        number=case.number,
        clock=fact.clock,
        from_level=fact.from_level,
        to_level=fact.level,
        owner=case.owner.user if case.owner else None,
        severity=case.severity,
        category=case.category,
        state=fact.state,
        line=case.line,
        station=case.station,
    )
