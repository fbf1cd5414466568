"""The life of a case as facts: codes, numbers, instants and ids, never free text. One class per fact.

Every event raises the case's version by one; a reader applies version + 1, ignores what it has, and lets what
overtook wait. `state`, `level` and `clocks` tell how the case stands after the fact, so that a projection need not
repeat the rules.
"""

from typing import Literal
from uuid import UUID

from shared.contracts.base import Event, Frozen, Instant
from shared.contracts.complaint import Claim, Flags
from shared.contracts.passenger import Score, Servqual
from shared.contracts.vocabulary import (
    CallBackResult,
    Category,
    Channel,
    Clock,
    ClockState,
    EscalationCause,
    Kind,
    Language,
    Level,
    Medium,
    Outcome,
    PauseReason,
    Reason,
    Severity,
    State,
)


class Actor(Frozen):
    """Who did it: a member of staff (`user`), the passenger or psc itself (`system`: passenger, clock, routing).

    `acting_for`: the absent colleague whose level this is, if it is not the user's own.
    """

    user: str | None = None
    system: Literal["passenger", "clock", "routing"] | None = None
    level: Level | None = None
    acting_for: str | None = None


class Person(Frozen):
    """A member of staff at a level."""

    user: str
    level: Level


class OfferTo(Frozen):
    """To whom a case is offered; exactly one is given."""

    user: str | None = None
    level: Level | None = None
    station: str | None = None
    unit: str | None = None


class ClockStatus(Frozen):
    """How one clock stands. `breached_at` stays once it is set; `due_at` is the clock's own, not a target's."""

    clock: Clock
    generation: int
    state: ClockState
    started_at: Instant
    due_at: Instant
    stopped_at: Instant | None = None
    breached_at: Instant | None = None


class RuleFired(Frozen):
    """A rule and where in the redacted text it rests; no words."""

    rule: str
    instead_of: str | None = None
    start: int | None = None
    end: int | None = None


class CaseEvent(Event):
    """What every fact about a case tells. `clocks` holds those that this fact started, moved or ended."""

    case_id: UUID
    number: str
    version: int
    at: Instant
    by: Actor
    state: State
    level: Level
    clocks: tuple[ClockStatus, ...] = ()


class CaseOpened(CaseEvent):
    """The full snapshot."""

    type: Literal["psc.case.opened.v1"] = "psc.case.opened.v1"
    kind: Kind
    reason: Reason
    category: Category
    severity: Severity
    proposed: bool
    uncertain: bool
    about_staff: bool
    secondary: tuple[Reason, ...] = ()
    channel: Channel
    language: Language
    line: str | None = None
    station: str | None = None
    received_at: Instant
    taken_at: Instant | None = None
    occurred_at: Instant | None = None
    claim: Claim | None = None
    flags: Flags = Flags()
    passenger_ref: str | None = None
    parent: str | None = None
    policy_version: str
    rules: tuple[RuleFired, ...] = ()
    demo: bool = False


class CaseAccepted(CaseEvent):
    """A person became the owner."""

    type: Literal["psc.case.accepted.v1"] = "psc.case.accepted.v1"
    owner: Person


class CaseContacted(CaseEvent):
    """The passenger was contacted, or it was tried."""

    type: Literal["psc.case.contacted.v1"] = "psc.case.contacted.v1"
    medium: Medium
    reached: bool


class CaseArrived(CaseEvent):
    """A supervisor is on the scene."""

    type: Literal["psc.case.arrived.v1"] = "psc.case.arrived.v1"


class CaseNoted(CaseEvent):
    """A note was added; `cause` tells a passenger's wish that no longer fitted from a note by staff."""

    type: Literal["psc.case.noted.v1"] = "psc.case.noted.v1"
    cause: Literal["staff", "passenger_answer", "passenger_reopen", "passenger_withdraw", "passenger_survey"] = "staff"


class CaseOffered(CaseEvent):
    """The case is offered; the owner keeps it until someone accepts. `transfers` does not count forced offers."""

    type: Literal["psc.case.offered.v1"] = "psc.case.offered.v1"
    to: OfferTo
    transfers: int


