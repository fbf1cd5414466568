"""One extension, asked before expiry, to at most 15 working days from the start; limits to contact and their dates."""

from datetime import UTC, datetime, timedelta

import pytest

from services.followup.policy import Case, fire
from services.followup.policy import requests as ask
from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun
from services.followup.rules.explaining import explain
from services.followup.rules.extending import months_later
from shared.contracts.case_authority import CaseContactLimited, CaseExtended
from shared.contracts.vocabulary import Clock, ClockState, Level, Severity, State
from tests.unit.followup.policy.builders import NOW, OWNER, RULES, WAIT, case_in, done, facts, refusal_of, staff

DUE = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
"""17:30 of the fifth working day after Monday 23 November."""
UNTIL = datetime(2026, 12, 9, 3, 0, tzinfo=UTC)
LAST = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
"""Of the fifteenth."""


def extend(until: datetime = UNTIL) -> ask.Extend:
    return ask.Extend(until=until, reason="等备件")


def resolving(case: Case) -> ClockRun:
    run = case.clock(Clock.RESOLVE)
    assert run is not None
    return run


def test_l4_grants_it_at_once_and_the_passenger_is_told() -> None:
    case = case_in(State.IN_PROGRESS)
    assert resolving(case).due_at == DUE
    change = done(case, extend(), staff(4))
    (fact,) = change.events
    assert isinstance(fact, CaseExtended)
    assert fact.until == UNTIL
    assert [(status.clock, status.due_at) for status in fact.clocks] == [(Clock.RESOLVE, UNTIL)]
    assert (resolving(change.case).due_at, change.case.state) == (UNTIL, State.IN_PROGRESS)
    assert [(told.code, told.due_at) for told in change.told] == [("deadline_changed", UNTIL)]
    assert change.words == {change.case.version: "等备件"}


def test_below_l4_it_is_asked_for_and_takes_effect_with_the_yes() -> None:
    asked = done(case_in(State.ACCEPTED), extend(), OWNER)
    assert facts(asked) == ["approval_requested"]
    assert asked.told == ()
    assert resolving(asked.case).due_at == DUE
    granted = done(asked.case, ask.Approve(), staff(4))
    assert facts(granted) == ["approved", "extended"]
    assert (resolving(granted.case).due_at, granted.case.state) == (UNTIL, State.IN_PROGRESS)
    refused = done(asked.case, ask.Refuse(reason="按期"), staff(4)).case
    assert resolving(refused).due_at == DUE
    assert done(refused, extend(), OWNER).case.approval is not None


@pytest.mark.parametrize(
    ("until", "code"),
    [
        (DUE, "not_later"),
        (DUE - timedelta(days=1), "not_later"),
        (DUE + timedelta(milliseconds=1), None),
        (LAST, None),
        (LAST + timedelta(milliseconds=1), "beyond_extension"),
    ],
)
def test_it_is_later_than_before_and_at_most_15_working_days_from_the_start(until: datetime, code: str | None) -> None:
    case = case_in(State.IN_PROGRESS)
    for by in (OWNER, staff(4)):
        if code is None:
            done(case, extend(until), by)
        else:
            refusal = refusal_of(case, extend(until), by)
            assert (refusal.slug, [(one.pointer, one.code) for one in refusal.errors]) == (
                "invalid",
                [("/until", code)],
            )


def test_it_is_granted_once() -> None:
    case = done(case_in(State.IN_PROGRESS), extend(), staff(4)).case
    refusal = refusal_of(case, extend(LAST), staff(5))
    assert (refusal.slug, refusal.code) == ("transition-refused", "extended_already")


def test_it_is_asked_before_the_time_is_over_at_the_very_instant_still() -> None:
    case = case_in(State.IN_PROGRESS)
    assert done(case, extend(), OWNER, DUE).case.approval is not None
    late = refusal_of(case, extend(), OWNER, DUE + timedelta(milliseconds=1))
    assert (late.slug, late.code) == ("transition-refused", "expired")


def test_what_was_asked_in_time_is_granted_after_it_and_the_breach_stays() -> None:
    case = done(case_in(State.IN_PROGRESS), extend(), OWNER, DUE - timedelta(minutes=1)).case
    change = fire(case, RULES, DUE)
    assert change is not None
    granted = done(change.case, ask.Approve(), staff(4), DUE + timedelta(minutes=1)).case
    run = resolving(granted)
    assert (run.due_at, run.breached_at, run.state) == (UNTIL, DUE, ClockState.BREACHED)


def test_while_it_waits_it_is_extended_and_moves_at_the_resume_as_ever() -> None:
    case = done(case_in(State.IN_PROGRESS), WAIT, OWNER).case
    case = done(case, extend(), staff(4)).case
    assert (case.state, resolving(case).due_at) == (State.WAITING, UNTIL)
    resumed = done(case, ask.Resume(), OWNER, NOW + timedelta(days=1)).case
    assert resolving(resumed).due_at == UNTIL + timedelta(days=1)


