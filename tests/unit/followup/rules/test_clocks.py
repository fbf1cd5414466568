"""The moves of a clock by example: pauses, terms, ends, and what is stored."""

from datetime import datetime, timedelta

import pytest

from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun
from services.followup.rules.working_time import WorkingTime
from shared.contracts.case_events import ClockStatus
from shared.contracts.pack import Term
from shared.contracts.vocabulary import Clock, ClockState, Level, PauseReason
from tests.unit.followup.rules.given import LADDER, SHIPPED, TIME, at, hours, minutes, service, term, wd

WAITING = PauseReason.WAITING_FOR_PASSENGER
MONDAY = at("2026-11-23 10:00")


def resolve(term_: Term, started: datetime = MONDAY, paused: str | None = None) -> ClockRun:
    """A resolve clock."""
    return clocks.start(Clock.RESOLVE, term_, started, TIME, paused=paused)


def paused_from_to(run: ClockRun, since: str, until: str) -> ClockRun:
    """The clock after one pause."""
    return clocks.resume(clocks.pause(run, at(since), WAITING, TIME), at(until), TIME)


@pytest.mark.parametrize(
    ("term_", "since", "until", "due"),
    [
        # Office time for working days: 2 h before noon, the night and the lunch hour count nothing.
        (wd(1), "2026-11-23 10:00", "2026-11-23 12:00", "2026-11-25 10:30"),
        (wd(1), "2026-11-23 10:00", "2026-11-23 13:30", "2026-11-25 10:30"),
        (wd(1), "2026-11-23 12:00", "2026-11-23 13:30", "2026-11-24 17:30"),
        (wd(1), "2026-11-23 17:30", "2026-11-24 08:30", "2026-11-24 17:30"),
        # Where several instants fit, the earliest: noon, not half past one.
        (wd(1), "2026-11-24 08:30", "2026-11-24 12:00", "2026-11-25 12:00"),
        (wd(1), "2026-11-24 08:30", "2026-11-24 12:00:00.001", "2026-11-25 12:00"),
        (wd(1), "2026-11-24 08:30", "2026-11-24 13:30:00.001", "2026-11-25 13:30:00.001"),
        # A pause that begins before office hours, on a day off, and one longer than a day.
        (wd(1), "2026-11-24 03:00", "2026-11-24 09:00", "2026-11-25 09:00"),
        (wd(5), "2026-11-28 03:00", "2026-11-30 09:00", "2026-12-01 09:00"),
        (wd(5), "2026-11-24 16:30", "2026-11-26 09:30", "2026-12-02 10:30"),
        # Across the due instant as it was, across days off, and to the due instant itself.
        (wd(1), "2026-11-24 17:00", "2026-11-26 17:30", "2026-11-27 09:00"),
        (wd(1), "2026-11-24 17:00", "2026-11-24 17:30", "2026-11-25 09:00"),
        (wd(2), "2026-11-25 17:30", "2026-11-28 11:00", "2026-11-27 17:30"),
        # Service hours, every day; day and night.
        (service(2), "2026-11-23 11:00", "2026-11-23 11:00:00.007", "2026-11-23 12:00:00.007"),
        (service(20), "2026-11-23 23:00", "2026-11-24 06:30", "2026-11-24 13:30"),
        (term(24, "hours", "always"), "2026-11-23 23:00", "2026-11-24 06:30", "2026-11-24 17:30"),
    ],
)
def test_a_pause_moves_due_by_exactly_the_running_time_in_it(term_: Term, since: str, until: str, due: str) -> None:
    run = paused_from_to(resolve(term_), since, until)
    assert run.due_at == at(due)
    assert run.unpaused_due_at == TIME.due(term_, MONDAY)
    assert run.state is ClockState.RUNNING


def test_while_paused_due_stays_as_the_pause_found_it() -> None:
    run = clocks.pause(resolve(wd(1)), at("2026-11-24 10:00"), WAITING, TIME)
    assert (run.due_at, run.state, run.is_paused, run.running) == (
        at("2026-11-24 17:30"),
        ClockState.PAUSED,
        True,
        False,
    )
    assert clocks.elapsed(run, at("2026-12-24 10:00"), TIME) == hours(7.5)
    assert clocks.remaining(run, at("2026-12-24 10:00"), TIME) == hours(6)


