"""What the database counts for the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Group:
    """Cases received in the window that have the same marks and reason, with sums over them."""

    marks: int
    reason: str
    cases: int
    transfers: int
    escalations: int
    refused: int
    valid_call_backs: int
    solved_call_backs: int
    satisfied_call_backs: int
    ages: Sequence[int]


@dataclass(frozen=True, slots=True)
class Breaches:
    """Missed clocks of one kind, at one level and station."""

    clock: str
    level: str | None
    station: str | None
    breaches: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds to resolve; None without a resolved case."""

    p50: float | None = None
    p90: float | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What the database counted. `rates` holds (decided, on time) by clock."""

    groups: Sequence[Group] = ()
    times: Times = Times()
    repeats: int = 0
    rates: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    breaches: Sequence[Breaches] = ()
