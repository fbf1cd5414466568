"""`GET /v1/kpis`: the figures, each with the address of its rows."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from services.reporting.api.asked import Narrowing
from services.reporting.api.board import Answer, Board
from services.reporting.policy.figure import Figure
from services.reporting.policy.sight import sight
from shared.contracts.base import Instant
from shared.security.tokens import Staff
from shared.web.body import doors
from shared.web.problems import invalid


class PartShown(BaseModel):
    """A share of a figure; it has one of clock, level, station, age and reason."""

    value: int | float
    rows: str
    clock: str | None = None
    level: str | None = None
    station: str | None = None
    age: str | None = None
    reason: str | None = None


class FigureShown(BaseModel):
    """`value` is null where there is nothing to divide by. `rows` lists what was counted, of a rate its denominator.

    `numerator_rows`, of a rate, lists those of them that met its condition.
    """

    name: str
    value: int | float | None
    unit: str
    numerator: int | float | None
    denominator: int | float | None
    rows: str
    numerator_rows: str | None = None
    estimate: bool = False
    by: list[PartShown] | None = None


class Kpis(BaseModel):
    """The figures of [from, to), as of an instant."""

    as_of: Instant
    start: Instant
    end: Instant
    figures: list[FigureShown]


def router(board: Board, who: Callable[[Request], Staff]) -> APIRouter:
    """The door to the figures."""
    routes = doors("figures")

    # What a figure does not have is left out, but a station that is not known is told as null.
    @routes.get("/v1/kpis", response_model_exclude_unset=True)
    async def kpis(asked: Annotated[Narrowing, Query()], staff: Annotated[Staff, Depends(who)]) -> Kpis:
        """The figures of `[from, to)`, local days of Asia/Shanghai; the last thirty days if not given."""
        try:
            answer = await board.figures(asked.narrowing, asked.from_, asked.to, sight(staff))
        except ValueError as error:
            raise invalid("?to", str(error)) from None
        return shown(answer)

    return routes


def shown(answer: Answer) -> Kpis:
    """The figures in the API's shape."""
    figures = [_figure(figure) for figure in answer.figures]
    return Kpis(as_of=answer.as_of, start=answer.window.start, end=answer.window.end, figures=figures)


def _figure(figure: Figure) -> FigureShown:
    more: dict[str, Any] = {}
    if figure.numerator_rows is not None:
        more["numerator_rows"] = figure.numerator_rows
    if figure.estimate:
        more["estimate"] = True
    if figure.by is not None:
        more["by"] = [PartShown(**{part.by: part.key}, value=part.value, rows=part.rows) for part in figure.by]
    return FigureShown(
        name=figure.name,
        value=figure.value,
        unit=figure.unit,
        numerator=figure.numerator,
        denominator=figure.denominator,
        rows=figure.rows,
        **more,
    )
