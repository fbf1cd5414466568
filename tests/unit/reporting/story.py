"""The facts of a case as followup would say them, told in few words."""

from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from shared.contracts import case_events as case
from shared.contracts.case_authority import CaseAbnormalConfirmed, CaseAbnormalOverturned, CaseRefused
from shared.contracts.case_events import Actor, CaseEvent, ClockStatus, Person
from shared.contracts.case_joining import CaseMerged
from shared.contracts.vocabulary import (
    CallBackResult,
    Clock,
    ClockState,
    EscalationCause,
    Level,
    Outcome,
    Reason,
    State,
)
from shared.ids import derived_id, new_id

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DUE = {Clock.ACKNOWLEDGE: 2, Clock.FIRST_RESPONSE: 24, Clock.RESOLVE: 72}
"""Hours; these need not be a pack's."""
CLERK = Actor(user="clerk", level=Level.L1)


class Story:
    """One case. Each method is one fact, `hours` after it was received; facts are kept in order in `events`."""

    def __init__(self, number: str, received_at: datetime = NOON, *, arrival: bool = False, **opening: Any) -> None:
        self.case_id: UUID = opening.pop("case_id", None) or new_id()
        self.number = number
        self.received_at = received_at
        self.state = State.RECEIVED
        self.level = Level(opening.pop("level", "L1"))
        self.clocks: dict[Clock, ClockStatus] = {}
        self.events: list[CaseEvent] = []
        clocks = {**DUE, **({Clock.ARRIVAL: 5 / 60} if arrival else {})}
        moved = tuple(self._start(clock, 0, hours) for clock, hours in clocks.items())
        self._say(case.CaseOpened, 0, moved, **{**DEFAULTS, "received_at": received_at, **opening})

    def accepted(self, hours: float, user: str = "clerk") -> Self:
        """Accepted; meets acknowledge."""
        self.state = State.ACCEPTED
        return self._say(
            case.CaseAccepted, hours, self._meet(Clock.ACKNOWLEDGE, hours), owner=Person(user=user, level=self.level)
        )

    def contacted(self, hours: float, *, reached: bool = True) -> Self:
        """Contacted by phone; meets first_response if reached."""
        self.state = State.IN_PROGRESS
        moved = self._meet(Clock.FIRST_RESPONSE, hours) if reached else ()
        return self._say(case.CaseContacted, hours, moved, medium="phone", reached=reached)

    def arrived(self, hours: float) -> Self:
        """On the scene."""
        return self._say(case.CaseArrived, hours, self._meet(Clock.ARRIVAL, hours))

    def offered(self, hours: float, transfers: int) -> Self:
        """Transferred."""
        return self._say(case.CaseOffered, hours, to=case.OfferTo(unit="机电"), transfers=transfers)

    def breached(self, hours: float, clock: Clock, target_level: Level | None = None) -> Self:
        """A clock, or a target of it, was missed."""
        status = self.clocks[clock]
        moved: tuple[ClockStatus, ...] = ()
        if target_level is None:
            moved = (self._move(status, state=ClockState.BREACHED, breached_at=self._at(hours)),)
        return self._say(
            case.CaseBreached,
            hours,
            moved,
            clock=clock,
            generation=status.generation,
            due_at=status.due_at,
            target_level=target_level,
        )

    def escalated(self, hours: float, cause: EscalationCause = EscalationCause.BREACH) -> Self:
        """One level up."""
        before, self.level = self.level, self.level.up()
        return self._say(case.CaseEscalated, hours, from_level=before, cause=cause)

    def reclassified(self, hours: float, **changes: Any) -> Self:
        """Classified anew."""
        names = ("kind", "reason", "category", "severity", "line", "station", "about_staff", "proposed", "uncertain")
        opening = self.events[0]
        now = {name: getattr(opening, name) for name in names}
        return self._say(case.CaseReclassified, hours, **{**now, **changes})

    def confirmed(self, hours: float) -> Self:
        """What was proposed as abnormal is so."""
        opening = self.events[0]
        assert isinstance(opening, case.CaseOpened)
        return self._say(CaseAbnormalConfirmed, hours, reason=opening.reason)

    def refused(self, hours: float) -> Self:
        """What someone asked for is dropped."""
        return self._say(CaseRefused, hours, action="propose-resolution")

    def overturned(self, hours: float, level: Level = Level.L1, reason: Reason = Reason.N0) -> Self:
        """What was proposed as abnormal is an ordinary complaint."""
        opening, before, self.level = self.events[0], self.level, level
        assert isinstance(opening, case.CaseOpened)
        return self._say(
            CaseAbnormalOverturned,
            hours,
            kind=reason.kind,
            reason=reason,
            severity=opening.severity,
            from_reason=opening.reason,
            from_level=before,
        )

    def paused(self, hours: float, resumes_at: datetime | None = None) -> Self:
        """Waits for the passenger."""
        self.state = State.WAITING
        return self._say(case.CasePaused, hours, reason="waiting_for_passenger", resumes_at=resumes_at)

    def resolved(self, hours: float, outcome: Outcome = Outcome.NOT_UPHELD) -> Self:
        """Settled; meets resolve."""
        self.state = State.RESOLVED
        return self._say(case.CaseResolved, hours, self._meet(Clock.RESOLVE, hours), outcome=outcome)

    def called_back(
        self, hours: float, result: CallBackResult = CallBackResult.SOLVED, satisfaction: int | None = 5
    ) -> Self:
        """A call-back was made."""
        return self._say(case.CaseCalledBack, hours, result=result, satisfaction=satisfaction, attempt=1)

    def reopened(self, hours: float, count: int = 1) -> Self:
        """Runs again, with a new generation of resolve."""
        self.state, before = State.IN_PROGRESS, self.level
        started = self._start(Clock.RESOLVE, hours, hours + 72, generation=count + 1)
        return self._say(case.CaseReopened, hours, (started,), from_level=before, reopened=count)

    def closed(self, hours: float) -> Self:
        """The file is closed; what runs is cancelled."""
        return self._say(case.CaseClosed, hours, self._ended(hours))

    def merged(self, hours: float) -> Self:
        """It goes on as another case; what runs is cancelled."""
        return self._say(CaseMerged, hours, self._ended(hours), into="PS-0", into_case_id=new_id())

    def _ended(self, hours: float) -> tuple[ClockStatus, ...]:
        self.state = State.CLOSED
        running = [s for s in self.clocks.values() if s.stopped_at is None]
        return tuple(self._move(s, state=ClockState.CANCELLED, stopped_at=self._at(hours)) for s in running)

    def stranger(self, hours: float, fact: str) -> Self:
        """A fact of a later version, of which we only know what every fact tells."""
        return self._say(CaseEvent, hours, type=f"psc.case.{fact}.v1")

    def event_id(self, event: CaseEvent) -> UUID:
        """As followup makes it."""
        return derived_id(event.case_id, event.version)

    def _say(self, fact: type[CaseEvent], hours: float, moved: tuple[ClockStatus, ...] = (), **data: Any) -> Self:
        self.events.append(
            fact(
                case_id=self.case_id,
                number=self.number,
                version=len(self.events) + 1,
                at=self._at(hours),
                by=CLERK,
                state=self.state,
                level=self.level,
                clocks=moved,
                **data,
            )
        )
        return self

    def _start(self, clock: Clock, hours: float, due: float, generation: int = 1) -> ClockStatus:
        status = ClockStatus(
            clock=clock,
            generation=generation,
            state=ClockState.RUNNING,
            started_at=self._at(hours),
            due_at=self._at(due),
        )
        self.clocks[clock] = status
        return status

    def _meet(self, clock: Clock, hours: float) -> tuple[ClockStatus, ...]:
        status = self.clocks.get(clock)
        if status is None or status.stopped_at is not None:
            return ()
        return (self._move(status, state=ClockState.MET, stopped_at=self._at(hours)),)

    def _move(self, status: ClockStatus, **changes: Any) -> ClockStatus:
        moved = status.model_copy(update=changes)
        self.clocks[status.clock] = moved
        return moved

    def _at(self, hours: float) -> datetime:
        return self.received_at + timedelta(hours=hours)


DEFAULTS: dict[str, Any] = {
    "kind": "normal",
    "reason": "N0",
    "category": "TICKET",
    "severity": "S4",
    "proposed": False,
    "uncertain": False,
    "about_staff": False,
    "channel": "terminal",
    "language": "zh",
    "line": "2",
    "station": "人民广场",
    "policy_version": "metro-default@1",
}
