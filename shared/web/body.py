"""Request bodies: JSON only, within limits of size and depth, read by pydantic without a detour through `json`."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import Problem
from shared.web.validation import problem_of

M = TypeVar("M", bound=BaseModel)

MEBIBYTE = 1024 * 1024
DISCARD_BYTES = 64 * MEBIBYTE
DISCARD_SECONDS = 5.0


async def read_json(request: Request, model: type[M]) -> M:
    """The body as `model`, for doors too hot for FastAPI's own reading.

    Errors: Problem 415, 400 malformed-json, 422 invalid.
    """
    require_json(request)
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        raise problem_of(error.errors(include_input=False, include_url=False)) from None


def require_json(request: Request) -> None:
    """Errors: Problem 415 unless the media type is JSON."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json":
        raise Problem(415, "unsupported-media-type", params={"expected": "application/json"})


class _StrictRequest(Request):
    async def json(self) -> Any:
        require_json(self)
        try:
            return from_json(await self.body(), allow_inf_nan=False)
        except ValueError as error:
            # pydantic's parser says where and what, not what was there.
            raise Problem(400, "malformed-json", params={"why": str(error)[:80]}) from None


class StrictRoute(APIRoute):
    """A FastAPI route whose body is parsed strictly: no NaN, no lone surrogates, bounded depth, UTF-8 only."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's hook."""
        original = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await original(_StrictRequest(request.scope, request.receive))
            except HTTPException as error:
                # FastAPI hides whatever the reading of a body raised behind a 400 of its own.
                if isinstance(error.__cause__, Problem):
                    raise error.__cause__ from None
                raise

        return handle


def doors(tag: str) -> APIRouter:
    """A router for doors of one kind, with strict bodies."""
    return APIRouter(route_class=StrictRoute, tags=[tag])


class Limits:
    """Refuses bodies over the limit before they are read whole, and NUL in addresses, which PostgreSQL cannot take."""

    def __init__(self, app: ASGIApp, *, body: int = MEBIBYTE, larger: dict[str, int] | None = None) -> None:
        self._app = app
        self._body = body
        self._larger = larger or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._larger.get(scope["path"], self._body)
        problem = self._refuses(scope, limit)
        if problem is not None:
            await _discard(receive)
            await problem.response(Request(scope))(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, limit), send)

    @staticmethod
    def _refuses(scope: Scope, limit: int) -> Problem | None:
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            return Problem(422, "invalid", params={})
        declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > limit:
            return Problem(413, "too-large", params={"limit": limit}, headers={"Connection": "close"})
        return None


async def _discard(receive: Receive) -> None:
    """Read on, within bounds: a connection closed with unread bytes in it loses the answer on its way."""
    read = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(DISCARD_SECONDS):
            while read < DISCARD_BYTES:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
                read += len(message.get("body", b""))


class _Counted:
    """Counts what a chunked body brings."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._read = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._limit:
                raise Problem(413, "too-large", params={"limit": self._limit}, headers={"Connection": "close"})
        return message
