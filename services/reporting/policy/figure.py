"""What a figure is."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.reporting.policy.selection import Selection


@dataclass(frozen=True, slots=True)
class Part:
    """A figure's share that has `key` as its `by`: a clock, level, station, age or reason."""

    by: str
    key: str | None
    value: int
    rows: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `rows` lists what it was counted of, `numerator_rows` those of them that met the condition."""

    name: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    rows: str
    numerator_rows: str | None = None
    by: Sequence[Part] | None = None
    estimate: bool = False


def ratio(
    name: str,
    numerator: float,
    denominator: int,
    rows: Selection,
    numerator_rows: Selection | None = None,
    unit: str = "ratio",
) -> Figure:
    """A share; None without a denominator, not 0."""
    return Figure(
        name,
        numerator / denominator if denominator else None,
        unit,
        numerator,
        denominator,
        rows.address,
        numerator_rows.address if numerator_rows else None,
    )
