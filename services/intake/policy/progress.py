"""How a case stands for its passenger: a projection of the facts about it, and what the passenger may ask now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from shared.contracts.case_events import (
    CaseAccepted,
    CaseAnswered,
    CaseClosed,
    CaseContacted,
    CaseEvent,
    CaseOpened,
    CasePaused,
    CaseReclassified,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseResumed,
    CaseSurveyed,
    CaseWithdrawn,
)
from shared.contracts.case_joining import CaseMerged
from shared.contracts.vocabulary import Category, Clock, Level, PauseReason, State

SAYS: dict[type[CaseEvent], str] = {
    CaseOpened: "opened",
    CaseAccepted: "accepted",
    CaseResumed: "resumed",
    CaseResolved: "resolved",
    CaseReopened: "reopened",
    CaseAnswered: "answered",
    CaseWithdrawn: "withdrawn",
    CaseSurveyed: "surveyed",
    CaseClosed: "closed",
}
"""Facts that a passenger's history shows as they are. A reply shows by its own words, a final one also by
the way that is left; what is internal does not."""


@dataclass(frozen=True, slots=True)
class Progress:
    """A case after its fact `version`."""

    case_id: UUID
    number: str
    version: int
    state: State
    about_person: bool = False
    about_user: str | None = None
    owner: str | None = None
    owner_level: Level | None = None
    waits_for_passenger: bool = False
    promised_at: datetime | None = None
    replied_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened_at: datetime | None = None
    final_reply: bool = False
    surveyed: bool = False
    merged_into: UUID | None = None
    parent: str | None = None


def follows(progress: Progress | None, event: CaseEvent) -> bool | None:
    """Whether the event is the next one: None when it is known already, False when another must come first."""
    known = progress.version if progress else 0
    if event.version <= known:
        return None
    return event.version == known + 1


def advance(progress: Progress | None, event: CaseEvent) -> Progress:
    """The case after its next fact."""
    before = progress or Progress(event.case_id, event.number, 0, event.state)
    pausable = event.state in (State.WAITING, State.AWAITING_APPROVAL)
    after = replace(
        before,
        version=event.version,
        state=event.state,
        promised_at=_promise(event) or before.promised_at,
        waits_for_passenger=before.waits_for_passenger and pausable,
        # Of a merged case the next fact is that it is on its own again.
        merged_into=event.into_case_id if isinstance(event, CaseMerged) else None,
    )
    return _with_what_it_tells(after, event)


def _promise(event: CaseEvent) -> datetime | None:
    runs = [c for c in event.clocks if c.clock is Clock.RESOLVE]
    return max(runs, key=lambda run: run.generation).due_at if runs else None


def _with_what_it_tells(after: Progress, event: CaseEvent) -> Progress:
    match event:
        case CaseOpened() | CaseReclassified():
            return _about(after, event)
        case CaseAccepted():
            return replace(after, owner=event.owner.user, owner_level=event.owner.level)
        case CasePaused():
            return replace(after, waits_for_passenger=event.reason is PauseReason.WAITING_FOR_PASSENGER)
        case CaseReplied():
            return replace(after, replied_at=event.at, final_reply=after.final_reply or event.final)
        case CaseResolved() | CaseWithdrawn():
            return replace(after, resolved_at=event.at)
        case CaseReopened():
            return replace(after, replied_at=None, resolved_at=None, reopened_at=event.at)
        case CaseSurveyed():
            return replace(after, surveyed=True)
    return after


def _about(after: Progress, event: CaseOpened | CaseReclassified) -> Progress:
    """Only a case about a person is taken from whoever has it; facts of before owners were told name none either."""
    person = event.about_staff or event.category is Category.STAFF
    if isinstance(event, CaseOpened):
        return replace(after, about_person=person, parent=event.parent)
    person = person or event.about_user is not None
    after = replace(after, about_person=person, about_user=event.about_user)
    if event.owner is not None:
        return replace(after, owner=event.owner.user, owner_level=event.owner.level)
    return replace(after, owner=None, owner_level=None) if person else after


def take_in(
    before: Progress | None, events: Sequence[CaseEvent]
) -> tuple[Progress | None, list[CaseEvent], list[CaseEvent]]:
    """The case after what fits of `events`, what fitted, and what must wait for an earlier one."""
    after = before
    applied: list[CaseEvent] = []
    early: list[CaseEvent] = []
    for event in sorted(events, key=lambda e: e.version):
        match follows(after, event):
            case True:
                after = advance(after, event)
                applied.append(event)
            case False:
                early.append(event)
    return after, applied, early


def says(event: CaseEvent) -> str | None:
    """The entry of the passenger's history that a fact makes, a key of `texts.FACTS`."""
    if isinstance(event, CasePaused):
        return event.reason.value
    if isinstance(event, CaseContacted):
        return "contacted" if event.reached else None
    if isinstance(event, CaseReplied):
        return "final_reply" if event.final else None
    return SAYS.get(type(event))


def state_for_passenger(progress: Progress | None) -> str:
    """received, in_progress, waiting_for_you, answered or closed."""
    if progress is None:
        return "received"
    if progress.state is State.CLOSED:
        return "closed"
    if progress.state is State.WAITING and progress.waits_for_passenger:
        return "waiting_for_you"
    if progress.state is State.RESOLVED or progress.replied_at is not None:
        return "answered"
    return "received" if progress.state is State.RECEIVED else "in_progress"


def can(progress: Progress | None) -> tuple[str, ...]:
    """What the passenger may ask now: nothing before the case is opened."""
    if progress is None:
        return ()
    if progress.state.is_open:
        answer = progress.state is State.WAITING and progress.waits_for_passenger
        return ("answer", "withdraw") if answer else ("withdraw",)
    allowed = (("reopen", not progress.final_reply), ("survey", not progress.surveyed))
    return tuple(verb for verb, may in allowed if may)
