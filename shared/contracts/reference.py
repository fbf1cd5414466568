"""Reference data on the compacted topic `reference-v1`: each kind has one owner, everyone keeps the latest per key."""

from datetime import date, time
from typing import Literal, Self

from pydantic import Field, model_validator

from shared.contracts.base import Event, Frozen, Instant
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Level, Role


class Window(Frozen):
    """A stretch of a local day, [opens, closes)."""

    opens: time
    closes: time

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("a window opens before it closes")
        return self


class CalendarYear(Frozen):
    """The working time of one civil year, as published or, when `provisional`, as guessed until it is.

    `holidays` are days off that fall on Monday to Friday; `make_up_days` are working Saturdays and Sundays.
    """

    year: int = Field(ge=2000, le=2100)
    version: int = Field(gt=0)
    zone: str
    source: str
    provisional: bool = False
    service_hours: tuple[Window, ...] = Field(min_length=1)
    office_hours: tuple[Window, ...] = Field(min_length=1)
    holidays: frozenset[date]
    make_up_days: frozenset[date]

    @property
    def key(self) -> str:
        """`calendar/2026@1`."""
        return f"calendar/{self.year}@{self.version}"

    @model_validator(mode="after")
    def _within_the_year(self) -> Self:
        days = self.holidays | self.make_up_days
        if any(day.year != self.year for day in days):
            raise ValueError(f"every day must lie in {self.year}")
        if self.holidays & self.make_up_days:
            raise ValueError("a day cannot be both a holiday and a make-up day")
        return self


class Line(Frozen):
    """A line: its id is what events carry; names and aliases are what people write."""

    id: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...] = ()


class Station(Frozen):
    """A station: `name` is what events carry.

    `ordinary` are those of its names that are ordinary words too ("Museum", 机场): in a text they mean the station only
    with 站, "station" or a line beside them.
    """

    name: str
    name_en: str
    aliases: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()
    lines: tuple[str, ...] = Field(min_length=1)


class Network(Frozen):
    """The lines and stations of the metro."""

    version: int = Field(gt=0)
    lines: tuple[Line, ...]
    stations: tuple[Station, ...]


class PackPublished(Event):
    """routing → all. Key `pack/<name>@<version>`."""

    type: Literal["psc.reference.pack_published.v1"] = "psc.reference.pack_published.v1"
    pack: Pack
    published_by: str
    published_at: Instant


class CalendarPublished(Event):
    """followup → all. Key `calendar/<year>@<version>`."""

    type: Literal["psc.reference.calendar_published.v1"] = "psc.reference.calendar_published.v1"
    calendar: CalendarYear


class NetworkPublished(Event):
    """intake → all. Key `network/metro`."""

    type: Literal["psc.reference.network_published.v1"] = "psc.reference.network_published.v1"
    network: Network


class StaffPublished(Event):
    """followup → all: what a member of staff may see. Tokens issued before `revoked_before` are void.

    Key `staff/<user>`. No lines and no stations: the whole network.
    """

    type: Literal["psc.reference.staff_published.v1"] = "psc.reference.staff_published.v1"
    user: str
    role: Role
    level: Level | None = None
    lines: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    revoked_before: Instant | None = None
