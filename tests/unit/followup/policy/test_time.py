"""What time does: the ladder, targets one level up, the end of a pause, and never anything twice."""

from datetime import UTC, datetime, timedelta

import pytest

from services.followup.policy import Case, Change, fire, next_due, timers
from services.followup.policy import requests as ask
from shared.contracts.case_events import CaseBreached, CaseEscalated, CaseReminded, CaseResumed, ClockEvent, OfferTo
from shared.contracts.vocabulary import Clock, ClockState, EscalationCause, Level, Medium, PauseReason, Severity, State
from tests.unit.followup.policy.builders import (
    NOW,
    OWNER,
    RULES,
    SETTLE,
    WAIT,
    case_in,
    done,
    facts,
    opened,
    refusal_of,
    staff,
)


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A local instant of 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def fired(case: Case, now: datetime) -> Change:
    change = fire(case, RULES, now)
    assert change is not None
    assert fire(change.case, RULES, now) is None
    return change


def run_until(case: Case, end: datetime) -> tuple[Case, list[tuple[datetime, str, Clock | None, Level]]]:
    """Fire at every due instant up to `end`; what happened, as instant, fact, clock and level after it."""
    seen: list[tuple[datetime, str, Clock | None, Level]] = []
    while (due := next_due(case, RULES)) is not None and due <= end:
        change = fired(case, due)
        seen += [(one.at, one.type.split(".")[2], getattr(one, "clock", None), one.level) for one in change.events]
        case = change.case
    return case, seen


def test_acknowledge_reminds_warns_breaches_and_opens_targets_up_to_l5() -> None:
    _, seen = run_until(opened(), at(11, 23, 23, 0))
    acknowledge = [(when, what, level) for when, what, clock, level in seen if clock is Clock.ACKNOWLEDGE]
    assert acknowledge == [
        (at(11, 23, 11, 0), "reminded", Level.L1),
        (at(11, 23, 11, 36), "warned", Level.L1),
        (at(11, 23, 12, 0), "breached", Level.L1),
        (at(11, 23, 12, 0), "escalated", Level.L2),
        (at(11, 23, 13, 0), "breached", Level.L2),
        (at(11, 23, 13, 0), "escalated", Level.L3),
        (at(11, 23, 14, 0), "breached", Level.L3),
        (at(11, 23, 14, 0), "escalated", Level.L4),
        (at(11, 23, 15, 0), "breached", Level.L4),
        (at(11, 23, 15, 0), "escalated", Level.L5),
        (at(11, 23, 16, 0), "breached", Level.L5),
    ]


def test_a_breach_says_its_due_its_target_and_offers_the_level() -> None:
    case = opened()
    change = fired(case, at(11, 23, 12, 0))
    breached, escalated = change.events[-2:]
    assert isinstance(breached, CaseBreached)
    assert (breached.due_at, breached.target_level, breached.generation) == (at(11, 23, 12, 0), None, 1)
    assert breached.by.system == "clock"
    assert [(one.clock, one.state) for one in breached.clocks] == [(Clock.ACKNOWLEDGE, ClockState.BREACHED)]
    assert isinstance(escalated, CaseEscalated)
    assert (escalated.from_level, escalated.level) == (Level.L1, Level.L2)
    assert (escalated.cause, escalated.clock) == (EscalationCause.BREACH, Clock.ACKNOWLEDGE)
    assert change.case.offer == OfferTo(level=Level.L2)

    second = fired(change.case, at(11, 23, 13, 0)).events[0]
    assert isinstance(second, CaseBreached)
    assert (second.target_level, second.due_at) == (Level.L2, at(11, 23, 13, 0))


def test_a_target_of_a_short_clock_lasts_half_an_hour_at_least() -> None:
    case = opened(severity=Severity.S1, level=Level.L2)
    _, seen = run_until(case, NOW + timedelta(hours=1))
    breaches = [when for when, what, clock, _ in seen if what == "breached" and clock is Clock.ACKNOWLEDGE]
    assert breaches[:2] == [NOW + timedelta(minutes=5), NOW + timedelta(minutes=35)]


def test_arrival_reminds_at_three_minutes_and_breaches_at_five() -> None:
    case = done(opened(flags={"on_scene": True}), ask.Accept(), staff(1)).case
    _, seen = run_until(case, NOW + timedelta(minutes=10))
    assert [(when - NOW, what) for when, what, clock, _ in seen if clock is Clock.ARRIVAL] == [
        (timedelta(minutes=3), "reminded"),
        (timedelta(minutes=5), "breached"),
        (timedelta(minutes=5), "escalated"),
    ]
    there = done(case, ask.Arrive(), staff(2)).case
    assert Clock.ARRIVAL not in {timer.clock for timer in timers(there, RULES)}


def test_everything_overdue_fires_in_the_order_of_its_instants_and_only_once() -> None:
    case = opened()
    late = at(11, 25, 9, 30)
    change = fired(case, late)
    assert facts(change) == ["reminded", "warned", "breached", "escalated", "reminded"]
    assert {event.at for event in change.events} == {late}
    instants = [event.due_at for event in change.events if isinstance(event, ClockEvent)]
    assert instants[0] == at(11, 23, 12, 0)
    assert [event.version for event in change.events] == [2, 3, 4, 5, 6]


