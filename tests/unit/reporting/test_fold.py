"""Facts become rows: in order, once, whatever the order of arrival."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reporting.policy.case import Case
from services.reporting.policy.fold import Fact, Fold, NotOpened
from services.reporting.policy.marks import Mark
from shared.contracts.case_events import CaseEvent, Person
from shared.contracts.vocabulary import CallBackResult, Clock, Level, Outcome, Reason
from tests.unit.reporting.story import NOON, Story


def fact(event: CaseEvent) -> Fact:
    return Fact(event, "0" * 31 + "1", event.model_dump_json().encode())


def fold(events: list[CaseEvent], into: Fold | None = None) -> Fold:
    into = into or Fold({}, {})
    for event in events:
        into.take(fact(event))
    into.finish()
    return into


def row(story: Story) -> Case:
    return fold(story.events).cases[story.case_id]


def marks(story: Story) -> Mark:
    return Mark(row(story).marks)


def long_story() -> Story:
    return (
        Story("PS-1", arrival=True)
        .accepted(1)
        .breached(1, Clock.ARRIVAL)
        .escalated(1)
        .contacted(2)
        .offered(3, 1)
        .stranger(4, "noted_by_wire")
        .resolved(5, Outcome.UPHELD)
        .called_back(6, CallBackResult.NOT_SOLVED, 1)
        .reopened(6)
        .resolved(7, Outcome.PARTLY_UPHELD)
        .called_back(8)
        .closed(9)
    )


def test_the_row_after_a_long_story() -> None:
    story = long_story()
    case = row(story)
    assert (case.version, case.state, case.level) == (13, "closed", "L2")
    assert (case.outcome, case.reopened, case.transfers, case.escalations) == ("partly_upheld", 1, 1, 1)
    assert (case.valid_call_backs, case.solved_call_backs, case.satisfied_call_backs) == (2, 1, 1)
    assert case.owner_user == "clerk"
    assert case.resolved_at == story.events[10].at
    assert case.trace_id == "0" * 31 + "1"


@given(st.randoms(use_true_random=False), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_any_order_and_any_repetition_gives_the_same_row(chance: random.Random, repeats: int) -> None:
    story = long_story()
    shuffled = story.events + chance.choices(story.events, k=repeats)
    chance.shuffle(shuffled)
    mixed = Fold({}, {})
    for event in shuffled:
        mixed.take(fact(event))
    mixed.finish()
    plain = fold(story.events)
    assert mixed.cases == plain.cases
    assert mixed.clocks == plain.clocks
    assert [t.version for t in mixed.told] == [t.version for t in plain.told]
    assert not mixed.waiting


def test_a_fact_that_overtook_waits_until_its_version_fits() -> None:
    story = Story("PS-2").accepted(1).contacted(2)
    first = fold([story.events[0], story.events[2]])
    assert first.cases[story.case_id].version == 1
    assert list(first.waiting) == [(story.case_id, 3)]
    second = fold([story.events[1]], Fold(first.cases, first.waiting))
    assert second.cases[story.case_id].version == 3
    assert not second.waiting


def test_a_fact_of_a_later_version_advances_the_version() -> None:
    assert row(Story("PS-3").stranger(1, "anything").accepted(2)).version == 3


def test_a_case_cannot_begin_without_its_opening() -> None:
    story = Story("PS-4").accepted(1)
    late = story.events[1].model_copy(update={"version": 1})
    with pytest.raises(NotOpened):
        fold([late])


def test_a_clock_met_in_time_is_decided_and_on_time() -> None:
    found = marks(Story("PS-5").accepted(1))
    assert Mark.ACKNOWLEDGE_DECIDED in found
    assert Mark.ACKNOWLEDGE_ON_TIME in found


def test_a_missed_clock_is_decided_and_late_also_once_it_is_met() -> None:
    missed = Story("PS-6").breached(2, Clock.ACKNOWLEDGE)
    assert Mark.ACKNOWLEDGE_DECIDED in marks(missed)
    assert Mark.ACKNOWLEDGE_ON_TIME not in marks(missed.accepted(3))


def test_a_breach_without_its_clock_is_known_by_the_fact_itself() -> None:
    story = Story("PS-7").breached(2, Clock.ACKNOWLEDGE)
    story.events[1] = story.events[1].model_copy(update={"clocks": ()})
    assert Mark.ACKNOWLEDGE_DECIDED in marks(story)


def test_a_missed_target_is_no_breach_of_the_clock() -> None:
    story = Story("PS-8").accepted(1).breached(4, Clock.RESOLVE, Level.L2)
    assert Mark.RESOLVE_DECIDED not in marks(story)
    assert not fold(story.events).breaches


def test_cancelled_and_running_clocks_are_not_decided() -> None:
    found = marks(Story("PS-9").accepted(1).closed(2))
    assert Mark.RESOLVE_DECIDED not in found
    assert Mark.FIRST_RESPONSE_DECIDED not in found


def test_a_clock_that_was_missed_and_then_cancelled_is_left_out_of_the_rate() -> None:
    found = marks(Story("PS-9").breached(2, Clock.ACKNOWLEDGE).closed(3))
    assert Mark.ACKNOWLEDGE_DECIDED not in found
    assert Mark.BREACHED in found


def test_a_second_generation_does_not_touch_the_rate() -> None:
    story = Story("PS-10").accepted(1).resolved(2).reopened(3).breached(80, Clock.RESOLVE)
    assert Mark.RESOLVE_ON_TIME in marks(story)
    assert [b.generation for b in fold(story.events).breaches] == [2]


def test_reopening_takes_the_outcome_back() -> None:
    before = Story("PS-11").accepted(1).resolved(2, Outcome.UPHELD)
    assert {Mark.SETTLED, Mark.LIABLE, Mark.RESOLVED} <= set(marks(before))
    after = marks(before.reopened(3))
    assert not {Mark.SETTLED, Mark.LIABLE, Mark.RESOLVED} & set(after)
    assert {Mark.OPEN, Mark.REOPENED, Mark.REWORKED} <= set(after)


def test_answered_in_time_needs_acceptance_and_the_clock() -> None:
    assert Mark.ANSWERED_IN_TIME in marks(Story("PS-12").accepted(1).contacted(2))
    assert Mark.ANSWERED_IN_TIME not in marks(Story("PS-13").contacted(2))
    assert Mark.ANSWERED_IN_TIME not in marks(
        Story("PS-14").accepted(1).breached(24, Clock.FIRST_RESPONSE).contacted(25)
    )
    assert Mark.ANSWERED_IN_TIME not in marks(Story("PS-15").accepted(1).contacted(2, reached=False))


def test_conduct_proposals_count_and_others_do_not() -> None:
    assert Mark.ABNORMAL_PROPOSED in marks(Story("PS-16", kind="abnormal", reason="A3", proposed=True))
    assert Mark.ABNORMAL_PROPOSED not in marks(Story("PS-17", kind="abnormal", reason="A1", proposed=True))
    proposed_later = Story("PS-18").reclassified(1, kind="abnormal", reason="A10", proposed=True)
    assert Mark.ABNORMAL_PROPOSED in marks(proposed_later)


def test_closing_an_unconfirmed_proposal_counts_as_overturned() -> None:
    proposal: dict[str, Any] = {"kind": "abnormal", "reason": "A3", "proposed": True}
    assert Mark.ABNORMAL_OVERTURNED in marks(Story("PS-19", **proposal).accepted(1).resolved(2).closed(3))
    confirmed = marks(Story("PS-20", **proposal).confirmed(1).resolved(2).closed(3))
    assert Mark.ABNORMAL_CONFIRMED in confirmed
    assert Mark.ABNORMAL_OVERTURNED not in confirmed


def test_an_unreachable_call_back_is_not_valid() -> None:
    assert row(Story("PS-21").resolved(1).called_back(2, CallBackResult.UNREACHABLE, None)).valid_call_backs == 0


def test_the_stream_tells_codes_and_no_words() -> None:
    told = fold(long_story().events).told
    assert told[3].fact == "escalated"
    assert '"from_level":"L1"' in told[3].data
    assert '"cause":"breach"' in told[3].data
    assert {t.number for t in told} == {"PS-1"}


def test_the_stream_tells_instants_to_the_millisecond() -> None:
    told = fold(Story("PS-22").paused(1, resumes_at=NOON).breached(2, Clock.ACKNOWLEDGE).events).told
    assert json.loads(told[1].data)["resumes_at"] == "2026-11-20T04:00:00.000Z"
    assert json.loads(told[2].data)["due_at"] == "2026-11-20T06:00:00.000Z"


def test_a_correction_says_whom_the_case_is_about_and_who_has_it() -> None:
    story = Story("PS-23").accepted(1).reclassified(2, about_staff=True, about_user="zhao")
    assert (row(story).about_user, row(story).owner_user, row(story).owner_level) == ("zhao", None, None)
    passed = Story("PS-24").accepted(1).reclassified(2, about_staff=True, owner=Person(user="qian", level=Level.L3))
    assert (row(passed).about_user, row(passed).owner_user, row(passed).owner_level) == (None, "qian", "L3")
    assert row(story.reclassified(3)).about_user is None


def test_a_correction_of_before_that_was_told_takes_the_case_from_nobody_unless_it_is_about_a_person() -> None:
    assert row(Story("PS-25").accepted(1).reclassified(2, category="TRAIN")).owner_user == "clerk"
    assert row(Story("PS-26").accepted(1).reclassified(2, category="STAFF")).owner_user is None


def test_a_case_that_names_whom_it_is_about_is_about_a_person() -> None:
    assert row(Story("PS-27").reclassified(1, about_staff=False, about_user="zhao")).is_about_a_person


def test_an_overturned_proposal_is_an_ordinary_complaint_at_its_own_level() -> None:
    story = Story("PS-40", kind="abnormal", reason="A5", proposed=True, level="L4").overturned(1, Level.L1, Reason.N1)
    case = row(story)
    assert (case.kind, case.reason, case.level, case.proposed) == ("normal", "N1", "L1", False)
    assert case.proposals == "A5:overturned"
    assert Mark.ABNORMAL_OVERTURNED in Mark(case.marks)
    assert json.loads(fold(story.events).told[-1].data)["from_reason"] == "A5"
