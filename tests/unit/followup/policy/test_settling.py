"""Contact, reply, resolve, call-back, reopen, close."""

import json
from datetime import timedelta
from uuid import UUID

from services.followup.policy import Case
from services.followup.policy import requests as ask
from services.followup.policy.clockwork import is_sampled
from shared.contracts.case_events import CaseCalledBack, CaseEscalated, CaseReopened, OfferTo
from shared.contracts.vocabulary import (
    CallBackResult,
    Clock,
    ClockState,
    EscalationCause,
    Level,
    Medium,
    Outcome,
    Severity,
    State,
)
from tests.unit.followup.policy.builders import NOW, OWNER, SETTLE, case_in, done, facts, opened, refusal_of, staff

LATER = NOW + timedelta(minutes=30)
REACHED = ask.Contact(medium=Medium.PHONE)


def called(result: str) -> ask.CallBack:
    return ask.CallBack(result=CallBackResult(result))


def clock_states(case: Case, clock: Clock) -> list[ClockState]:
    return [run.state for run in case.clocks if run.clock is clock]


def test_only_a_passenger_who_was_reached_has_had_a_response() -> None:
    case = case_in(State.ACCEPTED)
    tried = done(case, ask.Contact(medium=Medium.PHONE, reached=False, note="无人接"), OWNER).case
    assert (tried.state, tried.contacted) == (State.IN_PROGRESS, False)
    assert clock_states(tried, Clock.FIRST_RESPONSE) == [ClockState.RUNNING]
    reached = done(tried, REACHED, OWNER).case
    assert reached.contacted
    assert clock_states(reached, Clock.FIRST_RESPONSE) == [ClockState.MET]


def test_a_reply_meets_first_response_and_goes_to_the_passenger() -> None:
    change = done(case_in(State.ACCEPTED), ask.Reply(text="已退款"), OWNER)
    assert change.case.state is State.IN_PROGRESS
    assert clock_states(change.case, Clock.FIRST_RESPONSE) == [ClockState.MET]
    (told,) = change.told
    assert (told.code, told.text, told.final) == ("reply", "已退款", False)
    assert "已退款" not in change.case.model_dump_json() + change.events[0].model_dump_json()


def test_resolve_starts_the_call_back_and_keeps_the_four_fields_apart() -> None:
    case = opened(severity=Severity.S3)
    case = done(done(case, ask.Accept(), staff(1)).case, REACHED, staff(1)).case
    action = ask.Resolve(outcome=Outcome.UPHELD, cause="故障", responsible="机电", measure="修复", education="培训")
    change = done(case, action, staff(1), LATER)
    assert clock_states(change.case, Clock.RESOLVE) == [ClockState.MET]
    call_back = change.case.clock(Clock.CALL_BACK)
    assert call_back is not None
    assert call_back.started_at == LATER
    assert set(json.loads(change.words[change.case.version])) == {"cause", "responsible", "measure", "education"}
    assert [told.code for told in change.told] == ["resolved"]
    assert change.case.lessons == ("cause", "responsible", "measure", "education")
    assert "故障" not in change.case.model_dump_json()


def test_a_fifth_of_the_s4_cases_is_called_back_the_same_ones_each_time() -> None:
    ids = [UUID(int=n) for n in range(5000)]
    sampled = [case_id for case_id in ids if is_sampled(case_id, 0.2)]
    assert 900 < len(sampled) < 1100
    assert sampled == [case_id for case_id in ids if is_sampled(case_id, 0.2)]
    assert all(is_sampled(case_id, 1.0) for case_id in ids)

    for case_id in (sampled[0], next(one for one in ids if one not in sampled)):
        case = done(done(opened(case_id=case_id), ask.Accept(), OWNER).case, SETTLE, OWNER).case
        assert (case.clock(Clock.CALL_BACK) is not None) == (case_id in sampled)


def test_inquiries_have_no_call_back() -> None:
    case = done(done(opened(severity=Severity.INFO), ask.Accept(), OWNER).case, SETTLE, OWNER).case
    assert case.clock(Clock.CALL_BACK) is None


def resolved_s3() -> Case:
    case = done(opened(severity=Severity.S3), ask.Accept(), OWNER).case
    return done(done(case, REACHED, OWNER).case, SETTLE, OWNER).case


def test_solved_and_the_third_attempt_in_vain_meet_the_call_back() -> None:
    case = resolved_s3()
    assert clock_states(done(case, called("solved"), OWNER).case, Clock.CALL_BACK) == [ClockState.MET]
    for attempt, state in ((1, ClockState.RUNNING), (2, ClockState.RUNNING), (3, ClockState.MET)):
        change = done(case, called("unreachable"), OWNER)
        (event,) = change.events
        assert isinstance(event, CaseCalledBack)
        assert event.attempt == attempt
        case = change.case
        assert clock_states(case, Clock.CALL_BACK) == [state]


