"""A change in the making: the case as it is so far, and the facts recorded on the way."""

from datetime import datetime
from typing import Any

from services.followup.policy.case import Case
from services.followup.policy.change import Change
from services.followup.policy.rulebook import Rulebook
from services.followup.rules.clocks import ClockRun, status
from shared.clock import to_milliseconds
from shared.contracts.case_events import Actor, CaseEvent
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.passenger import MessageCode, PassengerTold
from shared.contracts.vocabulary import Medium, Reason, State

CLOCK = Actor(system="clock")
PASSENGER = Actor(system="passenger")
ROUTING = Actor(system="routing")

SILENT = frozenset({Reason.A7, Reason.A8})
"""Self-harm and harm to others: nothing is sent by itself."""


class Draft:
    """Collects facts: set what changes, then record the fact; it tells state, level and the clocks it moved."""

    def __init__(self, case: Case, rulebook: Rulebook, now: datetime, by: Actor) -> None:
        self.case = case
        self.rulebook = rulebook
        self.now = to_milliseconds(now)
        self.by = by
        self._events: list[CaseEvent] = []
        self._told: list[PassengerTold] = []
        self._words: dict[int, str] = {}
        self._moved: list[ClockRun] = []
        self._also: list[Draft] = []
        self._born: list[ComplaintRouted] = []

    def set(self, **fields: object) -> None:
        """Change fields of the case, unvalidated: the caller's types are checked where they enter."""
        self.case = self.case.model_copy(update=fields)

    def stand(self, state: State) -> None:
        """The case is in `state` now, or will be when the decision that it awaits has brought it back."""
        if self.case.approval is None:
            self.set(state=state)
        else:
            self.set(approval=self.case.approval.model_copy(update={"back_to": state}))

    def move(self, run: ClockRun) -> None:
        """Put a clock in its place; the next fact tells how it stands."""
        self.case = self.case.with_clock(run)
        self._moved = [one for one in self._moved if (one.clock, one.generation) != (run.clock, run.generation)]
        self._moved.append(run)

    def record(self, fact: type[CaseEvent], words: str | None = None, **data: Any) -> None:
        """Add a fact and raise the version."""
        version = self.case.version + 1
        self.case = self.case.model_copy(update={"version": version})
        self._events.append(
            fact(
                case_id=self.case.case_id,
                number=self.case.number,
                version=version,
                at=self.now,
                by=self.by,
                state=self.case.state,
                level=self.case.level,
                clocks=tuple(status(run) for run in self._moved),
                **data,
            )
        )
        self._moved = []
        if words is not None:
            self._words[version] = words

    def tell(
        self,
        code: MessageCode,
        text: str | None = None,
        *,
        final: bool = False,
        due: datetime | None = None,
        medium: Medium | None = None,
    ) -> None:
        """Tell the passenger, under the numbers merged into this case too; only a person's reply reaches one at risk
        (A7, A8)."""
        if self.case.reason in SILENT and code != "reply":
            return
        case = self.case
        merged = [(one.case_id, one.number, one.language) for one in case.absorbed]
        for case_id, number, language in ((case.case_id, case.number, case.language), *merged):
            message = {"case_id": case_id, "number": number, "at": self.now, "language": language}
            self._told.append(PassengerTold(**message, code=code, text=text, final=final, due_at=due, medium=medium))

    def along_with(self, other: "Draft") -> None:
        """What becomes of another case is part of this change."""
        self._also.append(other)

    def bear(self, child: ComplaintRouted) -> None:
        """A child is opened with this change."""
        self._born.append(child)

    @property
    def changed(self) -> bool:
        """Whether any fact was recorded."""
        return bool(self._events)

    def change(self) -> Change:
        """The finished change."""
        also = tuple(other.change() for other in self._also)
        return Change(self.case, tuple(self._events), tuple(self._told), self._words, also, tuple(self._born))


__all__ = ["CLOCK", "PASSENGER", "ROUTING", "Draft"]
