"""The pages: the dashboard, what of it is live, and the rows behind its figures."""

from datetime import timedelta
from typing import Annotated, Any, get_origin

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from services.reporting.api import view
from services.reporting.api.asked import Asked
from services.reporting.api.board import Board
from services.reporting.policy.selection import Selection
from services.reporting.policy.sight import sight
from services.reporting.policy.window import ZONE, midnight, written
from services.reporting.repository.cases import Cases
from services.reporting.repository.figures import Counts
from services.reporting.repository.stream import Stream
from shared.contracts.registry import CASE_EVENTS
from shared.security.tokens import Staff
from shared.web.pages import Pages, language_of
from shared.web.paging import Cursor
from shared.web.problems import Problem
from shared.web.session import Desk, form_value, keep_form_value

HOME = "/dashboard"
WINDOWS = (1, 7, 30)
Days = Annotated[int, Query(ge=1, le=31, description="How many local days, today included.")]
URGENT = 12
FACTS = " ".join(event.model_fields["type"].default.split(".")[2] for event in CASE_EVENTS)
"""Which facts the page listens for."""
MANY = {f.alias or name for name, f in Asked.model_fields.items() if get_origin(f.annotation) is list}


class Dashboard:
    """Makes what the pages show."""

    def __init__(self, board: Board, counts: Counts, cases: Cases, stream: Stream) -> None:
        self._board = board
        self._counts = counts
        self._cases = cases
        self._stream = stream

    async def of(self, staff: Staff, days: int, say: view.Say) -> dict[str, Any]:
        """Everything on the dashboard. The sequence is read first: what comes while we count is told again."""
        eyes = sight(staff)
        sequence = await self._stream.latest()
        ages_as_of, ages = await self._counts.backlog(eyes)
        end = midnight(ages_as_of.astimezone(ZONE).date() + timedelta(days=1))
        start = end - timedelta(days=days)
        answer = await self._board.figures(Selection(), start, end, eyes)
        figures = {figure.name: figure for figure in answer.figures}
        step = "hour" if days == 1 else "day"
        return {
            "days": days,
            "sequence": sequence,
            "as_of": answer.as_of.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "tiles": view.tiles(figures, say),
            "breaches": view.breaches(figures["sla_breaches"]),
            "backlog": view.backlog(ages, ages_as_of),
            "backlog_total": sum(ages),
            "urgent": view.urgent(await self._cases.urgent(eyes, URGENT), answer.as_of, say),
            "step": step,
            "series": f"/v1/series?from={written(start)}&to={written(end)}&step={step}",
        }

    async def rows(self, staff: Staff, asked: Asked, say: view.Say) -> tuple[list[dict[str, Any]], str | None]:
        """A page of rows, and the cursor of the next."""
        found = await self._cases.page(asked.selection, sight(staff), Cursor.decode(asked.cursor), asked.limit)
        shown = found[: asked.limit]
        more = Cursor(shown[-1]["received_at"], shown[-1]["case_id"]).encode() if len(found) > asked.limit else None
        return view.listed(shown, say), more


class Doors:
    """The pages' doors; who is not signed in is led to the form."""

    def __init__(self, pages: Pages, desk: Desk, dashboard: Dashboard) -> None:
        self._pages = pages
        self._desk = desk
        self._dashboard = dashboard

    def router(self) -> APIRouter:
        """The doors."""
        routes = APIRouter(include_in_schema=False)
        routes.get("/dashboard")(self.board)
        routes.get("/dashboard/live")(self.live)
        routes.get("/dashboard/cases")(self.rows)
        return routes

    async def board(self, request: Request, days: Days = 1) -> Response:
        """The whole page."""
        staff = self._desk.who(request)
        if staff is None:
            return self._desk.to_login(request)
        made = await self._dashboard.of(staff, days, self._say(request))
        return self._shown(request, staff, "dashboard.html", board=made, windows=WINDOWS, facts=FACTS)

    async def live(self, request: Request, days: Days = 1) -> Response:
        """The parts that change, for the page that is open. Errors: Problem 401."""
        staff = self._desk.who(request)
        if staff is None:
            raise Problem(401, "unauthenticated")
        made = await self._dashboard.of(staff, days, self._say(request))
        return self._pages.answer(request, "live.html", board=made)

    async def rows(self, request: Request) -> Response:
        """The rows behind a figure, with the query of `GET /v1/cases`."""
        staff = self._desk.who(request)
        if staff is None:
            return self._desk.to_login(request)
        q = request.query_params.get("q", "")
        try:
            cases, cursor = await self._dashboard.rows(staff, _asked(request), self._say(request))
        except (ValidationError, Problem):
            return self._shown(request, staff, "rows.html", 422, cases=[], more=None, q=q, refused=True)
        more = f"?{request.url.include_query_params(cursor=cursor).query}" if cursor else None
        return self._shown(request, staff, "rows.html", cases=cases, more=more, q=q, refused=False)

    def _say(self, request: Request) -> view.Say:
        language = language_of(request)
        return lambda key, **values: self._pages.say(key, language, **values)

    def _shown(self, request: Request, staff: Staff, template: str, status: int = 200, **context: Any) -> Response:
        value = form_value(request)
        answer = self._pages.answer(request, template, status, staff=staff, form=value, home=HOME, **context)
        keep_form_value(request, answer, value)
        return answer


def _asked(request: Request) -> Asked:
    """The query as the API takes it; the choice of language is the page's own."""
    query = request.query_params
    given = {name: query.getlist(name) if name in MANY else query[name] for name in query if name != "lang"}
    return Asked.model_validate(given)
