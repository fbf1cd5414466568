"""What fires when: shares of the running time, the breach, and targets one level up."""

from datetime import datetime

import pytest

from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun, Threshold
from shared.contracts.pack import Term
from shared.contracts.vocabulary import Clock, Level, PauseReason
from tests.unit.followup.rules.given import LADDER, TIME, at, minutes, service, term, wd

WAITING = PauseReason.WAITING_FOR_PASSENGER


def thresholds(run: ClockRun) -> list[tuple[str, datetime]]:
    """Everything that fires up to the clock's own breach, in order."""
    found: list[tuple[str, datetime]] = []
    while run.breached_at is None:
        threshold = clocks.next_threshold(run, TIME, LADDER)
        assert threshold is not None
        found.append((threshold.what, threshold.at))
        run = clocks.fired(run, threshold)
    return found


def shares(remind: str, warn: str, breach: str) -> list[tuple[str, datetime]]:
    """All three."""
    return [("remind", at(remind)), ("warn", at(warn)), ("breach", at(breach))]


@pytest.mark.parametrize(
    ("term_", "started", "remind", "warn", "breach"),
    [
        # What is left of the start day's office hours runs: 6 + 7.5 h, half is 6.75 h, four fifths are 10.8 h.
        (wd(1), "2026-11-23 10:00", "2026-11-24 09:15", "2026-11-24 14:48", "2026-11-24 17:30"),
        # Two whole days: half falls on the close, not on the next opening.
        (wd(1), "2026-11-23 08:30", "2026-11-23 17:30", "2026-11-24 14:30", "2026-11-24 17:30"),
        # Started after the close and on a day off: the day itself, half past its 3.75 h, earliest.
        (wd(1), "2026-11-23 20:00", "2026-11-24 13:45", "2026-11-24 16:00", "2026-11-24 17:30"),
        (wd(1), "2026-11-21 11:00", "2026-11-23 13:45", "2026-11-23 16:00", "2026-11-23 17:30"),
        # Half an hour left and 7.5 h: half is noon, not half past one.
        (wd(1), "2026-11-23 17:00", "2026-11-24 12:00", "2026-11-24 15:54", "2026-11-24 17:30"),
        (service(2), "2026-11-23 22:30", "2026-11-23 23:30", "2026-11-24 06:36", "2026-11-24 07:00"),
        (service(2), "2026-11-23 02:00", "2026-11-23 07:00", "2026-11-23 07:36", "2026-11-23 08:00"),
        (minutes(5), "2026-11-23 23:57", "2026-11-23 23:59:30", "2026-11-24 00:01", "2026-11-24 00:02"),
        # The earliest millisecond at which a share has run.
        (
            minutes(5),
            "2026-11-23 10:00:00.001",
            "2026-11-23 10:02:30.001",
            "2026-11-23 10:04:00.001",
            "2026-11-23 10:05:00.001",
        ),
        (wd(1), "2026-11-23 10:00:00.001", "2026-11-24 09:15:00.001", "2026-11-24 14:48:00.001", "2026-11-24 17:30"),
    ],
)
def test_shares_of_the_running_time(term_: Term, started: str, remind: str, warn: str, breach: str) -> None:
    run = clocks.start(Clock.RESOLVE, term_, at(started), TIME)
    assert thresholds(run) == shares(remind, warn, breach)


def paused(run: ClockRun, since: str, until: str) -> ClockRun:
    """The clock after a pause."""
    return clocks.resume(clocks.pause(run, at(since), WAITING, TIME), at(until), TIME)


