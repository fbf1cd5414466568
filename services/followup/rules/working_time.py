"""Working time: what counts between two instants, and when so much has counted (DESIGN: time; the default pack)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from services.followup.rules.almanac import Almanac, Tables
from services.followup.rules.local_day import MICROSECOND, Stretch, to_instant, to_microseconds
from services.followup.rules.track import Track
from shared.contracts.pack import Running, Term
from shared.contracts.reference import CalendarYear

LENGTHS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


class WorkingTime:
    """The calendars as one function of time; immutable, equal and hashed by the versions of its years.

    Instants are aware and come back in UTC; every answer is exact to the microsecond. Tables cover the published years
    and one more, and grow when asked beyond; before 1900 and after 2200 there is OverflowError.
    """

    def __init__(self, almanac: Almanac) -> None:
        self._almanac = almanac
        self._tables = almanac.tables(almanac.years[0], almanac.years[-1] + 1)

    @classmethod
    def of(cls, years: Iterable[CalendarYear]) -> Self:
        """From calendars in any order: the latest version of a year wins.

        A year that is not published is guessed: weekends off and nothing else, hours as in the nearest published
        year; what rests on it is provisional. Errors: ValueError without any calendar, or when zones differ.
        """
        return cls(Almanac(years))

    def windows(self, running: Running, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What runs in [start, end), clipped to it, as UTC instants in order."""
        first, last = to_microseconds(start), to_microseconds(end)
        if last <= first:
            return
        found: Iterable[Stretch] = [(first, last)]
        if running != "always":
            found = self._track(running, first, last).within(first, last)
        for opens, closes in found:
            yield to_instant(opens), to_instant(closes)

    def elapsed(self, running: Running, start: datetime, end: datetime) -> timedelta:
        """The running time in [start, end); none if `end` is not after `start`."""
        first, last = to_microseconds(start), to_microseconds(end)
        if last <= first:
            return timedelta()
        if running == "always":
            return timedelta(microseconds=last - first)
        track = self._track(running, first, last)
        return timedelta(microseconds=track.run_by(last) - track.run_by(first))

    def advance(self, running: Running, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant by which `amount` has run since `start`: 12:00 rather than 13:30.

        Nothing has run at `start` itself. Errors: ValueError for a negative amount, OverflowError past 2200.
        """
        if amount < timedelta():
            raise ValueError("time runs forward only")
        if running == "always" or not amount:
            return start.astimezone(UTC) + amount
        first = reach = to_microseconds(start)
        while True:
            track = self._track(running, first, reach)
            reached = track.reached(track.run_by(first) + amount // MICROSECOND)
            if reached is not None:
                return to_instant(reached)
            reach = track.ends

    def due(self, term: Term, start: datetime) -> datetime:
        """When a term that starts at `start` ends.

        Working days as the Civil Code counts them (arts. 201–203): the local day of the start is not one of them,
        and the term ends at the close of office hours of the last. Everything else by `advance`.
        """
        if term.unit != "working_days":
            return self.advance(term.runs, start, term.amount * LENGTHS[term.unit])
        first = to_microseconds(start)
        days = self._covering(first, first)
        while (close := days.close_of(term.amount, first)) is None:
            days = self._covering(days.begins, days.ends)
        return to_instant(close)

    def provisional(self, start: datetime, until: datetime) -> bool:
        """Whether [start, until] touches a year that is not published, or published as provisional."""
        return any(self._almanac.year(year).provisional for year in self._years(start, until))

    def version(self, start: datetime, until: datetime) -> str:
        """The calendars that [start, until] touches, `2026@1` or `2026@1,2027@0`; version 0 is a guess."""
        return ",".join(f"{year}@{self._almanac.version(year)}" for year in self._years(start, until))

    def local(self, instant: datetime) -> datetime:
        """The instant as local clocks show it."""
        return instant.astimezone(self._almanac.zone)

    def is_working_day(self, day: date) -> bool:
        """Whether a local day is a working day."""
        return self._almanac.is_working_day(day)

    @property
    def versions(self) -> str:
        """The versions of all its years, `2025@1,2026@2`."""
        return ",".join(f"{year}@{version}" for year, version in self._almanac.versions)

    @property
    def zone(self) -> ZoneInfo:
        """The zone of all calendars."""
        return self._almanac.zone

    def _years(self, start: datetime, until: datetime) -> range:
        return range(self.local(start).year, self.local(until).year + 1)

    def _track(self, running: Running, first: int, last: int) -> Track:
        tables = self._covering(first, last)
        return tables.service if running == "service_hours" else tables.office

    def _covering(self, first: int, last: int) -> Tables:
        tables = self._tables
        if first < tables.begins or last >= tables.ends:
            years = self._years(to_instant(first), to_instant(last))
            tables = self._tables = self._almanac.wider(tables, years[0], years[-1])
        return tables

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkingTime) and self._almanac.versions == other._almanac.versions

    def __hash__(self) -> int:
        return hash(self._almanac.versions)

    def __repr__(self) -> str:
        return f"WorkingTime({self.versions})"


__all__ = ["WorkingTime"]
