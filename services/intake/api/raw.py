"""Doors too hot for FastAPI's own reading: the handler gets the request as it is, the document is written beside it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel


class RawRoute(APIRoute):
    """Routes to `async def handler(request) -> Response`, with nothing in between."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's hook."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


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
