"""A local day in UTC: when it begins, and the stretches in which its clocks show a window's times.

Instants are whole microseconds since 1970 (UTC): exact, and quick to compare and add.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.reference import Window

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY = 24 * 3600 * 1_000_000

Stretch = tuple[int, int]
"""[opens, closes)."""
Part = tuple[int, int, int]
"""[from, to) and the offset of local time from UTC in it."""


def to_microseconds(instant: datetime) -> int:
    """Microseconds since 1970. Errors: TypeError for a naive instant."""
    return (instant - EPOCH) // MICROSECOND


def to_instant(microseconds: int) -> datetime:
    """The UTC instant."""
    return EPOCH + timedelta(microseconds=microseconds)


def midnight(day: date, zone: ZoneInfo) -> int:
    """The first instant of a local day; where the clock skips midnight, the instant of the skip."""
    return to_microseconds(datetime.combine(day, time(), zone).astimezone(UTC))


def parts(begins: int, ends: int, zone: ZoneInfo) -> list[Part]:
    """A local day [begins, ends) in parts of one offset each; clocks are changed once a day at most."""
    first, last = _offset(begins, zone), _offset(ends - 1, zone)
    if first == last:
        return [(begins, ends, first)]
    low, high = begins, ends - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle, zone) == first else (low, middle)
    return [(begins, high, first), (high, ends, last)]


def stretches(day: date, of: Iterable[Part], windows: Iterable[Window]) -> list[Stretch]:
    """The instants of a local day (its parts are `of`) whose local time lies in one of `windows`, in order.

    On a day on which the clock is changed a window is as long as the clocks make it: what they skip is missing, and
    what they show twice counts twice.
    """
    local_midnight = (day.toordinal() - EPOCH_DAY) * DAY
    found: list[Stretch] = []
    for since, until, offset in of:
        for window in windows:
            opens = max(local_midnight + _of_day(window.opens) - offset, since)
            closes = min(local_midnight + _of_day(window.closes) - offset, until)
            if opens < closes:
                found.append((opens, closes))
    return _joined(found)


def _offset(microseconds: int, zone: ZoneInfo) -> int:
    offset = to_instant(microseconds).astimezone(zone).utcoffset()
    return (offset or timedelta()) // MICROSECOND


def _of_day(clock: time) -> int:
    return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * 1_000_000 + clock.microsecond


def _joined(found: list[Stretch]) -> list[Stretch]:
    """In order, and those that touch or overlap as one."""
    joined: list[Stretch] = []
    for opens, closes in sorted(found):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


__all__ = ["Part", "Stretch", "midnight", "parts", "stretches", "to_instant", "to_microseconds"]
