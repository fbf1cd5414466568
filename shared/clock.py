"""Instants: always aware, always UTC, to the millisecond, because that is what the API shows and the database keeps."""

from datetime import UTC, datetime
from typing import Protocol


class Now(Protocol):
    """Tells the time; injected, so that tests can move it. Deadlines ask the database instead."""

    def __call__(self) -> datetime:
        """The present instant, UTC."""
        ...


def utc_now() -> datetime:
    """The present instant, UTC, to the millisecond."""
    return to_milliseconds(datetime.now(UTC))


def to_milliseconds(instant: datetime) -> datetime:
    """The same instant in UTC, cut to whole milliseconds. The instant must be aware."""
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def rfc3339(instant: datetime) -> str:
    """`2026-11-22T04:15:21.123Z`."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
