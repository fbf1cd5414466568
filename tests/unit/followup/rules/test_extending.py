"""More time for a clock, in random histories, against the slow second opinion."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun
from services.followup.rules.working_time import WorkingTime
from shared.contracts.pack import Term
from shared.contracts.vocabulary import Clock
from tests.unit.followup.rules.reference import MINUTE, SlowClock, SlowTime
from tests.unit.followup.rules.test_against_reference import DEEP, TERMS, compare, worlds

STORIES = st.lists(st.tuples(st.integers(0, 900), st.sampled_from(["toggle", "toggle", "extend", "again"])), max_size=6)


@dataclass
class SlowExtended(SlowClock):
    """The slow clock with an instant that takes the place of its due from `at` on."""

    at: datetime | None = None
    until: datetime | None = None

    def due(self) -> datetime:
        """That instant, later by what ran in the pauses that ended since."""
        if self.at is None or self.until is None:
            return super().due()
        ended = [(since, end) for since, end in self.pauses if end and end > self.at]
        ran = sum(self.time.minutes(self.term.runs, since, end) for since, end in ended)
        return self.time.advance(self.term.runs, self.until, Fraction(ran))

    def length(self) -> int:
        """Minutes up to that instant without the pauses that ended before it was granted."""
        if self.at is None or self.until is None:
            return super().length()
        ended = [(since, end) for since, end in self.pauses if end and end <= self.at]
        ran = sum(self.time.minutes(self.term.runs, since, end) for since, end in ended)
        return self.time.minutes(self.term.runs, self.start, self.until) - ran


@DEEP
@given(worlds(), TERMS, STORIES, st.integers(1, 4000), st.integers(0, 1500))
def test_an_extension_anywhere_in_a_history(
    world: tuple[WorkingTime, SlowTime, datetime], term: Term, story: list[tuple[int, str]], longer: int, more: int
) -> None:
    """Due, what has run and is left, shares and windows; the same again on the same calendar changes nothing."""
    fast, slow, now = world
    assume(term.runs == "office_hours" or slow.minutes(term.runs, now, now + timedelta(days=2)) > 300)
    run = clocks.start(Clock.RESOLVE, term, now, fast)
    mirror = SlowExtended(slow, term, now)
    for gap, what in story:
        # Two things at one instant have an order that minutes cannot tell.
        now += (gap + 1) * MINUTE
        if what == "toggle" and run.is_paused:
            run = clocks.resume(run, now, fast)
            mirror.pauses[-1] = (mirror.pauses[-1][0], now)
        elif what == "toggle":
            run = clocks.pause(run, now, "waiting_for_passenger", fast)
            mirror.pauses.append((now, None))
        elif what == "extend" and run.extended is None:
            mirror.at, mirror.until = now, max(run.due_at, now) + longer * MINUTE
            run = clocks.extended(run, mirror.until, now, fast)
        elif what == "again":
            run = clocks.retime(run, term, fast)
        assert run.due_at == mirror.due()
    now += more * MINUTE
    compare(run, mirror, fast, now)
    assert clocks.retime(run, term, fast) == run
    assert ClockRun.model_validate_json(run.model_dump_json()) == run