def test_not_solved_meets_the_call_back_and_reopens_one_level_up() -> None:
    change = done(resolved_s3(), called("not_solved"), OWNER, LATER)
    assert facts(change) == ["called_back", "reopened", "escalated"]
    assert change.case.state is State.IN_PROGRESS
    assert clock_states(change.case, Clock.CALL_BACK) == [ClockState.MET]
    assert change.case.level is Level.L2


def test_reopening_raises_runs_resolve_anew_in_full_and_cancels_the_call_back() -> None:
    case = resolved_s3()
    change = done(case, ask.Reopen(reason="又坏了"), OWNER, LATER)
    reopened, escalated = change.events
    assert isinstance(reopened, CaseReopened)
    assert (reopened.from_level, reopened.level, reopened.reopened) == (Level.L1, Level.L2, 1)
    assert isinstance(escalated, CaseEscalated)
    assert (escalated.cause, escalated.level) == (EscalationCause.REOPENED, Level.L2)
    assert (change.case.offer, change.case.outcome) == (OfferTo(level=Level.L2), None)
    assert clock_states(change.case, Clock.CALL_BACK) == [ClockState.CANCELLED]
    assert clock_states(change.case, Clock.RESOLVE) == [ClockState.MET, ClockState.RUNNING]
    resolve = change.case.clock(Clock.RESOLVE)
    assert resolve is not None
    assert (resolve.generation, resolve.started_at) == (2, LATER)
    assert change.words == {reopened.version: "又坏了"}
    assert [(told.code, told.due_at) for told in change.told] == [("deadline_changed", resolve.due_at)]


def test_the_second_reopening_goes_to_l4_at_least() -> None:
    case = done(resolved_s3(), ask.Reopen(reason="一"), OWNER).case
    case = done(case, SETTLE, OWNER).case
    second = done(case, ask.Reopen(reason="二"), OWNER).case
    assert (second.level, second.reopened) == (Level.L4, 2)
    case = done(second, SETTLE, OWNER).case
    assert done(case, ask.Reopen(reason="三"), OWNER).case.level is Level.L5


def test_a_reopening_without_owner_and_above_which_there_is_no_level_is_offered_to_its_level() -> None:
    case = case_in(State.CLOSED, owner=None, level=Level.L5, highest=Level.L5)
    change = done(case, ask.Reopen(reason="新事实"), staff(5))
    assert facts(change) == ["reopened", "offered"]
    assert done(change.case, ask.Accept(), staff(5)).case.owner is not None


def test_close_needs_an_answer_since_the_last_reopening_and_no_running_call_back() -> None:
    silent = done(done(opened(), ask.Accept(), OWNER).case, SETTLE, OWNER).case
    assert refusal_of(silent, ask.Close(), OWNER).code == "not_answered"
    assert refusal_of(resolved_s3(), ask.Close(), OWNER).code == "call_back_running"

    answered = done(silent, ask.Reply(text="答复"), OWNER).case
    called_back = done(answered, called("solved"), OWNER).case if answered.clock(Clock.CALL_BACK) else answered
    closed = done(called_back, ask.Close(), OWNER)
    assert closed.case.state is State.CLOSED
    assert [told.code for told in closed.told] == ["closed"]
    assert all(run.stopped_at is not None for run in closed.case.clocks)

    again = done(closed.case, ask.Reopen(reason="再来"), OWNER).case
    again = done(again, SETTLE, OWNER).case
    assert refusal_of(again, ask.Close(), OWNER).code == "not_answered"


def test_a_breached_call_back_still_runs_and_holds_the_file_open() -> None:
    case = resolved_s3()
    late = NOW + timedelta(days=10)
    refusal = refusal_of(case, ask.Close(), staff(5), late)
    assert refusal.code == "call_back_running"
    assert (
        done(done(case, called("solved"), staff(5), late).case, ask.Close(), staff(5), late).case.state is State.CLOSED
    )


def test_closing_cancels_an_arrival_that_nobody_recorded() -> None:
    case = done(opened(severity=Severity.S1, level=Level.L2), ask.Accept(), staff(2)).case
    case = done(done(case, REACHED, staff(2)).case, SETTLE, staff(2)).case
    case = done(done(case, called("solved"), staff(2)).case, ask.Close(), staff(2)).case
    assert clock_states(case, Clock.ARRIVAL) == [ClockState.CANCELLED]
