"""`GET /v1/cases` and `GET /v1/cases/{number}`."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.reporting.api.asked import Asked
from services.reporting.policy.sight import sight
from services.reporting.repository.cases import Cases
from shared.contracts.base import Instant
from shared.security.tokens import Staff
from shared.storage.pool import Row
from shared.web.body import doors
from shared.web.paging import Cursor
from shared.web.problems import Problem

MAX_NUMBER = 64


class Owner(BaseModel):
    """Who has the case."""

    user: str
    level: str


class Deadline(BaseModel):
    """One clock, its latest generation."""

    clock: str
    generation: int
    state: str
    started_at: Instant
    due_at: Instant
    stopped_at: Instant | None
    breached_at: Instant | None


class CaseShown(BaseModel):
    """A case without words: codes, numbers, instants."""

    case_id: str
    number: str
    version: int
    state: str
    kind: str
    reason: str
    category: str
    severity: str
    level: str
    proposed: bool
    uncertain: bool
    about_staff: bool
    owner: Owner | None
    channel: str
    line: str | None
    station: str | None
    received_at: Instant
    taken_at: Instant | None
    occurred_at: Instant | None
    resolved_at: Instant | None
    closed_at: Instant | None
    transfers: int
    escalations: int
    reopened: int
    outcome: str | None
    parent: str | None
    trace_id: str | None
    policy_version: str
    demo: bool
    deadlines: list[Deadline]


class CasePage(BaseModel):
    """Newest first by (received_at, case_id)."""

    items: list[CaseShown]
    next_cursor: str | None


SAME = tuple(name for name in CaseShown.model_fields if name not in ("case_id", "owner", "deadlines"))


def router(cases: Cases, who: Callable[[Request], Staff]) -> APIRouter:
    """The doors to cases."""
    routes = doors("cases")

    @routes.get("/v1/cases")
    async def list_cases(asked: Annotated[Asked, Query()], staff: Annotated[Staff, Depends(who)]) -> CasePage:
        """The cases of a selection, newest first. `q` finds numbers, stations and categories, no words."""
        rows = await cases.page(asked.selection, sight(staff), Cursor.decode(asked.cursor), asked.limit)
        shown = rows[: asked.limit]
        more = len(rows) > asked.limit
        last = Cursor(shown[-1]["received_at"], shown[-1]["case_id"]).encode() if more else None
        return CasePage(items=await _shown(cases, shown), next_cursor=last)

    @routes.get("/v1/cases/{number}")
    async def show_case(number: str, staff: Annotated[Staff, Depends(who)]) -> CaseShown:
        """One case. 404 when there is none, or not for you."""
        row = await cases.find(number, sight(staff)) if len(number) <= MAX_NUMBER else None
        if row is None:
            raise Problem(404, "not-found")
        return (await _shown(cases, [row]))[0]

    return routes


async def _shown(cases: Cases, rows: Sequence[Row]) -> list[CaseShown]:
    clocks = await cases.clocks([row["case_id"] for row in rows]) if rows else {}
    return [_case(row, clocks.get(row["case_id"], [])) for row in rows]


def _case(row: Row, clocks: Sequence[Row]) -> CaseShown:
    fields: dict[str, Any] = {name: row[name] for name in SAME}
    owner = Owner(user=row["owner_user"], level=row["owner_level"]) if row["owner_user"] else None
    deadlines = [Deadline(**{name: clock[name] for name in Deadline.model_fields}) for clock in clocks]
    return CaseShown(case_id=str(row["case_id"]), owner=owner, deadlines=deadlines, **fields)