def test_a_target_asked_for_late_is_not_late_at_once() -> None:
    late = at(11, 23, 15, 0)
    case = fired(opened(), late).case
    assert case.level is Level.L2
    assert min(timer.due_at for timer in timers(case, RULES) if timer.clock is Clock.ACKNOWLEDGE) == at(11, 23, 16, 0)


def test_two_clocks_that_breach_raise_two_levels() -> None:
    case, _ = run_until(opened(severity=Severity.S2, level=Level.L3), NOW + timedelta(minutes=30))
    assert case.level is Level.L4


def test_what_is_met_no_longer_fires() -> None:
    case = done(opened(), ask.Accept(), staff(1)).case
    _, seen = run_until(case, at(11, 24, 0, 0))
    assert Clock.ACKNOWLEDGE not in {clock for _, _, clock, _ in seen}


def test_a_breached_clock_runs_on_until_met_and_stays_breached() -> None:
    case = fired(opened(), at(11, 23, 12, 0)).case
    case = done(case, ask.Accept(), staff(2), at(11, 23, 12, 30)).case
    acknowledge = case.clock(Clock.ACKNOWLEDGE)
    assert acknowledge is not None
    assert acknowledge.breached_at is not None
    assert acknowledge.stopped_at == at(11, 23, 12, 30)
    assert Clock.ACKNOWLEDGE not in {timer.clock for timer in timers(case, RULES)}


def test_an_action_at_the_very_due_is_in_time_and_after_it_the_breach_comes_first() -> None:
    on_time = done(opened(), ask.Accept(), staff(5), at(11, 23, 12, 0))
    assert facts(on_time) == ["reminded", "warned", "accepted"]
    late = done(opened(), ask.Accept(), staff(5), at(11, 23, 12, 1))
    assert facts(late) == ["reminded", "warned", "breached", "escalated", "accepted"]
    assert [event.by.system for event in late.events] == ["clock"] * 4 + [None]


def test_a_breach_that_a_late_timer_has_not_told_yet_binds_who_may() -> None:
    assert refusal_of(opened(), ask.Accept(), staff(1), at(11, 23, 12, 1)).needs_level is Level.L2


def test_waiting_for_the_passenger_stops_resolve_and_ends_by_itself() -> None:
    case = case_in(State.IN_PROGRESS)
    waiting = done(case, WAIT, OWNER)
    assert waiting.case.pause is not None
    assert waiting.case.pause.resumes_at == at(11, 30, 17, 30)
    assert [(told.code, told.due_at) for told in waiting.told] == [("paused", at(11, 30, 17, 30))]
    (timer,) = timers(waiting.case, RULES)
    assert (timer.clock, timer.due_at, timer.what) == (Clock.RESOLVE, at(11, 30, 17, 30), "resume")

    late = at(12, 1, 9, 0)
    change = fired(waiting.case, late)
    (resumed, *_) = change.events
    assert isinstance(resumed, CaseResumed)
    assert (resumed.cause, resumed.state, resumed.at) == ("pause_expired", State.IN_PROGRESS, late)
    resolve = change.case.clock(Clock.RESOLVE)
    assert resolve is not None
    assert resolve.due_at == at(12, 8, 16, 0)
    assert [(told.code, told.due_at) for told in change.told] == [("deadline_changed", at(12, 8, 16, 0))]


def test_in_court_has_no_end() -> None:
    case = done(case_in(State.IN_PROGRESS), ask.PauseRequest(reason=PauseReason.IN_COURT), OWNER)
    assert (case.case.pause.resumes_at if case.case.pause else NOW) is None
    assert next_due(case.case, RULES) is None
    assert case.told == ()


def test_a_call_back_that_is_late_raises_a_resolved_case() -> None:
    case = done(opened(severity=Severity.S3), ask.Accept(), OWNER).case
    case = done(done(case, ask.Contact(medium=Medium.PHONE), OWNER).case, SETTLE, OWNER).case
    case, seen = run_until(case, at(11, 25, 17, 30))
    assert [(what, level) for _, what, _, level in seen][-2:] == [("breached", Level.L1), ("escalated", Level.L2)]
    assert (case.state, case.offer) == (State.RESOLVED, OfferTo(level=Level.L2))


@pytest.mark.parametrize("severity", list(Severity))
def test_a_neglected_case_comes_to_rest_at_l5(severity: Severity) -> None:
    case, seen = run_until(opened(severity=severity, flags={"on_scene": True}), NOW + timedelta(days=365))
    assert case.level is Level.L5
    assert next_due(case, RULES) is None
    assert len(seen) == len(set(seen))
    reminded = [clock for _, what, clock, _ in seen if what == "reminded"]
    assert len(reminded) == len(case.clocks)
    assert set(reminded) == {run.clock for run in case.clocks}


def test_reminders_carry_the_due_of_the_clock() -> None:
    event = fired(opened(), at(11, 23, 11, 0)).events[0]
    assert isinstance(event, CaseReminded)
    assert event.due_at == at(11, 23, 12, 0)
    assert event.clocks == ()


def test_instants_are_to_the_millisecond_whatever_the_database_says() -> None:
    case = case_in(State.IN_PROGRESS)
    change = done(case, WAIT, OWNER, NOW + timedelta(microseconds=1_234_567))
    assert change.events[0].at == NOW + timedelta(milliseconds=1234)
    assert Case.model_validate_json(change.case.model_dump_json()) == change.case
