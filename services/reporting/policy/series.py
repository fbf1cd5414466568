"""A line over time: every step of a window, with what was counted in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.reporting.policy.window import ZONE, Window

Step = Literal["hour", "day"]
LENGTH: Mapping[Step, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Point:
    """What was received and closed in the step that begins at `at`."""

    at: datetime
    received: int
    closed: int


def points(counted: Mapping[datetime, tuple[int, int]], window: Window, step: Step, until: datetime) -> list[Point]:
    """Every step of the window that has begun by `until`, those without anything included. Local days have 24 hours."""
    at = window.start.astimezone(ZONE).replace(minute=0, second=0, microsecond=0)
    if step == "day":
        at = at.replace(hour=0)
    found = []
    while at < min(window.end, until):
        received, closed = counted.get(at, (0, 0))
        found.append(Point(at, received, closed))
        at += LENGTH[step]
    return found


def is_too_fine(window: Window, step: Step) -> bool:
    """Whether the window has more steps than a line can show."""
    return (window.end - window.start) / LENGTH[step] > MOST_POINTS
