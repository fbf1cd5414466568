"""`GET /v1/series`: received and closed over time, for the chart."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.reporting.api.asked import When
from services.reporting.policy.series import Step, is_too_fine, points
from services.reporting.policy.sight import sight
from services.reporting.policy.window import window
from services.reporting.repository.figures import Counts
from shared.contracts.base import Instant
from shared.security.tokens import Staff
from shared.web.body import doors
from shared.web.problems import invalid


class SeriesAsked(BaseModel):
    """`[from, to)` as in the figures, and how long each step is."""

    model_config = ConfigDict(extra="forbid")

    from_: When | None = Field(None, alias="from")
    to: When | None = None
    step: Step = "day"


class PointShown(BaseModel):
    """One step."""

    at: Instant
    received: int
    closed: int


class Series(BaseModel):
    """Every step that has begun, as of an instant."""

    as_of: Instant
    step: Step
    items: list[PointShown]


def router(counts: Counts, who: Callable[[Request], Staff]) -> APIRouter:
    """The door to the line."""
    routes = doors("figures")

    @routes.get("/v1/series")
    async def series(asked: Annotated[SeriesAsked, Query()], staff: Annotated[Staff, Depends(who)]) -> Series:
        """Cases received and closed per local hour or day."""
        now = await counts.now()
        try:
            span = window(asked.from_, asked.to, now)
        except ValueError as error:
            raise invalid("?to", str(error)) from None
        if is_too_fine(span, asked.step):
            raise invalid("?step", "too_fine")
        counted = await counts.series(asked.step, span, sight(staff))
        items = [
            PointShown(at=p.at, received=p.received, closed=p.closed) for p in points(counted, span, asked.step, now)
        ]
        return Series(as_of=now, step=asked.step, items=items)

    return routes
