"""Many complaints about one thing at one place within minutes. Pure: reports in, proposals of an incident out.

It changes nothing about a complaint: each is decided as always and keeps its own clocks.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.routing.policy.past import Past
from services.routing.rules.fingerprint import Fingerprint
from shared.contracts.complaint import MassEvent
from shared.contracts.pack import MassEvents
from shared.contracts.vocabulary import Category, Kind
from shared.ids import derived_id

LATEST = 60
"""So many of the latest complaints at a place tell whether there are many: more than any threshold."""
FOUNDERS = 50
"""At most so many numbers are told with a proposal; the pack's thresholds cannot exceed it."""


@dataclass(frozen=True, slots=True)
class Report:
    """A complaint as one of many; `event_id` is the mass event that it is known to belong to."""

    case_id: UUID
    number: str
    passenger_ref: str | None
    at: datetime
    category: Category
    line: str | None
    station: str | None
    fingerprint: Fingerprint | None
    event_id: UUID | None = None

    @classmethod
    def of(cls, case: Past) -> "Report | None":
        """None for what is no complaint of its own, or of no known place."""
        if case.kind is Kind.NON_COMPLAINT or case.is_repeat or not (case.line or case.station):
            return None
        known = (case.case_id, case.number, case.passenger_ref, case.at, case.category, case.line, case.station)
        return cls(*known, case.fingerprint)

    def near(self, other: "Report", width: timedelta, alike: float) -> bool:
        """Whether both may be about the same, at much the same time; their place is compared elsewhere."""
        if abs(self.at - other.at) > width:
            return False
        if self.category is other.category:
            return True
        if self.fingerprint is None or other.fingerprint is None:
            return False
        return self.fingerprint.overlap(other.fingerprint) >= alike


class Crowds:
    """The latest reports of some places and the mass events among them; grows with each report that is placed.

    `founded` are the events that are new, `joined` the cases that belong to an event now.
    """

    def __init__(self, recent: Iterable[Report] = (), events: Iterable[MassEvent] = ()) -> None:
        self.founded: list[MassEvent] = []
        self.joined: dict[UUID, UUID] = {}
        self._events = {event.event_id: event for event in events}
        self._event_of: dict[UUID, UUID] = {}
        self._there: dict[tuple[str, str | None], deque[Report]] = {}
        for report in recent:
            if report.event_id is not None:
                self._event_of[report.case_id] = report.event_id
            self._add(report)

    def place(self, report: Report, limits: MassEvents) -> MassEvent | None:
        """The mass event that `report` goes on with or completes, if any, as it is told with it."""
        near = self._near(report, limits)
        at_station = [other for other in near if report.station is not None and other.station == report.station]
        on_line = [other for other in near if report.line is not None and other.line == report.line]
        going_on = self._going_on(report, near)
        event = (
            going_on
            or self._founded(report, at_station, report.station, limits.station_cases, limits)
            or self._founded(report, on_line, None, limits.line_cases, limits)
        )
        self._add(report)
        if event is None:
            return None
        # Whoever was decided elsewhere at the same time, and saw nobody, is taken along.
        there = (at_station if event.station else on_line) if going_on else []
        missed = [other for other in there if other.case_id not in self._event_of]
        for one in (*missed, report):
            self._join(one, event)
        return told(event, *(one.number for one in missed), report.number)

    def _add(self, report: Report) -> None:
        for place in (("station", report.station), ("line", report.line)):
            self._there.setdefault(place, deque(maxlen=LATEST)).append(report)

    def _join(self, report: Report, event: MassEvent) -> None:
        self._event_of[report.case_id] = self.joined[report.case_id] = event.event_id

    def _near(self, report: Report, limits: MassEvents) -> list[Report]:
        """What else was reported at the same station or on the same line that may be about the same."""
        there = {
            other.case_id: other
            for place in (("station", report.station), ("line", report.line))
            if place[1] is not None
            for other in self._there.get(place, ())
        }
        there.pop(report.case_id, None)
        width = timedelta(minutes=limits.minutes)
        return [other for other in there.values() if report.near(other, width, limits.alike)]

    def _going_on(self, report: Report, near: Iterable[Report]) -> MassEvent | None:
        """An event at the report's station, else on its line, one of whose reports is near."""
        ids = {self._event_of[other.case_id] for other in near if other.case_id in self._event_of}
        events = [self._events[id_] for id_ in ids]
        at_station = [e for e in events if e.station is not None and e.station == report.station]
        on_line = [e for e in events if e.station is None and e.line == report.line]
        return min(at_station or on_line, key=lambda e: (e.since, e.event_id), default=None)

    def _founded(
        self, report: Report, near: Iterable[Report], station: str | None, enough: int, limits: MassEvents
    ) -> MassEvent | None:
        """A new event of those who are in none yet, if they are enough passengers within the minutes."""
        free = [other for other in near if other.case_id not in self._event_of]
        if len(free) + 1 < enough:
            return None
        members = _densest([*free, report], report.at, timedelta(minutes=limits.minutes))
        if _passengers(members) < enough:
            return None
        event = _event(members, station)
        self._events[event.event_id] = event
        self.founded.append(event)
        for member in members:
            self._join(member, event)
        return event


def _event(members: Sequence[Report], station: str | None) -> MassEvent:
    first = members[0]
    categories = [member.category for member in members]
    lines = {member.line for member in members}
    return MassEvent(
        event_id=derived_id("mass-event", first.case_id),
        line=first.line if len(lines) == 1 else None,
        station=station,
        category=max(categories, key=categories.count),
        since=first.at,
        cases=tuple(member.number for member in members[:FOUNDERS]),
    )


def told(event: MassEvent, *numbers: str) -> MassEvent:
    """The event as it is told with the complaints `numbers`."""
    more = tuple(number for number in numbers if number not in event.cases)
    return event.model_copy(update={"cases": event.cases + more}) if more else event


def _densest(reports: Sequence[Report], at: datetime, width: timedelta) -> list[Report]:
    """Of the stretches of `width` that hold `at` the one with most passengers, in order."""
    ordered = sorted(reports, key=lambda r: (r.at, r.case_id))
    return max(_stretches(ordered, at, width), key=_passengers, default=[])


def _stretches(ordered: Sequence[Report], at: datetime, width: timedelta) -> Iterator[list[Report]]:
    for start in sorted({r.at for r in ordered if at - width <= r.at <= at}):
        yield [r for r in ordered if start <= r.at <= start + width]


def _passengers(reports: Iterable[Report]) -> int:
    """How many turned to us: each once; who is unknown may be anybody."""
    refs = [r.passenger_ref for r in reports]
    return len({ref for ref in refs if ref is not None}) + refs.count(None)


__all__ = ["FOUNDERS", "LATEST", "Crowds", "Report", "told"]
