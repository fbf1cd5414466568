"""What the passenger asks, by number and code: no version, and never an error."""

from datetime import datetime
from typing import Literal

from services.followup.policy.case import Case
from services.followup.policy.change import Change
from services.followup.policy.draft import PASSENGER
from services.followup.policy.handling import resume
from services.followup.policy.rulebook import Rulebook
from services.followup.policy.settling import reopen, withdraw
from services.followup.policy.ticking import settled
from shared.contracts.case_events import CaseAnswered, CaseNoted, CaseSurveyed
from shared.contracts.passenger import (
    PassengerAnswered,
    PassengerEvent,
    PassengerReopened,
    PassengerSurveyed,
    PassengerWithdrew,
)
from shared.contracts.vocabulary import PauseReason, Severity, State

Cause = Literal["passenger_answer", "passenger_reopen", "passenger_withdraw", "passenger_survey"]

CAUSES: dict[type[PassengerEvent], Cause] = {
    PassengerAnswered: "passenger_answer",
    PassengerReopened: "passenger_reopen",
    PassengerWithdrew: "passenger_withdraw",
    PassengerSurveyed: "passenger_survey",
}


def passenger(case: Case, event: PassengerEvent, rulebook: Rulebook, now: datetime) -> Change:
    """Do what the passenger asks if it still fits; else it becomes a note and a message (`not_taken`).

    A withdrawal of an S1 is a note only: danger is not called off from afar.
    """
    draft = settled(case, rulebook, now)
    draft.by = PASSENGER
    if not _fits(draft.case, event):
        draft.record(CaseNoted, event.text, cause=CAUSES[type(event)])
        draft.tell("not_taken")
    elif isinstance(event, PassengerAnswered):
        draft.record(CaseAnswered, event.text)
        resume(draft, "passenger_answered")
    elif isinstance(event, PassengerReopened):
        reopen(draft, event.text)
    elif isinstance(event, PassengerSurveyed):
        draft.set(surveyed=True)
        draft.record(CaseSurveyed, event.text, satisfaction=event.satisfaction, servqual=event.servqual)
    elif draft.case.severity is Severity.S1:
        draft.record(CaseNoted, event.text, cause="passenger_withdraw")
    else:
        withdraw(draft, event.text)
    return draft.change()


def _fits(case: Case, event: PassengerEvent) -> bool:
    if isinstance(event, PassengerAnswered):
        waits = case.pause is not None and case.pause.reason is PauseReason.WAITING_FOR_PASSENGER
        return waits and case.state is State.WAITING
    if isinstance(event, PassengerWithdrew):
        return case.state.is_open
    if isinstance(event, PassengerReopened):
        return not case.state.is_open and not case.final_reply
    return not case.state.is_open and not case.surveyed
