"""`GET /v1/fairness`: proposals of abnormal conduct and what became of them, each figure with its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from services.reporting.api.asked import Text, When
from services.reporting.policy.fairness import Line, Number, Report, Share, report
from services.reporting.policy.selection import Selection
from services.reporting.policy.sight import Sight, sight
from services.reporting.policy.window import Window, window
from services.reporting.repository.figures import Counts
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Channel
from shared.security.tokens import Staff
from shared.web.body import doors
from shared.web.problems import invalid


class FairnessAsked(BaseModel):
    """`[from, to)` as in the figures, and where to look."""

    model_config = ConfigDict(extra="forbid")

    from_: When | None = Field(None, alias="from", description="Received at or after: a local day or an instant.")
    to: When | None = Field(None, description="Received before: a local day or an instant.")
    line: list[Text] = Field([], max_length=50)
    station: list[Text] = Field([], max_length=500)
    channel: list[Channel] = []

    @property
    def narrowing(self) -> Selection:
        """What narrows, without the window."""
        return Selection(line=tuple(self.line), station=tuple(self.station), channel=tuple(self.channel))


class NumberShown(BaseModel):
    """A count and the list of what was counted."""

    value: int
    rows: str


class ShareShown(BaseModel):
    """A share; null where there is nothing to divide by. `few`: the denominator is under five."""

    value: float | None
    numerator: int
    denominator: int
    rows: str
    numerator_rows: str
    few: bool


class LineShown(BaseModel):
    """One line; it has one of reason, station (null: not known) and channel, the total has none."""

    reason: str | None = None
    station: str | None = None
    channel: str | None = None
    complaints: NumberShown
    proposed: NumberShown
    pending: NumberShown
    confirmed: NumberShown
    overturned: NumberShown
    proposed_rate: ShareShown
    confirmed_rate: ShareShown
    overturned_rate: ShareShown


class FairnessShown(BaseModel):
    """The report on [from, to), as of an instant. Only A2–A6, A9, A10 and A12 count."""

    as_of: Instant
    start: Instant
    end: Instant
    total: LineShown
    by_reason: list[LineShown]
    by_station: list[LineShown]
    by_channel: list[LineShown]


@dataclass(frozen=True, slots=True)
class Answer:
    """The report of a window, as of an instant."""

    as_of: datetime
    window: Window
    report: Report


class Fairness:
    """Makes the report."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    async def of(self, asked: FairnessAsked, eyes: Sight) -> Answer:
        """The report for someone's eyes. Errors: ValueError("empty_window")."""
        span = window(asked.from_, asked.to, await self._counts.now())
        as_of, groups = await self._counts.proposals(asked.narrowing, span, eyes)
        return Answer(as_of, span, report(groups, asked.narrowing.received(span)))


def router(fairness: Fairness, who: Callable[[Request], Staff]) -> APIRouter:
    """The door to the report."""
    routes = doors("figures")

    # A line tells only what it is of, but a station that is not known is told as null.
    @routes.get("/v1/fairness", response_model_exclude_unset=True)
    async def show(asked: Annotated[FairnessAsked, Query()], staff: Annotated[Staff, Depends(who)]) -> FairnessShown:
        """What was proposed as abnormal conduct, and confirmed or overturned, by reason, station and channel."""
        try:
            answer = await fairness.of(asked, sight(staff))
        except ValueError as error:
            raise invalid("?to", str(error)) from None
        found = answer.report
        return FairnessShown(
            as_of=answer.as_of,
            start=answer.window.start,
            end=answer.window.end,
            total=_line(found.total),
            by_reason=[_line(line, "reason") for line in found.by_reason],
            by_station=[_line(line, "station") for line in found.by_station],
            by_channel=[_line(line, "channel") for line in found.by_channel],
        )

    return routes


def _line(line: Line, by: str | None = None) -> LineShown:
    return LineShown(
        **({by: line.key} if by else {}),
        complaints=_number(line.complaints),
        proposed=_number(line.proposed),
        pending=_number(line.pending),
        confirmed=_number(line.confirmed),
        overturned=_number(line.overturned),
        proposed_rate=_share(line.proposed_rate),
        confirmed_rate=_share(line.confirmed_rate),
        overturned_rate=_share(line.overturned_rate),
    )


def _number(number: Number) -> NumberShown:
    return NumberShown(value=number.value, rows=number.rows)


def _share(share: Share) -> ShareShown:
    return ShareShown(
        value=share.value,
        numerator=share.numerator.value,
        denominator=share.denominator.value,
        rows=share.denominator.rows,
        numerator_rows=share.numerator.rows,
        few=share.few,
    )
