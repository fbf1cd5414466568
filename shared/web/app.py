"""The frame of every service's HTTP app: problems, health, metrics and documents; its doors come as routers."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException

from shared.errors import PASSING
from shared.logging import get_logger
from shared.runtime import Runtime
from shared.web.docs import add_docs
from shared.web.limits import Limits, Room
from shared.web.problems import Problem, unavailable
from shared.web.validation import problem_of

log = get_logger()

Check = Callable[[], Awaitable[str | None]]
"""Says what is missing for readiness, None when nothing is."""

SLUGS = {401: "unauthenticated", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 503: "unavailable"}


def build_app(
    runtime: Runtime,
    title: str,
    routers: Sequence[APIRouter],
    *,
    ready: Mapping[str, Check] | None = None,
    larger_bodies: dict[str, int] | None = None,
) -> FastAPI:
    """An app with `routers`. `ready` adds checks to those of the database and of consuming."""
    app = FastAPI(title=title, version="1", docs_url=None, redoc_url=None)
    app.add_middleware(Limits, larger=larger_bodies)
    app.add_middleware(Room)
    _problems(app)
    app.include_router(_health(runtime, ready or {}))
    for router in routers:
        app.include_router(router)
    add_docs(app)
    return app


def _problems(app: FastAPI) -> None:
    async def on_problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)  # noqa: S101 - narrows; Starlette dispatches by type
        return error.response(request)

    async def on_invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return problem_of(error.errors(), placed=True).response(request)

    async def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        slug = SLUGS.get(error.status_code, "invalid")
        return Problem(error.status_code, slug, headers=error.headers).response(request)

    async def on_passing(request: Request, error: Exception) -> Response:
        log.warning("request_unavailable", exc_info=error)
        return unavailable().response(request)

    async def on_any(request: Request, error: Exception) -> Response:
        log.error("request_failed", exc_info=error)
        return Problem(500, "internal").response(request)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    for passing in PASSING:
        # By their types: what only the handler of Exception catches is raised again and costs the connection.
        app.add_exception_handler(passing, on_passing)
    app.add_exception_handler(Exception, on_any)


def _health(runtime: Runtime, checks: Mapping[str, Check]) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        """200 when everything needed is here; else 503 that says what is missing."""
        missing = {name: what for name, check in checks.items() if (what := await check())}
        if what := await _database(runtime):
            missing["database"] = what
        notes = {g.name: why for g in runtime.groups if (why := _consuming(g.connected, g.consumer.slowed_by))}
        body = {"status": "missing" if missing else "ok", "missing": missing, "consuming": notes}
        return JSONResponse(body, 503 if missing else 200)

    @router.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


def _consuming(connected: bool, slowed_by: str | None) -> str | None:
    return slowed_by or (None if connected else "not connected")


async def _database(runtime: Runtime) -> str | None:
    try:
        await asyncio.wait_for(runtime.pool.fetchval("select 1"), 2)
    except Exception as error:  # noqa: BLE001 - every failure means the same here
        return type(error).__name__
    return None


def consuming_check(runtime: Runtime) -> Check:
    """For services whose work is consuming: missing until every group is connected."""

    async def check() -> str | None:
        waiting = [g.name for g in runtime.groups if not g.connected]
        return ", ".join(waiting) or None

    return check