@pytest.mark.parametrize(
    ("since", "until", "remind", "warn", "breach"),
    [
        # Before both shares, between them, after them; across the instant at which one would have been.
        ("2026-11-23 10:00", "2026-11-23 11:00", "2026-11-24 10:15", "2026-11-24 15:48", "2026-11-25 09:30"),
        ("2026-11-24 10:00", "2026-11-24 11:00", "2026-11-24 09:15", "2026-11-24 15:48", "2026-11-25 09:30"),
        ("2026-11-24 15:00", "2026-11-24 16:00", "2026-11-24 09:15", "2026-11-24 14:48", "2026-11-25 09:30"),
        ("2026-11-24 08:30", "2026-11-24 10:00", "2026-11-24 10:45", "2026-11-24 16:18", "2026-11-25 10:00"),
        # Reached at the very instant at which the pause began: it was then, not after.
        ("2026-11-24 09:15", "2026-11-24 10:15", "2026-11-24 09:15", "2026-11-24 15:48", "2026-11-25 09:30"),
        # A pause in which nothing ran moves nothing.
        ("2026-11-23 19:00", "2026-11-24 06:00", "2026-11-24 09:15", "2026-11-24 14:48", "2026-11-24 17:30"),
    ],
)
def test_pauses_are_left_out(since: str, until: str, remind: str, warn: str, breach: str) -> None:
    run = paused(clocks.start(Clock.RESOLVE, wd(1), at("2026-11-23 10:00"), TIME), since, until)
    assert thresholds(run) == shares(remind, warn, breach)


def test_several_pauses() -> None:
    run = clocks.start(Clock.RESOLVE, wd(1), at("2026-11-23 10:00"), TIME)
    run = paused(run, "2026-11-23 11:00", "2026-11-23 12:00")
    run = paused(run, "2026-11-24 08:30", "2026-11-24 09:00")
    run = paused(run, "2026-11-24 15:00", "2026-11-24 15:15")
    assert thresholds(run) == shares("2026-11-24 10:45", "2026-11-24 16:33", "2026-11-25 10:15")


def test_nothing_fires_while_it_stands_still_or_after_it_stopped() -> None:
    run = clocks.start(Clock.RESOLVE, minutes(30), at("2026-11-23 10:00"), TIME)
    still = clocks.pause(run, at("2026-11-23 10:10"), WAITING, TIME)
    assert clocks.next_threshold(still, TIME, LADDER) is None
    assert clocks.next_threshold(clocks.meet(run, at("2026-11-23 10:10")), TIME, LADDER) is None
    assert clocks.next_threshold(clocks.cancel(run, at("2026-11-23 10:10")), TIME, LADDER) is None


def test_arrival_has_its_own_reminder_and_no_warning() -> None:
    run = clocks.start(Clock.ARRIVAL, minutes(5), at("2026-11-23 23:58"), TIME, remind_after_minutes=3)
    assert thresholds(run) == [("remind", at("2026-11-24 00:01")), ("breach", at("2026-11-24 00:03"))]


def test_a_reminder_later_than_the_due_does_not_hold_the_breach_back() -> None:
    run = clocks.start(Clock.ARRIVAL, minutes(5), at("2026-11-23 10:00"), TIME, remind_after_minutes=9)
    assert thresholds(run) == [("remind", at("2026-11-23 10:05")), ("breach", at("2026-11-23 10:05"))]


def test_nothing_fires_twice_under_a_new_term() -> None:
    run = clocks.start(Clock.RESOLVE, term(24, "hours", "always"), at("2026-11-23 10:00"), TIME)
    reminder = clocks.next_threshold(run, TIME, LADDER)
    assert reminder == Threshold(at("2026-11-23 22:00"), "remind")
    run = clocks.retime(clocks.fired(run, reminder), wd(5), TIME)
    assert [what for what, _ in thresholds(run)] == ["warn", "breach"]


def breached(term_: Term, started: str) -> ClockRun:
    """A clock whose breach is on record."""
    run = clocks.start(Clock.RESOLVE, term_, at(started), TIME)
    return clocks.fired(run, Threshold(run.due_at, "breach"))


