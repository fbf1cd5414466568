"""Calendar years, published and guessed, as tables for whole years."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from services.followup.rules.local_day import Stretch, midnight, parts, stretches
from services.followup.rules.track import Track
from shared.contracts.reference import CalendarYear

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""No complaint lies beyond, and a table of every year since the first would only cost time."""


@dataclass(frozen=True, slots=True)
class Tables:
    """The years `first` to `last` whole, [begins, ends) in microseconds since 1970."""

    first: int
    last: int
    begins: int
    ends: int
    service: Track
    office: Track
    working_days: list[int]
    """The first instant of each working day."""
    office_closes: list[int]
    """When office hours close on each of them."""

    def close_of(self, nth: int, start: int) -> int | None:
        """The close of the nth (from 1) working day after the local day of `start`, None if beyond the tables."""
        place = bisect_right(self.working_days, start) + nth - 1
        return self.office_closes[place] if place < len(self.office_closes) else None


class Almanac:
    """The latest version of each year, and a guess for every other year.

    Errors: ValueError without any calendar, or when zones differ.
    """

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        latest: dict[int, CalendarYear] = {}
        for one in years:
            if one.year not in latest or one.version > latest[one.year].version:
                latest[one.year] = one
        zones = sorted({one.zone for one in latest.values()})
        if len(zones) != 1:
            raise ValueError(f"calendars must share one zone, not {', '.join(zones) or 'none'}")
        self.zone = ZoneInfo(zones[0])
        self.years = sorted(latest)
        self.versions = tuple((year, latest[year].version) for year in self.years)
        self._latest = latest

    def year(self, year: int) -> CalendarYear:
        """The calendar of a year, guessed if it is not published: hours of the published year before, else after."""
        if year in self._latest:
            return self._latest[year]
        place = bisect_right(self.years, year)
        like = self._latest[self.years[max(place - 1, 0)]]
        guess = {"year": year, "provisional": True, "source": f"guessed from {like.key}"}
        return like.model_copy(update={**guess, "holidays": frozenset(), "make_up_days": frozenset()})

    def version(self, year: int) -> int:
        """The version of a year's calendar, 0 for a guess."""
        return self._latest[year].version if year in self._latest else 0

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday but holidays, and make-up days."""
        return _is_working_day(self.year(day.year), day)

    def tables(self, first: int, last: int) -> Tables:
        """The years `first` to `last` as tables. Errors: OverflowError beyond FIRST_YEAR to LAST_YEAR."""
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise OverflowError(f"no calendar reaches from {first} to {last}")
        service: list[Stretch] = []
        office: list[Stretch] = []
        days: list[int] = []
        closes: list[int] = []
        begins = ends = midnight(date(first, 1, 1), self.zone)
        for day, calendar in self._days(first, last):
            start, ends = ends, midnight(day + timedelta(days=1), self.zone)
            of = parts(start, ends, self.zone)
            service += stretches(day, of, calendar.service_hours)
            if _is_working_day(calendar, day):
                office += stretches(day, of, calendar.office_hours)
                days.append(start)
                closes.append(office[-1][1])
        tracks = Track.of(begins, ends, service), Track.of(begins, ends, office)
        return Tables(first, last, begins, ends, *tracks, days, closes)

    def wider(self, tables: Tables, first: int, last: int) -> Tables:
        """Tables that hold the years `first` to `last` too; upwards by as much again, so that far costs few steps.

        Errors: as `tables`.
        """
        span = tables.last - tables.first + 1
        up = max(last, min(tables.last + span, LAST_YEAR)) if last > tables.last else tables.last
        return self.tables(min(first, tables.first), up)

    def _days(self, first: int, last: int) -> Iterator[tuple[date, CalendarYear]]:
        for year in range(first, last + 1):
            calendar, day = self.year(year), date(year, 1, 1)
            while day.year == year:
                yield day, calendar
                day += timedelta(days=1)


def _is_working_day(calendar: CalendarYear, day: date) -> bool:
    return day in calendar.make_up_days or (day.weekday() < 5 and day not in calendar.holidays)


__all__ = ["Almanac", "Tables"]
