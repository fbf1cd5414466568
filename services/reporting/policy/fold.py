"""A batch of facts folded into rows: the next version is applied, what is known is dropped, what overtook waits."""

from typing import NamedTuple
from uuid import UUID

from services.reporting.policy.case import Breach, Case, ClockRow
from services.reporting.policy.clocks import breach_of, clock_rows
from services.reporting.policy.facts import advance, opened, settle_marks
from services.reporting.policy.told import Told, told
from shared.contracts.case_events import CaseEvent, CaseOpened

Place = tuple[UUID, int]
"""A case and a version of it."""


class NotOpened(Exception):
    """The first fact of a case is not its opening."""


class Fact(NamedTuple):
    """An event with the trace it came in and its body as it was sent."""

    event: CaseEvent
    trace_id: str | None
    body: bytes

    @property
    def place(self) -> Place:
        """Where it belongs."""
        return self.event.case_id, self.event.version


class Fold:
    """`cases` are the rows as they stand, `waiting` what was held back before; both change as facts are taken."""

    def __init__(self, cases: dict[UUID, Case], waiting: dict[Place, Fact]) -> None:
        self.cases = cases
        self.waiting = waiting
        self.opened: set[UUID] = set()
        self.changed: dict[UUID, Case] = {}
        self.clocks: dict[tuple[UUID, str, int], ClockRow] = {}
        self.breaches: list[Breach] = []
        self.told: list[Told] = []

    def take(self, fact: Fact) -> None:
        """Apply it and whatever waited for it, drop it, or let it wait. Errors: `NotOpened`."""
        case_id, version = fact.place
        case = self.cases.get(case_id)
        stands = case.version if case else 0
        if version <= stands:
            return
        if version > stands + 1:
            self.waiting[fact.place] = fact
            return
        following: Fact | None = fact
        while following is not None:
            self._apply(following)
            version += 1
            following = self.waiting.pop((case_id, version), None)

    def finish(self) -> None:
        """Settle the marks of what changed; forget what waits in vain for a version that is there already."""
        for case in self.changed.values():
            settle_marks(case)
        for case_id, version in list(self.waiting):
            known = self.cases.get(case_id)
            if known is not None and version <= known.version:
                del self.waiting[case_id, version]

    def _apply(self, fact: Fact) -> None:
        event = fact.event
        known = self.cases.get(event.case_id)
        if known is not None:
            case = known
            advance(case, event)
        elif isinstance(event, CaseOpened):
            case = self.cases[event.case_id] = opened(event, fact.trace_id)
            self.opened.add(event.case_id)
        else:
            raise NotOpened(event.type)
        self.changed[event.case_id] = case
        for row in clock_rows(event):
            self.clocks[row.case_id, row.clock, row.generation] = row
        if breach := breach_of(event):
            self.breaches.append(breach)
        self.told.append(told(event, case))