def test_reminders_count_to_the_new_due() -> None:
    case = done(case_in(State.IN_PROGRESS), extend(LAST), staff(4)).case
    run = resolving(case)
    time = RULES.time
    before = clocks.next_threshold(resolving(case_in(State.IN_PROGRESS)), time, RULES.pack.ladder)
    after = clocks.next_threshold(run, time, RULES.pack.ladder)
    assert before is not None
    assert after is not None
    half = time.elapsed("office_hours", NOW, after.at)
    assert abs(half - time.elapsed("office_hours", NOW, LAST) / 2) <= timedelta(milliseconds=1)
    assert after.at > before.at


def test_the_deadline_explains_it() -> None:
    case = done(case_in(State.IN_PROGRESS), extend(), staff(4)).case
    said = [sentence.en for sentence in explain(resolving(case), NOW, RULES.time).sentences]
    assert "At 2026-11-23 10:00 (Mon) it was extended to 2026-12-09 11:00 (Wed)." in said
    assert "It is due at 2026-12-09 11:00 (Wed)." in said


def test_another_severity_of_the_same_length_keeps_it_and_a_graver_one_ends_it() -> None:
    case = done(case_in(State.IN_PROGRESS), extend(), staff(4)).case
    alike = done(case, ask.Reclassify(note="重", severity=Severity.S3), staff(4)).case
    assert resolving(alike).due_at == UNTIL
    graver = done(alike, ask.Reclassify(note="伤", severity=Severity.S2), staff(4)).case
    run = resolving(graver)
    assert run.due_at == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert run.extended is not None
    assert run.extended.lapsed
    assert "graver severity" in explain(run, NOW, RULES.time).sentences[-3].en
    assert refusal_of(graver, extend(LAST), staff(4)).code == "extended_already"
    milder = done(graver, ask.Reclassify(note="轻", severity=Severity.S4), staff(4)).case
    assert resolving(milder).due_at == DUE


def test_a_severity_recomputed_after_a_pause_keeps_the_extension_with_the_pause() -> None:
    case = done(case_in(State.IN_PROGRESS), extend(), staff(4)).case
    case = done(case, WAIT, OWNER).case
    case = done(case, ask.Resume(), OWNER, NOW + timedelta(days=1)).case
    later = NOW + timedelta(days=1)
    alike = done(case, ask.Reclassify(note="重", severity=Severity.S3), staff(4), later).case
    assert resolving(alike).due_at == resolving(case).due_at == UNTIL + timedelta(days=1)
    assert resolving(alike).unpaused_due_at == resolving(case).unpaused_due_at == UNTIL


def test_a_reopened_case_may_be_extended_again() -> None:
    case = done(case_in(State.IN_PROGRESS), extend(), staff(4)).case
    case = done(case, ask.Resolve(outcome="goodwill"), OWNER).case
    case = done(case, ask.Reopen(reason="又停"), OWNER).case
    assert (resolving(case).generation, resolving(case).due_at) == (2, DUE)
    assert resolving(done(case, extend(LAST), staff(4)).case).due_at == LAST


def test_a_limit_is_reviewed_after_half_a_year_and_open_to_appeal_for_ten_working_days() -> None:
    body = ask.LimitContact(medium="letter", contact="信访岗", warned_at=NOW - timedelta(days=9), reason="反复来电")
    change = done(case_in(State.IN_PROGRESS), body, staff(4))
    (fact,) = change.events
    assert isinstance(fact, CaseContactLimited)
    assert fact.review_at == datetime(2027, 5, 23, 2, 0, tzinfo=UTC)
    assert fact.appeal_until == datetime(2026, 12, 7, 9, 30, tzinfo=UTC)
    assert [(told.code, told.due_at) for told in change.told] == [("contact_limited", fact.appeal_until)]
    limit = change.case.contact_limit
    assert limit is not None
    assert limit.by.level is Level.L4
    renewed = done(change.case, body, staff(4), NOW + timedelta(days=30)).case.contact_limit
    assert renewed is not None
    assert renewed.review_at > limit.review_at
    lifted = done(change.case, ask.LiftLimit(reason="申诉成立"), staff(4))
    assert (lifted.case.contact_limit, [told.code for told in lifted.told]) == (None, ["limit_lifted"])
    assert refusal_of(lifted.case, ask.LiftLimit(reason="x"), staff(4)).code == "not_limited"


def test_nobody_is_warned_after_the_limit() -> None:
    body = ask.LimitContact(medium="letter", contact="信访岗", warned_at=NOW + timedelta(seconds=1), reason="x")
    assert [(e.pointer, e.code) for e in refusal_of(case_in(State.ACCEPTED), body, OWNER).errors] == [
        ("/warned_at", "future")
    ]


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [
        (datetime(2026, 8, 31, 2, tzinfo=UTC), 6, datetime(2027, 2, 28, 2, tzinfo=UTC)),
        (datetime(2026, 8, 30, 17, tzinfo=UTC), 6, datetime(2027, 2, 27, 17, tzinfo=UTC)),
        (datetime(2026, 12, 15, 2, tzinfo=UTC), 1, datetime(2027, 1, 15, 2, tzinfo=UTC)),
        (datetime(2026, 11, 15, 2, tzinfo=UTC), 13, datetime(2027, 12, 15, 2, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_local_calendar(at: datetime, months: int, then: datetime) -> None:
    assert months_later(at, months, RULES.time) == then
