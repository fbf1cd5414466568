"""What is refused before anyone looks at it: too many requests at once, too large bodies, NUL in addresses."""

import asyncio
from contextlib import suppress
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.problems import Problem, invalid

MEBIBYTE = 1024 * 1024
DISCARD_BYTES = 64 * MEBIBYTE
DISCARD_SECONDS = 5.0
AT_ONCE = 2000
HEALTH = ("/livez", "/readyz", "/metrics")


class Room:
    """Refuses what exceeds `most` requests at once, before they pile up in memory; health is always told."""

    def __init__(self, app: ASGIApp, *, most: int = AT_ONCE) -> None:
        self._app = app
        self._most = most
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self._app(scope, receive, send)
        elif self._inside >= self._most:
            problem = Problem(503, "too-busy", headers={"Retry-After": "1", "Connection": "close"})
            await problem.response(Request(scope))(scope, receive, send)
        else:
            self._inside += 1
            try:
                await self._app(scope, receive, send)
            finally:
                self._inside -= 1


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
        if "\x00" in scope["path"]:
            return invalid("path:", "nul")
        if b"%00" in scope["query_string"]:
            asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            return invalid("?" + next((name for name, value in asked if "\x00" in value), ""), "nul")
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
