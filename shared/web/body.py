"""Request bodies: JSON only and strictly, read by pydantic without a detour through `json`."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from starlette.exceptions import HTTPException

from shared.web.problems import Problem
from shared.web.validation import problem_of

M = TypeVar("M", bound=BaseModel)


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
        takes_json = self.body_field is not None and not isinstance(self.body_field.field_info, Form)

        async def handle(request: Request) -> Response:
            strict = _StrictRequest(request.scope, request.receive)
            # FastAPI takes another media type for a body of bytes, and finds fault with those.
            if takes_json and _brings_body(strict):
                require_json(strict)
            try:
                return await original(strict)
            except HTTPException as error:
                # FastAPI hides whatever the reading of a body raised behind a 400 of its own.
                if isinstance(error.__cause__, Problem):
                    raise error.__cause__ from None
                raise

        return handle


def _brings_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def doors(tag: str) -> APIRouter:
    """A router for doors of one kind, with strict bodies."""
    return APIRouter(route_class=StrictRoute, tags=[tag])
