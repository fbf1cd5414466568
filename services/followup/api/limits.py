"""Limits to contact, by when they must be looked at again."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict

from services.followup.api.asking import acting
from services.followup.repository import limits
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Level, Medium, State
from shared.security.tokens import Staff as TokenStaff
from shared.storage.pool import Pool
from shared.web.body import doors
from shared.web.paging import Cursor, Limit


class Limited(BaseModel):
    """A case whose passenger reaches us by `medium` only; open to appeal until `appeal_until`."""

    model_config = ConfigDict(from_attributes=True)
    case_id: UUID
    number: str
    state: State
    level: Level
    medium: Medium
    since: Instant
    review_at: Instant
    appeal_until: Instant


class LimitedList(BaseModel):
    """The most urgent first."""

    items: list[Limited]
    next_cursor: str | None


def router(pool: Pool, staff: Callable[[Request], TokenStaff]) -> APIRouter:
    """The door."""
    routes = doors("contact limits")

    @routes.get("/v1/contact-limits")
    async def contact_limits(
        token: Annotated[TokenStaff, Depends(staff)],
        review_before: Annotated[Instant | None, Query()] = None,
        limit: Limit = 50,
        cursor: Annotated[str | None, Query()] = None,
    ) -> LimitedList:
        """Those in force on cases that the asker sees."""
        after = Cursor.decode(cursor)
        place = (after.received_at, after.case_id) if after else None
        found = await limits.listed(pool, await acting(pool, token), review_before, place, limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        return LimitedList(
            items=[Limited.model_validate(one) for one in found[:limit]],
            next_cursor=Cursor(last.review_at, last.case_id).encode() if last else None,
        )

    return routes
