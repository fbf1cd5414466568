"""The calendars: shown to staff, published by an administrator when the notice on public holidays is there."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.followup.repository import reference
from services.followup.repository.reference import Admission
from services.followup.rules.calendar_file import CalendarFileError, parse_calendar
from shared.contracts.reference import CalendarYear
from shared.logging import get_logger
from shared.security.tokens import Staff
from shared.storage.pool import Pool
from shared.web.body import doors
from shared.web.problems import FieldError, Problem, forbidden, invalid

log = get_logger()

ADMIN = "admin"


class Calendars(BaseModel):
    """The latest version of each year, the latest year first; every other year is guessed."""

    items: list[CalendarYear]
    next_cursor: str | None = None


class Publication(BaseModel):
    """A year's calendar as the text of its file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    yaml: Annotated[str, Field(min_length=1, max_length=100_000)]


def router(pool: Pool, staff: Callable[[Request], Staff], wake: Callable[[], None]) -> APIRouter:
    """The doors."""
    routes = doors("calendars")
    Asking = Annotated[Staff, Depends(staff)]  # noqa: N806 - a type

    @routes.get("/v1/calendars", dependencies=[Depends(staff)])
    async def calendars() -> Calendars:
        """Which days count, by year."""
        return Calendars(items=await reference.calendars(pool))

    @routes.post("/v1/calendars", status_code=201, responses={200: {"model": CalendarYear}})
    async def publish(asked: Publication, response: Response, token: Asking) -> CalendarYear:
        """Publish the next version of a year: open deadlines that rest on it move. For administrators.

        The same version with the same content again is answered with 200 and changes nothing.
        """
        if not token.is_admin:
            raise forbidden(ADMIN)
        calendar = _read(asked.yaml)
        async with pool.acquire() as connection, connection.transaction():
            admission = await reference.admit_calendar(connection, calendar)
        response.status_code = _status(admission, calendar)
        if admission.new:
            wake()
            log.info("calendar_published", calendar=calendar.key, by=token.user)
        return calendar

    return routes


def _read(text: str) -> CalendarYear:
    """Errors: Problem 422 that says where."""
    try:
        return parse_calendar(text)
    except CalendarFileError as error:
        said = str(error)
        raise Problem(422, "invalid", errors=(FieldError("/yaml", "invalid", extra={"why": said}),)) from None


def _status(admission: Admission, calendar: CalendarYear) -> int:
    """201 for a new version, 200 for one that is here. Errors: Problem 409 out of turn, 422 for another zone."""
    if admission.new:
        return 201
    if admission.zone != calendar.zone:
        raise invalid("/yaml", "other_name", expected=admission.zone)
    if admission.latest == calendar:
        return 200
    current = admission.latest.version if admission.latest else 0
    raise Problem(409, "version-conflict", params={"current": f"{calendar.year}@{current}"}, extra={"current": current})
