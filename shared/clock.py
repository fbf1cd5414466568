"""Instants: always aware, always UTC, to the millisecond, because that is what the API shows and the database keeps."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

NO_OFFSET = timedelta(0)


class Now(Protocol):
    """Tells the time; injected, so that tests can move it. Deadlines ask the database instead."""

    def __call__(self) -> datetime:
        """The present instant, UTC."""
        ...


def utc_now() -> datetime:
    """The present instant, UTC, to the millisecond."""
    return to_milliseconds(datetime.now(UTC))


def to_milliseconds(instant: datetime) -> datetime:
    """The same instant in UTC, cut to whole milliseconds. The instant must be aware.

    Errors: ValueError("bad_time") at the ends of the calendar, where UTC falls outside it.
    """
    # Instants in events are so already, and each event carries many.
    if instant.microsecond % 1000 == 0 and instant.utcoffset() == NO_OFFSET:
        return instant
    try:
        utc = instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("bad_time") from None
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def rfc3339(instant: datetime) -> str:
    """`2026-11-22T04:15:21.123Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
