"""Reading cases: the list, one with all that may be done to it, its timeline, its deadlines."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.followup.api.asking import acting, language_of, seen
from services.followup.api.deadlines import explained
from services.followup.api.shapes import case_json, listed_json, timeline_json
from services.followup.policy.rulebook import Staff
from services.followup.repository import cases
from services.followup.repository.cases import Filters, Found
from services.followup.repository.reference import Rulebooks
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Kind, Level, Severity, State
from shared.security.tokens import Staff as TokenStaff
from shared.storage.pool import Pool
from shared.web.body import doors
from shared.web.paging import Cursor

Given = BeforeValidator(lambda value: value or None)
"""An empty filter is none."""
Name = Annotated[str | None, Given]


class Asked(BaseModel):
    """The query of a list; `state` may be given several times, `q` is a number or words of the complaint."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: Name = Field(None, max_length=200)
    state: list[Annotated[State | None, Given]] = []
    level: Annotated[Level | None, Given] = None
    owner: Name = Field(None, max_length=200)
    kind: Annotated[Kind | None, Given] = None
    severity: Annotated[Severity | None, Given] = None
    station: Name = Field(None, max_length=200)
    due_before: Annotated[Instant | None, Given] = None
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None

    @property
    def filters(self) -> Filters:
        """What narrows the list."""
        return Filters(
            self.q,
            tuple(one for one in self.state if one),
            self.level,
            self.owner,
            self.kind,
            self.severity,
            self.station,
            self.due_before,
        )


class Reading:
    """What staff read of cases."""

    def __init__(self, pool: Pool, rulebooks: Rulebooks) -> None:
        self.pool = pool
        self._rulebooks = rulebooks

    async def page(self, by: Staff, wanted: Filters, limit: int, cursor: str | None) -> dict[str, Any]:
        """One page of the cases that `by` may see."""
        after = Cursor.decode(cursor)
        place = (after.received_at, after.case_id) if after else None
        rows = await cases.listed(self.pool, by, wanted, place, limit + 1)
        more = len(rows) > limit
        last = rows[limit - 1].case if more else None
        return {
            "items": [listed_json(row) for row in rows[:limit]],
            "next_cursor": Cursor(last.received_at, last.case_id).encode() if last else None,
        }

    async def one(self, number: str, by: Staff) -> Found:
        """A case. Errors: Problem 404."""
        found = await cases.by_number(self.pool, number)
        seen(found.case if found else None, by)
        assert found is not None  # noqa: S101 - `seen` raises
        return found


def router(reading: Reading, rulebooks: Rulebooks, staff: Callable[[Request], TokenStaff]) -> APIRouter:
    """The doors."""
    routes = doors("cases")
    Asking = Annotated[TokenStaff, Depends(staff)]  # noqa: N806 - a type

    @routes.get("/v1/cases")
    async def cases_(token: Asking, asked: Annotated[Asked, Query()]) -> dict[str, Any]:
        """Cases, newest first."""
        return await reading.page(await acting(reading.pool, token), asked.filters, asked.limit, asked.cursor)

    @routes.get("/v1/cases/{number}")
    async def case(number: str, token: Asking, request: Request, response: Response) -> dict[str, Any]:
        """One case with its deadlines and what may be done; the ETag is for If-Match."""
        by = await acting(reading.pool, token)
        found = await reading.one(number, by)
        response.headers["ETag"] = f'"{found.case.version}"'
        return case_json(found, by, rulebooks.at(found.now), language_of(request))

    @routes.get("/v1/cases/{number}/timeline")
    async def timeline(number: str, token: Asking) -> dict[str, Any]:
        """What happened, oldest first, whole."""
        found = await reading.one(number, await acting(reading.pool, token))
        happened = await cases.timeline(reading.pool, found.case.case_id)
        return {"items": timeline_json(found.case, happened), "next_cursor": None}

    @routes.get("/v1/cases/{number}/deadlines")
    async def deadlines(number: str, token: Asking, request: Request) -> dict[str, Any]:
        """Each deadline with how it was counted."""
        found = await reading.one(number, await acting(reading.pool, token))
        items = explained(found.case, rulebooks.at(found.now), found.now, language_of(request))
        return {"items": items, "next_cursor": None}

    return routes
