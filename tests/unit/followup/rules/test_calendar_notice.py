"""A clock on new calendars: as if it had started there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.followup.rules import clocks
from services.followup.rules.calendar_notice import renewed
from services.followup.rules.clocks import ClockRun
from services.followup.rules.working_time import WorkingTime
from shared.contracts.pack import Term
from shared.contracts.vocabulary import Clock, Level
from tests.unit.followup.rules.given import LADDER, SHIPPED, TIME, at, hours, minutes, service, wd

NOTICE = SHIPPED[2026].model_copy(
    update={"version": 2, "holidays": SHIPPED[2026].holidays | {at("2026-11-26 12:00").date()}}
)
AFTER = WorkingTime.of([*SHIPPED.values(), NOTICE])
MONDAY = at("2026-11-23 10:00")


def test_a_new_holiday_moves_what_counts_working_days_and_nothing_else() -> None:
    for term in (service(2), minutes(30)):
        run = clocks.start(Clock.ACKNOWLEDGE, term, MONDAY, TIME)
        assert renewed(run, AFTER, LADDER) == run
    run = clocks.start(Clock.RESOLVE, wd(5), MONDAY, TIME)
    assert run.due_at == at("2026-11-30 17:30")
    assert renewed(run, AFTER, LADDER).due_at == at("2026-12-01 17:30")


def test_what_has_stopped_stays_as_it_is() -> None:
    run = clocks.start(Clock.RESOLVE, wd(5), MONDAY, TIME)
    for ended in (clocks.meet(run, MONDAY + hours(1)), clocks.cancel(run, MONDAY + hours(1))):
        assert renewed(ended, AFTER, LADDER) == ended


def test_an_open_target_moves_with_its_pauses_and_a_missed_one_stays() -> None:
    opened_at = at("2026-11-25 09:00")

    def history(time: WorkingTime) -> ClockRun:
        run = clocks.start(Clock.RESOLVE, wd(1), MONDAY, time)
        run = clocks.open_target(run, Level.L2, opened_at, time, LADDER)
        run = clocks.pause(run, at("2026-11-25 10:00"), "in_court", time)
        return clocks.resume(run, at("2026-11-25 11:00"), time)

    old, new = history(TIME), history(AFTER)
    assert old.targets[0].due_at == at("2026-11-26 09:15")
    assert renewed(old, AFTER, LADDER).targets == new.targets
    assert new.targets[0].due_at == at("2026-11-27 09:15")
    missed = old.targets[0].model_copy(update={"missed_at": old.targets[0].due_at})
    run = old.model_copy(update={"targets": (missed,)})
    assert renewed(run, AFTER, LADDER).targets == (missed,)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([wd(1), wd(3), wd(5), service(30), minutes(4000)]),
    st.lists(st.integers(0, 60 * 24 * 4), max_size=6),
    st.sets(st.integers(0, 20), max_size=6),
)
def test_it_is_as_if_it_had_started_on_the_new_calendars(term: Term, steps: list[int], off: set[int]) -> None:
    days = {(MONDAY + timedelta(days=shift)).date() for shift in off}
    holidays = frozenset(day for day in SHIPPED[2026].holidays | days if day.weekday() < 5)
    calendar = SHIPPED[2026].model_copy(update={"version": 2, "holidays": holidays})
    after = WorkingTime.of([*SHIPPED.values(), calendar])
    old, new = (_history(term, steps, time) for time in (TIME, after))
    assert renewed(old, after, LADDER) == new


def _history(term: Term, steps: Sequence[int], time: WorkingTime) -> ClockRun:
    run, now = clocks.start(Clock.RESOLVE, term, MONDAY, time), MONDAY
    for place, step in enumerate(steps):
        now = _later(now, step)
        run = clocks.resume(run, now, time) if place % 2 else clocks.pause(run, now, "in_court", time)
    return run


def _later(now: datetime, step: int) -> datetime:
    return now + timedelta(minutes=step)