def test_pauses_add_up_however_they_are_cut() -> None:
    whole = paused_from_to(resolve(wd(3)), "2026-11-24 09:00", "2026-11-25 15:00")
    cut = paused_from_to(resolve(wd(3)), "2026-11-24 09:00", "2026-11-24 12:00")
    cut = paused_from_to(cut, "2026-11-24 12:00", "2026-11-25 15:00")
    assert cut.due_at == whole.due_at == at("2026-11-30 14:30")


def test_in_court_from_its_start() -> None:
    run = resolve(wd(1), paused=PauseReason.IN_COURT)
    assert (run.state, run.due_at) == (ClockState.PAUSED, at("2026-11-24 17:30"))
    assert clocks.next_threshold(run, TIME, LADDER) is None
    run = clocks.resume(run, at("2027-01-04 10:00"), TIME)
    assert clocks.remaining(run, at("2027-01-04 10:00"), TIME) == hours(2 + 4 + 7.5)
    assert run.due_at == at("2027-01-05 17:30")


def test_a_move_that_does_not_fit_is_refused() -> None:
    run = resolve(wd(1))
    standing = clocks.pause(run, MONDAY, WAITING, TIME)
    met = clocks.meet(standing, MONDAY)
    for no_pause in (standing, met):
        with pytest.raises(ValueError, match="resolve does not run"):
            clocks.pause(no_pause, MONDAY, WAITING, TIME)
    for no_resume in (run, met):
        with pytest.raises(ValueError, match="resolve is not paused"):
            clocks.resume(no_resume, MONDAY, TIME)


def test_what_comes_out_of_order_counts_from_the_last_segment() -> None:
    run = clocks.pause(resolve(wd(1)), at("2026-11-24 10:00"), WAITING, TIME)
    early = clocks.resume(run, at("2026-11-24 09:00"), TIME)
    assert early.segments[-1].at == at("2026-11-24 10:00")
    assert early.due_at == at("2026-11-24 17:30")


@pytest.mark.parametrize(
    ("met", "state", "breached"),
    [
        ("2026-11-23 10:04:59.999", ClockState.MET, None),
        ("2026-11-23 10:05", ClockState.MET, None),
        ("2026-11-23 10:05:00.001", ClockState.BREACHED, "2026-11-23 10:05"),
    ],
)
def test_met_in_time_or_breached_as_of_its_due(met: str, state: ClockState, breached: str | None) -> None:
    run = clocks.meet(clocks.start(Clock.ACKNOWLEDGE, minutes(5), MONDAY, TIME), at(met))
    assert (run.state, run.stopped_at) == (state, at(met))
    assert run.breached_at == (at(breached) if breached else None)


def test_met_while_it_stands_still_is_in_time() -> None:
    run = clocks.pause(resolve(wd(1)), at("2026-11-24 10:00"), WAITING, TIME)
    assert clocks.meet(run, at("2026-12-24 10:00")).state is ClockState.MET
    late = clocks.pause(resolve(wd(1)), at("2026-11-24 18:00"), WAITING, TIME)
    assert clocks.meet(late, at("2026-12-24 10:00")).breached_at == at("2026-11-24 17:30")


def test_a_breach_is_for_good() -> None:
    run = resolve(minutes(5))
    breach = clocks.Threshold(run.due_at, "breach")
    run = clocks.fired(run, breach)
    assert (run.state, run.running) == (ClockState.BREACHED, True)
    paused = clocks.pause(run, at("2026-11-23 10:06"), WAITING, TIME)
    assert paused.state is ClockState.BREACHED
    resumed = clocks.resume(paused, at("2026-11-23 11:06"), TIME)
    assert (resumed.due_at, resumed.breached_at) == (at("2026-11-23 11:05"), at("2026-11-23 10:05"))
    assert clocks.retime(run, wd(5), TIME).state is ClockState.BREACHED
    met = clocks.meet(resumed, at("2026-11-23 11:10"))
    assert (met.state, met.stopped_at, met.running) == (ClockState.BREACHED, at("2026-11-23 11:10"), False)
    assert met.breached_at == at("2026-11-23 10:05")


def test_what_has_stopped_stays_as_it_is() -> None:
    met = clocks.meet(resolve(wd(1)), at("2026-11-24 10:00"))
    for again in (
        clocks.meet(met, at("2026-11-25 10:00")),
        clocks.cancel(met, at("2026-11-25 10:00")),
        clocks.retime(met, wd(5), TIME),
    ):
        assert again == met
    cancelled = clocks.cancel(resolve(wd(1)), at("2026-11-26 10:00"))
    assert (cancelled.state, cancelled.is_cancelled, cancelled.breached_at) == (ClockState.CANCELLED, True, None)
    assert clocks.meet(cancelled, at("2026-11-27 10:00")) == cancelled
    assert clocks.elapsed(met, at("2026-12-24 10:00"), TIME) == hours(7.5)


