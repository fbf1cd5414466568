"""Doors too hot for FastAPI's own reading: the handler gets the request as it is, the document is written beside it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.errors import PASSING
from shared.logging import get_logger
from shared.web.problems import Problem, unavailable

log = get_logger()

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class RawRoute(APIRoute):
    """Routes to `async def handler(request) -> Response`, with nothing in between."""

    def get_route_handler(self) -> Handler:
        """FastAPI's hook."""
        endpoint: Handler = self.endpoint
        return endpoint


class Shortcut:
    """Takes the requests of one door past routing and exit stacks, which cost more than reading a complaint.

    The door stays on its router too, where the document and every other method are found.
    """

    def __init__(self, app: ASGIApp, *, path: str, post: Handler) -> None:
        self._app = app
        self._path = path
        self._post = post

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._post(request)
        except Problem as problem:
            response = problem.response(request)
        except ClientDisconnect:
            # Whoever went away before the end of the body sees no answer, and nothing was stored.
            return
        except PASSING as error:
            log.warning("request_unavailable", exc_info=error)
            response = unavailable().response(request)
        await response(scope, receive, send)


def raw_doors(tag: str) -> APIRouter:
    """A router for such doors."""
    return APIRouter(route_class=RawRoute, tags=[tag])


def takes(body: type[BaseModel], *headers: str, secured: str | None = "key") -> dict[str, Any]:
    """What OpenAPI says of a raw door: its body, its headers, and whether a key is needed."""
    schema = {"$ref": f"#/components/schemas/{body.__name__}"}
    described: dict[str, Any] = {
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
        "parameters": [
            {"in": "header", "name": name, "required": True, "schema": {"type": "string", "maxLength": 255}}
            for name in headers
        ],
    }
    return described | ({"security": [{secured: []}]} if secured else {})
