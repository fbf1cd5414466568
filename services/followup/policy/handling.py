"""Working on a case: contact, arrival, notes, replies, pauses."""

from typing import Literal

from services.followup.policy import requests as ask
from services.followup.policy.case import Pause
from services.followup.policy.clockwork import meet, run_again, stop_for
from services.followup.policy.draft import Draft
from shared.contracts.case_events import CaseArrived, CaseContacted, CaseNoted, CasePaused, CaseReplied, CaseResumed
from shared.contracts.vocabulary import Clock, PauseReason, State

ResumeCause = Literal["asked", "passenger_answered", "pause_expired"]


def contact(draft: Draft, action: ask.Contact) -> None:
    """The work has begun; only a passenger who was reached has had a response."""
    _begin(draft)
    if action.reached:
        draft.set(contacted=True)
        meet(draft, Clock.FIRST_RESPONSE)
    draft.record(CaseContacted, action.note, medium=action.medium, reached=action.reached)


def arrive(draft: Draft) -> None:
    """A supervisor is there."""
    meet(draft, Clock.ARRIVAL)
    draft.record(CaseArrived)


def note(draft: Draft, action: ask.Note) -> None:
    """A note changes nothing but the timeline."""
    draft.record(CaseNoted, action.text)


def reply(draft: Draft, action: ask.Reply) -> None:
    """The passenger is answered; after a final reply the same matter is a new complaint."""
    _begin(draft)
    draft.set(replied=True, final_reply=draft.case.final_reply or action.final)
    meet(draft, Clock.FIRST_RESPONSE)
    draft.record(CaseReplied, action.text, final=action.final)
    draft.tell("reply", action.text, final=action.final)


def pause(draft: Draft, action: ask.PauseRequest) -> None:
    """The case waits, and with it the resolve clock; waiting for the passenger ends by itself."""
    resumes_at = None
    if action.reason is PauseReason.WAITING_FOR_PASSENGER:
        resumes_at = draft.rulebook.time.due(draft.rulebook.pack.pauses.waiting_for_passenger, draft.now)
    stop_for(draft, Pause(reason=action.reason, since=draft.now, resumes_at=resumes_at))
    draft.set(state=State.WAITING)
    draft.record(CasePaused, reason=action.reason, resumes_at=resumes_at)
    if action.reason is PauseReason.WAITING_FOR_PASSENGER:
        draft.tell("paused", due=resumes_at)


def resume(draft: Draft, cause: ResumeCause = "asked") -> None:
    """The resolve clock runs again; a pause that expired ended at its own instant, however late that is noticed."""
    stopped = draft.case.pause
    ended_at = stopped.resumes_at if stopped and cause == "pause_expired" and stopped.resumes_at else draft.now
    run_again(draft, ended_at)
    if draft.case.underlying is State.WAITING:
        draft.stand(State.IN_PROGRESS)
    draft.record(CaseResumed, cause=cause)
    resolve = draft.case.clock(Clock.RESOLVE)
    draft.tell("deadline_changed", due=resolve.due_at if resolve else None)


def _begin(draft: Draft) -> None:
    if draft.case.state is State.ACCEPTED:
        draft.set(state=State.IN_PROGRESS)
