"""Naming who decides in one's place while one is away, and seeing who does."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.followup.api.asking import as_staff
from services.followup.policy.request_base import Name, When
from services.followup.policy.rulebook import Staff
from services.followup.repository import accounts, cases, delegations
from services.followup.repository.delegations import Delegation
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Level, Role
from shared.security.tokens import Staff as TokenStaff
from shared.storage.pool import Connection, Pool
from shared.web.body import doors
from shared.web.paging import Cursor, Limit
from shared.web.problems import Problem, invalid


class Naming(BaseModel):
    """Whom, and for which time; without `from` it begins now."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    to: Name
    since: When | None = Field(None, alias="from")
    until: When


class Shown(BaseModel):
    """`delegate` acts with the level of `delegator` (`level` when they were named) in [from, until), unless ended."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)
    id: UUID
    delegator: str
    delegate: str
    level: Level
    since: Instant = Field(serialization_alias="from")
    until: Instant
    ended_at: Instant | None
    active: bool


class ShownList(BaseModel):
    """The newest first."""

    items: list[Shown]
    next_cursor: str | None


def router(pool: Pool, staff: Callable[[Request], TokenStaff]) -> APIRouter:
    """The doors."""
    routes = doors("delegations")
    Asking = Annotated[TokenStaff, Depends(staff)]  # noqa: N806 - a type

    @routes.post("/v1/delegations", status_code=201)
    async def name(token: Asking, asked: Naming) -> Shown:
        """Name who decides in one's place; one at a time."""
        async with pool.acquire() as connection, connection.transaction():
            return Shown.model_validate(await _named(connection, _with_power(as_staff(token)), asked))

    @routes.get("/v1/delegations")
    async def list_(token: Asking, limit: Limit = 50, cursor: Annotated[str | None, Query()] = None) -> ShownList:
        """Those one has made and those one is named in; admin and L5 see all."""
        after = Cursor.decode(cursor)
        place = (after.received_at, after.case_id) if after else None
        found = await delegations.listed(pool, token.user, place, limit + 1, everyone=token.sees_all)
        last = found[limit - 1] if len(found) > limit else None
        return ShownList(
            items=[Shown.model_validate(one) for one in found[:limit]],
            next_cursor=Cursor(last.since, last.id).encode() if last else None,
        )

    @routes.post("/v1/delegations/{id}:end")
    async def end(id: UUID, token: Asking) -> Shown:
        """It ends now; one's own, or as admin anyone's."""
        ended = await delegations.end(pool, id, token.user, everyone=token.is_admin)
        if ended is None:
            raise Problem(404, "not-found")
        return Shown.model_validate(ended)

    return routes


def _with_power(by: Staff) -> Staff:
    """Errors: Problem 403 for who has no level to lend."""
    if by.role is Role.ADMIN or by.level is None:
        raise Problem(403, "forbidden", params={"needs_level": "L1"}, extra={"needs_level": "L1"})
    return by


async def _named(tx: Connection, by: Staff, asked: Naming) -> Delegation:
    """Errors: Problem 422."""
    now = await cases.now(tx)
    since = asked.since or now
    _in_time(since, asked.until, now)
    if asked.to == by.user:
        raise invalid("/to", "not_oneself")
    account = await accounts.find(tx, asked.to)
    if account is None:
        raise invalid("/to", "unknown_user")
    if account.role is Role.ADMIN:
        raise invalid("/to", "takes_no_cases")
    made = await delegations.name(tx, by, asked.to, since, asked.until)
    if made is None:
        raise invalid("/from", "overlaps")
    return made


def _in_time(since: datetime, until: datetime, now: datetime) -> None:
    """Errors: Problem 422 for what lies in the past, or ends before it begins."""
    if until <= now:
        raise invalid("/until", "past")
    if since < now:
        raise invalid("/from", "past")
    if until <= since:
        raise invalid("/until", "before_start")