@pytest.mark.parametrize(
    ("term_", "opened", "due"),
    [
        (minutes(5), "2026-11-23 10:05", "2026-11-23 10:35"),
        (term(2, "hours", "always"), "2026-11-23 12:00", "2026-11-23 13:00"),
        (term(2, "hours", "service_hours"), "2026-11-23 23:00", "2026-11-24 06:30"),
        (term(7, "days", "always"), "2026-11-30 10:00", "2026-12-03 22:00"),
        # 6 + 7.5 h of office time: 6.75 h from the close on.
        (wd(1), "2026-11-24 17:30", "2026-11-25 16:45"),
        # Opened late, in the middle of an office day.
        (wd(1), "2026-11-25 15:00", "2026-11-26 14:15"),
    ],
)
def test_a_target_is_half_the_clock_in_the_same_running_time(term_: Term, opened: str, due: str) -> None:
    run = clocks.open_target(breached(term_, "2026-11-23 10:00"), Level.L2, at(opened), TIME, LADDER)
    (target,) = run.targets
    assert (target.level, target.started_at, target.due_at) == (Level.L2, at(opened), at(due))
    assert clocks.next_threshold(run, TIME, LADDER) == Threshold(at(due), "breach", Level.L2)


def test_pauses_do_not_lengthen_a_target() -> None:
    run = paused(
        clocks.start(Clock.RESOLVE, wd(1), at("2026-11-23 10:00"), TIME), "2026-11-23 10:00", "2026-11-24 10:00"
    )
    run = clocks.fired(run, Threshold(run.due_at, "breach"))
    assert run.due_at == at("2026-11-25 17:30")
    (target,) = clocks.open_target(run, Level.L2, run.due_at, TIME, LADDER).targets
    assert target.due_at == at("2026-11-26 16:45")


def test_a_missed_target_and_the_next() -> None:
    run = clocks.open_target(breached(minutes(60), "2026-11-23 10:00"), Level.L2, at("2026-11-23 11:00"), TIME, LADDER)
    missed = clocks.next_threshold(run, TIME, LADDER)
    assert missed == Threshold(at("2026-11-23 11:30"), "breach", Level.L2)
    run = clocks.fired(run, missed)
    assert [target.missed_at for target in run.targets] == [at("2026-11-23 11:30")]
    assert clocks.next_threshold(run, TIME, LADDER) is None
    run = clocks.open_target(run, Level.L3, at("2026-11-23 11:40"), TIME, LADDER)
    assert clocks.next_threshold(run, TIME, LADDER) == Threshold(at("2026-11-23 12:10"), "breach", Level.L3)
    assert run.breached_at == run.due_at == at("2026-11-23 11:00")


def test_the_earliest_of_several_open_targets_is_next() -> None:
    run = breached(minutes(60), "2026-11-23 10:00")
    run = clocks.open_target(run, Level.L3, at("2026-11-23 11:10"), TIME, LADDER)
    run = clocks.open_target(run, Level.L2, at("2026-11-23 11:00"), TIME, LADDER)
    assert clocks.next_threshold(run, TIME, LADDER) == Threshold(at("2026-11-23 11:30"), "breach", Level.L2)


def test_a_pause_moves_an_open_target_but_not_one_that_was_missed() -> None:
    run = clocks.open_target(breached(service(2), "2026-11-23 10:00"), Level.L2, at("2026-11-23 12:00"), TIME, LADDER)
    run = clocks.fired(run, Threshold(at("2026-11-23 13:00"), "breach", Level.L2))
    run = clocks.open_target(run, Level.L3, at("2026-11-23 13:00"), TIME, LADDER)
    run = paused(run, "2026-11-23 13:30", "2026-11-24 06:10")
    assert [target.due_at for target in run.targets] == [at("2026-11-23 13:00"), at("2026-11-24 06:40")]


def test_a_second_target_at_a_level_leaves_the_record_of_the_first() -> None:
    run = clocks.open_target(breached(minutes(60), "2026-11-23 10:00"), Level.L5, at("2026-11-23 11:00"), TIME, LADDER)
    run = clocks.fired(run, Threshold(at("2026-11-23 11:30"), "breach", Level.L5))
    run = clocks.open_target(run, Level.L5, at("2026-11-23 11:40"), TIME, LADDER)
    run = clocks.fired(run, Threshold(at("2026-11-23 12:10"), "breach", Level.L5))
    assert [target.missed_at for target in run.targets] == [at("2026-11-23 11:30"), at("2026-11-23 12:10")]
