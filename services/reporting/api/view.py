"""What the dashboard shows, made of figures and rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from services.reporting.policy.ages import OLDEST, ages
from services.reporting.policy.figure import Figure
from services.reporting.policy.marks import Mark
from services.reporting.policy.selection import CASES, Selection
from services.reporting.policy.window import ZONE
from shared.clock import rfc3339
from shared.storage.pool import Row

ROWS = "/dashboard/cases"
TILES = (
    "received",
    "open",
    "escalations",
    "sla_breaches",
    "ack_on_time_rate",
    "first_response_on_time_rate",
    "resolve_on_time_rate",
    "arrival_within_5_min_rate",
)
LOW = 0.9
"""A rate below this asks for attention."""


class Say(Protocol):
    """A text in the reader's language."""

    def __call__(self, key: str, **values: object) -> str:
        """By key."""
        ...


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure: `trouble` says in words why it asks for attention."""

    name: str
    value: str
    note: str
    rows: str
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Count:
    """One line of a list."""

    key: str
    value: int
    rows: str
    trouble: bool = False


def page_of(rows: str) -> str:
    """Where people read the rows that the API lists at this address."""
    return ROWS + rows.removeprefix(CASES)


def tiles(figures: Mapping[str, Figure], say: Say) -> list[Tile]:
    """The main figures."""
    return [_tile(figures[name], say) for name in TILES]


def _tile(figure: Figure, say: Say) -> Tile:
    rows = page_of(figure.rows)
    if figure.unit != "ratio":
        missed = figure.name == "sla_breaches" and bool(figure.value)
        return Tile(figure.name, f"{figure.value:,}", "", rows, say("board.look") if missed else None)
    if figure.value is None:
        return Tile(figure.name, "–", say("board.undecided"), rows, None)
    note = say("board.of", numerator=f"{figure.numerator:,}", denominator=f"{figure.denominator:,}")
    trouble = say("board.below", share=f"{LOW:.0%}") if figure.value < LOW else None
    return Tile(figure.name, f"{figure.value:.1%}", note, rows, trouble)


def breaches(figure: Figure) -> list[Count]:
    """Missed clocks by kind."""
    return [
        Count(str(part.key), part.value, page_of(part.rows), trouble=True)
        for part in figure.by or ()
        if part.by == "clock"
    ]


def backlog(counts: Sequence[int], as_of: datetime) -> list[Count]:
    """Every open case by age."""
    open_ = Selection().having(Mark.OPEN)
    return [
        Count(
            age.name,
            count,
            page_of(open_.narrowed(received_from=age.start, received_to=age.end).address),
            trouble=age.name == OLDEST and count > 0,
        )
        for age, count in zip(ages(as_of), counts, strict=True)
    ]


def urgent(rows: Sequence[Row], now: datetime, say: Say) -> list[dict[str, Any]]:
    """Cases whose clocks run out."""
    return [
        {
            **{name: row[name] for name in ("number", "state", "category", "severity", "level", "clock")},
            "place": place(row, say),
            "late": row["due_at"] <= now,
            "due": _left(row["due_at"] - now, say),
            "due_at": rfc3339(row["due_at"]),
        }
        for row in rows
    ]


def listed(rows: Sequence[Row], say: Say) -> list[dict[str, Any]]:
    """Cases of a list."""
    return [
        {
            **{name: row[name] for name in ("number", "state", "category", "severity", "level", "outcome")},
            "place": place(row, say),
            "owner": row["owner_user"],
            "received": local(row["received_at"]),
            "received_at": rfc3339(row["received_at"]),
        }
        for row in rows
    ]


def place(row: Row, say: Say) -> str:
    """Line and station, as far as they are known."""
    line = say("case.line", line=row["line"]) if row["line"] else ""
    return " ".join(part for part in (line, row["station"] or "") if part) or say("case.nowhere")


def local(instant: datetime) -> str:
    """`2026-11-22 12:15`."""
    return instant.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _left(left: timedelta, say: Say) -> str:
    minutes = int(abs(left).total_seconds() // 60)
    if minutes < 60:
        time = say("time.minutes", n=minutes)
    elif minutes < 48 * 60:
        time = say("time.hours", n=minutes // 60)
    else:
        time = say("time.days", n=minutes // (24 * 60))
    return say("due.late" if left <= timedelta() else "due.left", time=time)
