"""What the passenger asks, and what becomes of it when it no longer fits."""

from datetime import datetime, timedelta

import pytest

from services.followup.policy import Case, Change, passenger
from services.followup.policy import requests as ask
from shared.contracts.case_events import CaseNoted
from shared.contracts.passenger import (
    PassengerAnswered,
    PassengerEvent,
    PassengerReopened,
    PassengerSurveyed,
    PassengerWithdrew,
)
from shared.contracts.vocabulary import Clock, ClockState, Kind, Level, Outcome, PauseReason, Reason, Severity, State
from tests.unit.followup.policy.builders import NOW, OWNER, RULES, case_in, done, facts, opened

LATER = NOW + timedelta(hours=1)


def asks(case: Case, what: type[PassengerEvent], now: datetime = LATER, satisfaction: int = 3) -> Change:
    said = {"case_id": case.case_id, "number": case.number, "at": now, "text": "乘客的话", "satisfaction": satisfaction}
    event = what.model_validate(said)
    change = passenger(case, event, RULES, now)
    assert all(one.by.system == "passenger" for one in change.events)
    assert "乘客的话" not in change.case.model_dump_json()
    assert change.words == {change.events[0].version: "乘客的话"}
    return change


def test_an_answer_that_was_waited_for_resumes() -> None:
    change = asks(case_in(State.WAITING), PassengerAnswered)
    assert facts(change) == ["answered", "resumed"]
    assert (change.case.state, change.case.pause) == (State.IN_PROGRESS, None)
    assert [told.code for told in change.told] == ["deadline_changed"]


def test_an_answer_does_not_end_a_wait_for_the_court() -> None:
    case = done(case_in(State.IN_PROGRESS), ask.PauseRequest(reason=PauseReason.IN_COURT), OWNER).case
    change = asks(case, PassengerAnswered)
    assert (facts(change), change.case.state) == (["noted"], State.WAITING)
    assert [told.code for told in change.told] == ["not_taken"]


@pytest.mark.parametrize("state", [state for state in State if state.is_open])
def test_a_withdrawal_resolves_and_closes_whatever_is_open(state: State) -> None:
    change = asks(case_in(state), PassengerWithdrew)
    assert facts(change) == ["withdrawn", "resolved", "closed"]
    assert (change.case.state, change.case.outcome) == (State.CLOSED, Outcome.WITHDRAWN)
    assert (change.case.pause, change.case.offer) == (None, None)
    assert [told.code for told in change.told] == ["closed"]
    states = {run.clock: run.state for run in change.case.clocks}
    assert states[Clock.RESOLVE] is ClockState.MET
    assert Clock.CALL_BACK not in states
    assert set(states.values()) <= {ClockState.MET, ClockState.CANCELLED}


def test_the_withdrawal_of_an_s1_is_a_note_only() -> None:
    case = opened(severity=Severity.S1, level=Level.L2)
    change = asks(case, PassengerWithdrew, now=NOW)
    noted = change.events[-1]
    assert isinstance(noted, CaseNoted)
    assert noted.cause == "passenger_withdraw"
    assert (change.case.state, change.told) == (State.RECEIVED, ())


def test_a_survey_is_taken_once_and_meets_no_clock() -> None:
    case = case_in(State.RESOLVED)
    change = asks(case, PassengerSurveyed, satisfaction=4)
    assert (facts(change), change.case.surveyed) == (["surveyed"], True)
    assert change.case.clocks == case.clocks
    again = asks(change.case, PassengerSurveyed, satisfaction=1)
    assert (facts(again), [told.code for told in again.told]) == (["noted"], ["not_taken"])


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_the_passenger_reopens_as_staff_do(state: State) -> None:
    change = asks(case_in(state), PassengerReopened)
    assert facts(change) == ["reopened", "escalated"]
    assert (change.case.state, change.case.level, change.case.reopened) == (State.IN_PROGRESS, Level.L2, 1)


def test_after_a_final_reply_the_passenger_no_longer_reopens() -> None:
    change = asks(case_in(State.CLOSED, final_reply=True), PassengerReopened)
    assert (facts(change), change.case.state) == (["noted"], State.CLOSED)
    assert [told.code for told in change.told] == ["not_taken"]


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (State.IN_PROGRESS, PassengerAnswered),
        (State.RESOLVED, PassengerWithdrew),
        (State.CLOSED, PassengerWithdrew),
        (State.ACCEPTED, PassengerReopened),
        (State.IN_PROGRESS, PassengerSurveyed),
    ],
)
def test_what_no_longer_fits_becomes_a_note_and_a_message(state: State, what: type[PassengerEvent]) -> None:
    change = asks(case_in(state), what)
    assert (facts(change), change.case.state) == (["noted"], state)
    assert [told.code for told in change.told] == ["not_taken"]


def test_nothing_is_sent_by_itself_to_someone_at_risk() -> None:
    case = case_in(State.CLOSED, kind=Kind.ABNORMAL, reason=Reason.A7, final_reply=True)
    assert asks(case, PassengerReopened).told == ()
    talked = done(case_in(State.ACCEPTED, kind=Kind.ABNORMAL, reason=Reason.A7), ask.Reply(text="我们在"), OWNER)
    assert [told.code for told in talked.told] == ["reply"]
