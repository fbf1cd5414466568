"""A slow second opinion: time walked minute by minute, each minute looked at on the wall clock. Shares no code.

Everything handed in lies on whole minutes; only a share may fall inside one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import count
from zoneinfo import ZoneInfo

from shared.contracts.pack import Running, Term
from shared.contracts.reference import CalendarYear

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PER_UNIT = {"minutes": 1, "hours": 60, "days": 24 * 60}


@dataclass
class SlowTime:
    """The years given, and weekends off for all others with the hours of `like`."""

    years: dict[int, CalendarYear]
    like: CalendarYear
    _looked_at: dict[Running, dict[int, bool]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def zone(self) -> ZoneInfo:
        """Where the wall clock hangs."""
        return ZoneInfo(self.like.zone)

    def works(self, day: date) -> bool:
        """Whether people work on a day."""
        year = self.years.get(day.year)
        if year and day in year.make_up_days:
            return True
        return day.isoweekday() <= 5 and not (year and day in year.holidays)

    def counts(self, running: Running, minute: int) -> bool:
        """Whether the minute that begins at `minute` (since 1970) is running time."""
        known = self._looked_at[running]
        if minute not in known:
            known[minute] = self._look(running, to_instant(minute))
        return known[minute]

    def _look(self, running: Running, minute: datetime) -> bool:
        if running == "always":
            return True
        shown = minute.astimezone(self.zone)
        year = self.years.get(shown.year, self.like)
        hours = year.service_hours if running == "service_hours" else year.office_hours
        inside = any(window.opens <= shown.time() < window.closes for window in hours)
        return inside and (running == "service_hours" or self.works(shown.date()))

    def minutes(self, running: Running, start: datetime, end: datetime) -> int:
        """How many minutes of [start, end) count."""
        return sum(self.counts(running, minute) for minute in walk(start, end))

    def advance(self, running: Running, start: datetime, amount: Fraction) -> datetime:
        """The first instant by which `amount` minutes have run."""
        if not amount:
            return start
        return first_by(((self.counts(running, minute), minute) for minute in walk(start)), amount)

    def due(self, term: Term, start: datetime) -> datetime:
        """When a term ends."""
        if term.unit != "working_days":
            return self.advance(term.runs, start, Fraction(term.amount * PER_UNIT[term.unit]))
        day, left = start.astimezone(self.zone).date(), term.amount
        while left:
            day += timedelta(days=1)
            left -= self.works(day)
        around = datetime(day.year, day.month, day.day, tzinfo=UTC)
        shown = walk(around - timedelta(hours=15), around + timedelta(hours=39))
        of_the_day = [one for one in shown if to_instant(one).astimezone(self.zone).date() == day]
        return to_instant(max(one for one in of_the_day if self.counts("office_hours", one)) + 1)


@dataclass
class SlowClock:
    """A clock as the list of what happened to it, and nothing computed but when asked."""

    time: SlowTime
    term: Term
    start: datetime
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)

    def due(self) -> datetime:
        """The due of the term, later by what ran in the finished pauses."""
        due = self.time.due(self.term, self.start)
        ran = sum(self.time.minutes(self.term.runs, since, until) for since, until in self.pauses if until)
        return self.time.advance(self.term.runs, due, Fraction(ran))

    def length(self) -> int:
        """Minutes between the start and the due of the term."""
        return self.time.minutes(self.term.runs, self.start, self.time.due(self.term, self.start))

    def elapsed(self, now: datetime) -> int:
        """Minutes that have run without pauses."""
        return sum(ran for ran, minute in self._ran(now))

    def share(self, share: Fraction) -> datetime:
        """The first instant at which that share of the clock has run, pauses left out."""
        return first_by(self._ran(None), self.length() * share)

    def _ran(self, now: datetime | None) -> Iterator[tuple[bool, int]]:
        stands = {minute for since, until in self.pauses for minute in walk(since, until or now)}
        return ((self.time.counts(self.term.runs, one) and one not in stands, one) for one in walk(self.start, now))


def first_by(minutes: Iterator[tuple[bool, int]], amount: Fraction) -> datetime:
    """The first instant by which `amount` (> 0) of the minutes that ran have, to the millisecond above."""
    whole = -(-amount // 1)
    for ran, minute in minutes:
        whole -= ran
        if whole == 0:
            part = amount % 1 or Fraction(1)
            return to_instant(minute) + timedelta(milliseconds=int(-(-part * 60_000 // 1)))
    raise AssertionError("time does not end")


def walk(start: datetime, end: datetime | None = None) -> Iterator[int]:
    """The minutes since 1970 of [start, end); without `end` on and on."""
    first = (start - EPOCH) // MINUTE
    yield from count(first) if end is None else range(first, (end - EPOCH) // MINUTE)


def to_instant(minute: int) -> datetime:
    """When a minute begins."""
    return EPOCH + minute * MINUTE


def slow(years: Sequence[CalendarYear]) -> SlowTime:
    """The second opinion on calendars of successive years."""
    return SlowTime({year.year: year for year in years}, years[-1])
