"""Stretches of time in local days: `[from, to)`, as figures and lists take them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DEFAULT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Window:
    """[start, end), two instants."""

    start: datetime
    end: datetime


def midnight(day: date) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(), ZONE)


def parse(text: str) -> datetime:
    """An instant, from a local day (`2026-11-22`: its midnight) or an RFC 3339 instant.

    Errors: ValueError with a field code, also for what has no local day within the calendar.
    """
    try:
        if len(text) == len("2026-11-22"):
            return midnight(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("bad_time") from None
    if instant.tzinfo is None:
        raise ValueError("no_zone")
    try:
        instant.astimezone(ZONE)
    except OverflowError:
        raise ValueError("bad_time") from None
    return instant


def window(start: datetime | None, end: datetime | None, now: datetime) -> Window:
    """What was asked for; else until the end of today, and thirty days.

    Errors: ValueError for an empty one, and for one that would begin before the calendar.
    """
    end = end or midnight(now.astimezone(ZONE).date() + timedelta(days=1))
    try:
        start = start or end - timedelta(days=DEFAULT_DAYS)
    except OverflowError:
        raise ValueError("bad_time") from None
    if start >= end:
        raise ValueError("empty_window")
    return Window(start, end)


def written(instant: datetime) -> str:
    """An instant as a query says it: the local day where it is a midnight."""
    local = instant.astimezone(ZONE)
    if local.timetz().replace(tzinfo=None) == time():
        return local.date().isoformat()
    return local.isoformat(timespec="milliseconds" if local.microsecond % 1000 == 0 else "microseconds")
