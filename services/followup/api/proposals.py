"""Incidents that are proposed: what a station manager sees coming before anyone has counted."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from services.followup.api.asking import as_staff
from services.followup.policy.rulebook import Staff
from services.followup.repository import proposals
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Category, Level, Role
from shared.security.tokens import Staff as TokenStaff
from shared.storage.pool import Pool
from shared.web.body import doors
from shared.web.paging import Cursor, Limit
from shared.web.problems import forbidden

LEAST = Level.L3
"""Who opens incidents; admin reads."""


class Proposal(BaseModel):
    """Many complaints about one thing at `station`, or on the whole `line`: an incident to open with `cases`."""

    model_config = ConfigDict(from_attributes=True)

    event_id: UUID
    line: str | None
    station: str | None
    category: Category
    since: Instant
    last_at: Instant
    count: int
    cases: list[str]


class Proposals(BaseModel):
    """The newest first."""

    items: list[Proposal]
    next_cursor: str | None


def router(pool: Pool, staff: Callable[[Request], TokenStaff]) -> APIRouter:
    """The door."""
    routes = doors("incidents")

    @routes.get("/v1/incidents:proposals")
    async def proposed(
        token: Annotated[TokenStaff, Depends(staff)],
        limit: Limit = 50,
        cursor: Annotated[str | None, Query()] = None,
    ) -> Proposals:
        """Proposed incidents of the asker's lines and stations."""
        by = _able(as_staff(token))
        after = Cursor.decode(cursor)
        place = (after.received_at, after.case_id) if after else None
        found = await proposals.listed(pool, by, place, limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        return Proposals(
            items=[Proposal.model_validate(one) for one in found[:limit]],
            next_cursor=Cursor(last.since, last.event_id).encode() if last else None,
        )

    return routes


def _able(by: Staff) -> Staff:
    """Errors: Problem 403 below L3."""
    if by.role is not Role.ADMIN and by.rank < LEAST.rank:
        raise forbidden(LEAST.value)
    return by
