"""The figures, by their definitions: what is counted, of what, and where its rows are listed.

Counts are of cases received in the window; clock rates of first generations due in it, merged and cancelled left out.
A clock that still runs or stands still is not decided and in no rate. A rate without a denominator is None, not 0.
"""

from collections.abc import Callable
from datetime import datetime

from services.reporting.policy.ages import ages
from services.reporting.policy.counted import Counted
from services.reporting.policy.figure import Figure, Part, ratio
from services.reporting.policy.marks import NAMES, Mark
from services.reporting.policy.selection import ANY_CLOCK, Selection
from services.reporting.policy.window import Window

COMPLAINING_SHARE = 0.04
"""Of those dissatisfied, how many complain: an estimate from the trade's literature."""


class Figures:
    """All figures of one window, from what was counted."""

    def __init__(self, counted: Counted, narrowing: Selection, window: Window, as_of: datetime) -> None:
        self._counted = counted
        self._narrowing = narrowing
        self._window = window
        self._received = narrowing.received(window)
        self._as_of = as_of

    def all(self) -> list[Figure]:
        """Every figure, in the order in which they are shown."""
        return [
            *self._volume(),
            *self._abnormal(),
            self._clock_rate("ack_on_time_rate", "acknowledge"),
            self._clock_rate("first_response_on_time_rate", "first_response"),
            self._clock_rate("resolve_on_time_rate", "resolve"),
            *self._times(),
            *self._care(),
            *self._handling(),
            self._breaches(),
            self._backlog(),
            self._clock_rate("arrival_within_5_min_rate", "arrival"),
            self._silent(),
        ]

    def _volume(self) -> list[Figure]:
        complaints = self._count(Mark.COMPLAINT)
        return [
            self._number("received", sum(group.cases for group in self._counted.groups), self._received),
            self._marked("open", Mark.OPEN),
            self._marked("closed", Mark.CLOSED),
            # Without figures of trips there is nothing to divide by.
            Figure(
                "per_million_trips",
                None,
                "per_million_trips",
                complaints,
                None,
                self._received.having(Mark.COMPLAINT).address,
            ),
            self._share("effective_rate", Mark.LIABLE, Mark.SETTLED),
        ]

    def _abnormal(self) -> list[Figure]:
        marks = (Mark.ABNORMAL_PROPOSED, Mark.ABNORMAL_CONFIRMED, Mark.ABNORMAL_OVERTURNED)
        return [self._by_reason(mark) for mark in marks]

    def _times(self) -> list[Figure]:
        times, resolved = self._counted.times, self._count(Mark.RESOLVED)
        rows = self._received.having(Mark.RESOLVED).address
        named = (("p50", times.p50), ("p90", times.p90), ("mean", times.mean))
        return [
            Figure(f"time_to_resolve_{name}", value, "seconds", None, resolved or None, rows) for name, value in named
        ]

    def _care(self) -> list[Figure]:
        resolved = self._count(Mark.ONCE_RESOLVED)
        rows = self._received.having(Mark.ONCE_RESOLVED)
        once = rows.narrowed(repeated=False)
        called = self._received.having(Mark.CALLED_BACK)
        valid = sum(group.valid_call_backs for group in self._counted.groups)
        solved = sum(group.solved_call_backs for group in self._counted.groups)
        satisfied = sum(group.satisfied_call_backs for group in self._counted.groups)
        return [
            ratio("first_contact_resolution_rate", resolved - self._counted.repeats, resolved, rows, once),
            self._share("response_rate", Mark.ANSWERED_IN_TIME, Mark.ACCEPTED),
            ratio("solved_rate", solved, valid, called),
            ratio("satisfaction_rate", satisfied, valid, called),
        ]

    def _handling(self) -> list[Figure]:
        groups = self._counted.groups
        transfers = sum(group.transfers for group in groups)
        received = sum(group.cases for group in groups)
        transferred = self._received.having(Mark.TRANSFERRED)
        rework = sum(group.refused for group in groups) + self._count(Mark.REOPENED)
        escalations = sum(group.escalations for group in groups)
        return [
            ratio("transfers_per_case", transfers, received, self._received, transferred, "per_case"),
            self._number("rework", rework, self._received.having(Mark.REWORKED)),
            self._number("escalations", escalations, self._received.having(Mark.ESCALATED)),
            self._marked("reopened", Mark.REOPENED),
        ]

    def _clock_rate(self, name: str, clock: str) -> Figure:
        decided, on_time = self._counted.rates.get(clock, (0, 0))
        due = self._narrowing.narrowed(due=clock, due_from=self._window.start, due_to=self._window.end)
        rows = due.having(NAMES[f"{clock}_decided"]).lacking(Mark.MERGED)
        return ratio(name, on_time, decided, rows, rows.having(NAMES[f"{clock}_on_time"]))

    def _breaches(self) -> Figure:
        rows = self._received.narrowed(breached=ANY_CLOCK)
        parts = [
            *self._breached("clock", lambda clock: self._received.narrowed(breached=clock)),
            *self._breached("level", lambda level: rows.narrowed(breached_level=level)),
            *self._breached("station", lambda station: _at(rows, station)),
        ]
        total = sum(group.breaches for group in self._counted.breaches)
        return Figure("sla_breaches", total, "count", total, None, rows.address, by=parts)

    def _breached(self, by: str, rows: Callable[[str | None], Selection]) -> list[Part]:
        sums: dict[str | None, int] = {}
        for group in self._counted.breaches:
            key: str | None = getattr(group, by)
            sums[key] = sums.get(key, 0) + group.breaches
        ordered = sorted(sums.items(), key=lambda item: (-item[1], item[0] or ""))
        return [Part(by, key, value, rows(key).address) for key, value in ordered]

    def _backlog(self) -> Figure:
        rows = self._received.having(Mark.OPEN)
        opened = [group for group in self._counted.groups if group.marks & Mark.OPEN.value]
        parts = [
            Part("age", age.name, sum(group.ages[place] for group in opened), age.of(rows, self._window).address)
            for place, age in enumerate(ages(self._as_of))
        ]
        total = self._count(Mark.OPEN)
        return Figure("backlog_by_age", total, "count", total, None, rows.address, by=parts)

    def _silent(self) -> Figure:
        complaints = self._count(Mark.COMPLAINT)
        rows = self._received.having(Mark.COMPLAINT).address
        value = round(complaints / COMPLAINING_SHARE)
        return Figure("silent_customers_estimate", value, "people", complaints, COMPLAINING_SHARE, rows, estimate=True)

    def _by_reason(self, mark: Mark) -> Figure:
        sums: dict[str, int] = {}
        for group in self._counted.groups:
            if group.marks & mark.value:
                sums[group.reason] = sums.get(group.reason, 0) + group.cases
        rows = self._received.having(mark)
        parts = [
            Part("reason", reason, value, rows.narrowed(reason=(reason,)).address)
            for reason, value in sorted(sums.items())
        ]
        total = sum(sums.values())
        return Figure(str(mark.name).lower(), total, "count", total, None, rows.address, by=parts)

    def _share(self, name: str, part: Mark, whole: Mark) -> Figure:
        rows = self._received.having(whole)
        return ratio(name, self._count(part, whole), self._count(whole), rows, rows.having(part))

    def _marked(self, name: str, mark: Mark) -> Figure:
        return self._number(name, self._count(mark), self._received.having(mark))

    def _number(self, name: str, value: int, rows: Selection) -> Figure:
        return Figure(name, value, "count", value, None, rows.address)

    def _count(self, *marks: Mark) -> int:
        mask = sum(mark.value for mark in marks)
        return sum(group.cases for group in self._counted.groups if group.marks & mask == mask)


def _at(rows: Selection, station: str | None) -> Selection:
    return rows.narrowed(station=(station,)) if station is not None else rows.having(Mark.WITHOUT_STATION)