def test_a_new_term_counts_from_the_start_with_the_pauses() -> None:
    run = paused_from_to(resolve(wd(5)), "2026-11-23 12:00", "2026-11-23 18:00")
    grave = clocks.retime(run, term(24, "hours", "always"), TIME)
    assert (grave.started_at, grave.unpaused_due_at) == (MONDAY, at("2026-11-24 10:00"))
    assert grave.due_at == at("2026-11-24 16:00")
    assert clocks.retime(grave, wd(5), TIME) == run
    assert clocks.retime(run, wd(3), TIME).due_at == at("2026-11-27 14:00")


def test_a_new_term_also_while_paused() -> None:
    once = paused_from_to(resolve(wd(5)), "2026-11-23 12:00", "2026-11-24 12:00")
    paused = clocks.pause(once, at("2026-11-24 14:00"), WAITING, TIME)
    grave = clocks.retime(paused, term(24, "hours", "always"), TIME)
    assert (grave.state, grave.due_at) == (ClockState.PAUSED, at("2026-11-25 10:00"))
    assert clocks.resume(grave, at("2026-11-24 20:00"), TIME).due_at == at("2026-11-25 16:00")


def test_its_own_term_brings_it_onto_a_new_calendar() -> None:
    run = clocks.start(Clock.RESOLVE, wd(3), at("2026-12-30 10:00"), TIME)
    notice = SHIPPED[2026].model_copy(update={"year": 2027, "holidays": frozenset({at("2027-01-01 08:00").date()})})
    published = WorkingTime.of([*SHIPPED.values(), notice.model_copy(update={"make_up_days": frozenset()})])
    assert clocks.provisional(run, TIME)
    moved = clocks.retime(run, run.term, published)
    assert (run.due_at, moved.due_at) == (at("2027-01-04 17:30"), at("2027-01-05 17:30"))
    assert not clocks.provisional(moved, published)


def test_only_what_needs_a_calendar_is_provisional() -> None:
    new_year = at("2026-12-31 23:00")
    assert clocks.provisional(clocks.start(Clock.ACKNOWLEDGE, service(2), new_year, TIME), TIME)
    assert not clocks.provisional(clocks.start(Clock.RESOLVE, term(24, "hours", "always"), new_year, TIME), TIME)


def test_elapsed_and_remaining_tell_how_late_it_is() -> None:
    run = paused_from_to(resolve(wd(1)), "2026-11-23 10:00", "2026-11-23 12:00")
    assert clocks.elapsed(run, at("2026-11-24 12:00"), TIME) == hours(4 + 3.5)
    assert clocks.remaining(run, at("2026-11-24 12:00"), TIME) == hours(4 + 2)
    assert clocks.remaining(run, run.due_at, TIME) == timedelta()
    assert clocks.remaining(run, at("2026-11-25 11:30"), TIME) == hours(-1)
    assert clocks.elapsed(run, MONDAY - hours(1), TIME) == timedelta()


def test_instants_are_cut_to_the_millisecond() -> None:
    run = resolve(minutes(5), MONDAY + timedelta(microseconds=1999))
    assert run.started_at == MONDAY + timedelta(milliseconds=1)
    assert run.due_at == MONDAY + timedelta(minutes=5, milliseconds=1)


def test_it_is_stored_and_read_back_whole() -> None:
    run = paused_from_to(resolve(wd(5)), "2026-11-23 12:00", "2026-11-24 12:00")
    run = clocks.fired(run, clocks.Threshold(run.due_at, "breach"))
    run = clocks.open_target(run, Level.L2, run.due_at, TIME, LADDER)
    run = clocks.meet(run, at("2026-12-24 10:00"))
    assert ClockRun.model_validate_json(run.model_dump_json()) == run


def test_status_is_what_events_tell() -> None:
    run = clocks.meet(resolve(minutes(5)), at("2026-11-23 10:06"))
    told = clocks.status(run)
    assert told == ClockStatus(
        clock=Clock.RESOLVE,
        generation=1,
        state=ClockState.BREACHED,
        started_at=MONDAY,
        due_at=at("2026-11-23 10:05"),
        stopped_at=at("2026-11-23 10:06"),
        breached_at=at("2026-11-23 10:05"),
    )
    assert ClockStatus.model_validate_json(told.model_dump_json()) == told
