"""What became of proposals to treat a complaint as abnormal conduct: by reason, station and channel.

Counted are cases received in the window, each once in a cell, however often it was proposed. Shares have a
denominator: of proposals the complaints, of outcomes the decided. Pending ones stand apart. None, not 0, without one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.reporting.policy.marks import Mark
from services.reporting.policy.proposals import ANY, CONDUCT, told
from services.reporting.policy.selection import Selection

FEW = 5
"""Shares of fewer say little."""
DECIDED = ("confirmed", "overturned")


@dataclass(frozen=True, slots=True)
class Group:
    """Cases received in the window that have the same proposals, channel and station."""

    proposals: str
    channel: str
    station: str | None
    complaint: bool
    cases: int


@dataclass(frozen=True, slots=True)
class Number:
    """A count and where its rows are listed."""

    value: int
    rows: str


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole; `few` where the whole is small."""

    numerator: Number
    denominator: Number

    @property
    def value(self) -> float | None:
        """None without a denominator."""
        return self.numerator.value / self.denominator.value if self.denominator.value else None

    @property
    def few(self) -> bool:
        """Whether the whole is so small that the share says little."""
        return 0 < self.denominator.value < FEW


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the report; `key` is a reason, station (None: not known) or channel."""

    key: str | None
    complaints: Number
    proposed: Number
    pending: Number
    confirmed: Number
    overturned: Number
    decided: Number

    @property
    def proposed_rate(self) -> Share:
        """Of the complaints, those proposed."""
        return Share(self.proposed, self.complaints)

    @property
    def confirmed_rate(self) -> Share:
        """Of the decided, those confirmed."""
        return Share(self.confirmed, self.decided)

    @property
    def overturned_rate(self) -> Share:
        """Of the decided, those overturned."""
        return Share(self.overturned, self.decided)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report."""

    total: Line
    by_reason: Sequence[Line]
    by_station: Sequence[Line]
    by_channel: Sequence[Line]


def report(groups: Sequence[Group], selection: Selection) -> Report:
    """The report on `groups`, which are the cases of `selection`."""
    stations = _apart(groups, lambda group: group.station)
    channels = _apart(groups, lambda group: group.channel)
    by_station = [_line(key, some, _at(selection, key)) for key, some in stations.items()]
    by_channel = [_line(key, some, selection.narrowed(channel=(key,))) for key, some in channels.items()]
    return Report(
        total=_line(None, groups, selection),
        by_reason=[_line(reason.value, groups, selection, reason.value) for reason in CONDUCT],
        by_station=_most_first(line for line in by_station if line.proposed.value),
        by_channel=_most_first(by_channel),
    )


def _line(key: str | None, groups: Iterable[Group], selection: Selection, reason: str = ANY) -> Line:
    counts = dict.fromkeys(("complaints", "proposed", "pending", "decided", *DECIDED), 0)
    for group in groups:
        fates = {fate for of, fate in told(group.proposals) if reason in (ANY, of)}
        counts["complaints"] += group.cases * group.complaint
        counts["proposed"] += group.cases * bool(fates)
        counts["decided"] += group.cases * (not fates.isdisjoint(DECIDED))
        for fate in fates:
            counts[fate] += group.cases
    asked = {
        "proposed": (reason,),
        "decided": tuple(f"{reason}:{fate}" for fate in DECIDED),
        **{fate: (f"{reason}:{fate}",) for fate in ("pending", *DECIDED)},
    }
    numbers = {name: Number(counts[name], selection.narrowed(proposal=of).address) for name, of in asked.items()}
    return Line(key, Number(counts["complaints"], selection.having(Mark.COMPLAINT).address), **numbers)


def _apart(groups: Iterable[Group], by: Callable[[Group], str | None]) -> Mapping[str | None, list[Group]]:
    found: dict[str | None, list[Group]] = {}
    for group in groups:
        found.setdefault(by(group), []).append(group)
    return found


def _most_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.proposed.value, -line.complaints.value, line.key or ""))


def _at(selection: Selection, station: str | None) -> Selection:
    return selection.narrowed(station=(station,)) if station is not None else selection.having(Mark.WITHOUT_STATION)