class CaseEscalated(CaseEvent):
    """The level rose from `from_level` to `level`, which is at once an offer to that level."""

    type: Literal["psc.case.escalated.v1"] = "psc.case.escalated.v1"
    from_level: Level
    cause: EscalationCause
    clock: Clock | None = None


class CasePaused(CaseEvent):
    """The resolve clock stands still."""

    type: Literal["psc.case.paused.v1"] = "psc.case.paused.v1"
    reason: PauseReason
    resumes_at: Instant | None = None


class CaseResumed(CaseEvent):
    """The resolve clock runs again."""

    type: Literal["psc.case.resumed.v1"] = "psc.case.resumed.v1"
    cause: Literal["asked", "passenger_answered", "pause_expired", "ended"]


class CaseRetimed(CaseEvent):
    """A calendar notice moved clocks; `calendars` are the versions that count now, `2026@1,2027@2`."""

    type: Literal["psc.case.retimed.v1"] = "psc.case.retimed.v1"
    calendars: str


class CaseReclassified(CaseEvent):
    """How the case is classified now, whole.

    `about_user`: whom it is about, where that is known; the case is kept from them. `owner`: who has it now, which a
    correction may have taken from the one who had it.
    """

    type: Literal["psc.case.reclassified.v1"] = "psc.case.reclassified.v1"
    kind: Kind
    reason: Reason
    category: Category
    severity: Severity
    line: str | None = None
    station: str | None = None
    about_staff: bool
    about_user: str | None = None
    owner: Person | None = None
    proposed: bool
    uncertain: bool


class CaseReplied(CaseEvent):
    """The passenger was answered."""

    type: Literal["psc.case.replied.v1"] = "psc.case.replied.v1"
    final: bool


class CaseResolved(CaseEvent):
    """The case is settled."""

    type: Literal["psc.case.resolved.v1"] = "psc.case.resolved.v1"
    outcome: Outcome


class CaseCalledBack(CaseEvent):
    """A call-back was made; `attempt` counts from 1 since the last resolve."""

    type: Literal["psc.case.called_back.v1"] = "psc.case.called_back.v1"
    result: CallBackResult
    satisfaction: Score | None = None
    servqual: Servqual | None = None
    attempt: int


class CaseReopened(CaseEvent):
    """The case runs again, one level up; `reopened` counts."""

    type: Literal["psc.case.reopened.v1"] = "psc.case.reopened.v1"
    from_level: Level
    reopened: int


class CaseAnswered(CaseEvent):
    """The passenger answered what we waited for."""

    type: Literal["psc.case.answered.v1"] = "psc.case.answered.v1"


class CaseWithdrawn(CaseEvent):
    """The passenger withdrew the complaint."""

    type: Literal["psc.case.withdrawn.v1"] = "psc.case.withdrawn.v1"


class CaseSurveyed(CaseEvent):
    """The passenger's verdict; it meets no clock."""

    type: Literal["psc.case.surveyed.v1"] = "psc.case.surveyed.v1"
    satisfaction: Score
    servqual: Servqual | None = None


class CaseClosed(CaseEvent):
    """The file is closed."""

    type: Literal["psc.case.closed.v1"] = "psc.case.closed.v1"


class ClockEvent(CaseEvent):
    """A threshold of one clock passed; `target_level` is None for the clock itself, else the level of the target."""

    clock: Clock
    generation: int
    due_at: Instant
    target_level: Level | None = None


class CaseReminded(ClockEvent):
    """Half of the clock has run; arrival: its reminder."""

    type: Literal["psc.case.reminded.v1"] = "psc.case.reminded.v1"


class CaseWarned(ClockEvent):
    """Four fifths of the clock have run."""

    type: Literal["psc.case.warned.v1"] = "psc.case.warned.v1"


class CaseBreached(ClockEvent):
    """The clock, or its target at a level, was missed. `needs_level`: who must decide now, if it is an approval's."""

    type: Literal["psc.case.breached.v1"] = "psc.case.breached.v1"
    needs_level: Level | None = None
