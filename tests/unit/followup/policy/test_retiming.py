"""What a calendar notice does to a case."""

from datetime import UTC, date, datetime, timedelta

from services.followup.policy import Rulebook, fire
from services.followup.policy.retiming import on_calendar
from services.followup.rules.working_time import WorkingTime
from shared.contracts.case_events import CaseRetimed
from shared.contracts.vocabulary import Clock, State
from tests.unit.followup.policy.builders import NOW, PACK, RULES, calendar, case_in, opened

LATER = NOW + timedelta(hours=1)
NOTICE = calendar(2026).model_copy(update={"version": 2, "holidays": frozenset({date(2026, 11, 25)})})
AFTER = Rulebook(PACK, WorkingTime.of([NOTICE, calendar(2027)]), places=RULES.places)


def test_deadlines_move_the_fact_says_on_what_and_the_passenger_is_told() -> None:
    case = opened()
    change = on_calendar(case, AFTER, LATER)
    assert change is not None
    [fact] = change.events
    assert isinstance(fact, CaseRetimed)
    assert (fact.calendars, fact.by.system, fact.version) == ("2026@2,2027@1", "clock", case.version + 1)
    assert {run.clock for run in fact.clocks} == {Clock.FIRST_RESPONSE, Clock.RESOLVE}
    resolve = change.case.clock(Clock.RESOLVE)
    assert resolve is not None
    assert resolve.due_at == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert [(told.code, told.due_at) for told in change.told] == [("deadline_changed", resolve.due_at)]
    assert change.case.state is State.RECEIVED


def test_where_nothing_moves_nothing_happens() -> None:
    assert on_calendar(opened(), RULES, LATER) is None
    assert on_calendar(case_in(State.CLOSED), AFTER, LATER) is None
    moved = on_calendar(opened(), AFTER, LATER)
    assert moved is not None
    assert on_calendar(moved.case, AFTER, LATER) is None


def test_the_end_of_a_pause_that_waits_for_the_passenger_moves_too() -> None:
    case = case_in(State.WAITING)
    assert case.pause is not None
    change = on_calendar(case, AFTER, LATER)
    assert change is not None
    assert change.case.pause is not None
    assert case.pause.resumes_at == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
    assert change.case.pause.resumes_at == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert [told.code for told in change.told] == ["paused"]
    assert fire(change.case, AFTER, datetime(2026, 11, 30, 9, 30, tzinfo=UTC)) is None
