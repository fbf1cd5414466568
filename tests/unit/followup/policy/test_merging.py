"""Two cases become one, and part again."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.followup.policy import REQUESTS, Case, Change, Refusal, act, allowed_actions, fire, next_due
from services.followup.policy import requests as ask
from services.followup.policy.merging import repeats
from shared.contracts.case_joining import CaseAbsorbed, CaseMerged, CaseReleased
from shared.contracts.vocabulary import Clock, ClockState, Kind, Level, Reason, Severity, State
from tests.unit.followup.policy.builders import CALL, NOW, RULES, WAIT, case_in, done, facts, opened, staff

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
OLDER = UUID("0199a3c2-7b1e-7c4d-9f10-2a6b8c1d3e01")


def older(state: State = State.IN_PROGRESS, **fields: object) -> Case:
    """The case into which others go: taken an hour before."""
    case = opened(received_at=NOW - HOUR, case_id=OLDER, number="PS-20261123-000000")
    owned = done(done(case, ask.Accept(), staff(1)).case, CALL, staff(1)).case
    return owned.model_copy(update={"state": state, **fields})


def merged(case: Case, target: Case, at: datetime = LATER) -> tuple[Case, Case]:
    """Both cases after the merge."""
    change = act(case, ask.Merge(into=target.number), staff(5), RULES, at, other=target)
    assert isinstance(change, Change), change
    return change.case, change.also[0].case


def parted(case: Case, target: Case, at: datetime) -> tuple[Case, Case]:
    """Both cases after the unmerge."""
    change = act(case, ask.Unmerge(), staff(5), RULES, at, other=target)
    assert isinstance(change, Change), change
    return change.case, change.also[0].case


def due(case: Case, clock: Clock = Clock.RESOLVE) -> datetime:
    run = case.clock(clock)
    assert run is not None
    return run.due_at


def test_the_merged_case_is_closed_its_clocks_are_cancelled_and_both_say_so() -> None:
    case, target = case_in(State.ACCEPTED), older()
    change = act(case, ask.Merge(into=target.number), staff(5), RULES, LATER, other=target)
    assert isinstance(change, Change)
    assert (facts(change), facts(change.also[0])) == (["merged"], ["absorbed"])
    gone, stays = change.case, change.also[0].case
    assert (gone.state, gone.merged_into, gone.offer) == (State.CLOSED, target.number, None)
    assert {run.state for run in gone.clocks} <= {ClockState.CANCELLED, ClockState.MET}
    assert next_due(gone, RULES) is None
    assert [one.number for one in stays.absorbed] == [case.number]
    assert [told.code for told in change.told] == ["merged"]
    [fact] = change.events
    assert isinstance(fact, CaseMerged)
    assert fact.into_case_id == OLDER


def test_the_target_takes_the_earlier_start() -> None:
    young, old = opened(), older()
    kept, _ = merged(young, old)[::-1]
    assert due(kept) == due(old)
    early = opened(received_at=NOW - timedelta(days=1), case_id=OLDER, number="PS-1")
    _, target = merged(early, case_in(State.IN_PROGRESS))
    assert due(target) == due(early)
    run = target.clock(Clock.RESOLVE)
    assert run is not None
    assert run.started_at == early.received_at
    first = target.clock(Clock.FIRST_RESPONSE)
    assert first is not None
    assert first.started_at == NOW  # it was met already, and stays as it was


def test_a_merged_case_takes_no_action_but_unmerge() -> None:
    gone, target = merged(case_in(State.ACCEPTED), older())
    listed = {one.action: one for one in allowed_actions(gone, staff(5), RULES, LATER)}
    assert [name for name, one in listed.items() if one.allowed] == ["unmerge"]
    assert {one.why for name, one in listed.items() if name != "unmerge"} == {"merged"}
    assert set(listed) == set(REQUESTS)
    refusal = act(gone, ask.Note(text="x"), staff(5), RULES, LATER, other=target)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "merged"


@pytest.mark.parametrize("state", [State.RECEIVED, State.ACCEPTED, State.IN_PROGRESS, State.WAITING])
def test_unmerged_it_has_its_state_and_clocks_as_if_they_had_never_stopped(state: State) -> None:
    case, target = case_in(state), older()
    back, released = parted(*merged(case, target), LATER + HOUR)
    assert (back.state, back.offer, back.pause) == (case.state, case.offer, case.pause)
    assert back.clocks == case.clocks
    assert (back.merged_into, back.before_merge) == (None, None)
    assert released.absorbed == ()
    assert released.clocks == target.clocks


def test_the_target_has_its_start_again_as_without_it() -> None:
    early = opened(received_at=NOW - timedelta(days=1), case_id=OLDER, number="PS-1")
    case = case_in(State.IN_PROGRESS)
    gone, target = merged(early, case)
    assert due(target) != due(case)
    change = act(gone, ask.Unmerge(), staff(5), RULES, LATER + HOUR, other=target)
    assert isinstance(change, Change)
    [fact] = change.also[0].events
    assert isinstance(fact, CaseReleased)
    assert fact.started_at == NOW
    assert due(change.also[0].case) == due(case)


def test_two_merged_into_one_each_count() -> None:
    first = opened(received_at=NOW - HOUR, case_id=OLDER, number="PS-1")
    second = opened(received_at=NOW - 2 * HOUR, case_id=UUID(int=7), number="PS-2")
    case = case_in(State.IN_PROGRESS)
    gone, target = merged(first, case)
    gone_too, target = merged(second, target)
    assert target.counts_from == NOW - 2 * HOUR
    _, target = parted(gone_too, target, LATER)
    assert target.counts_from == NOW - HOUR
    _, target = parted(gone, target, LATER)
    assert target.clocks == case.clocks


def test_what_fell_due_while_it_was_merged_fires_when_it_parts() -> None:
    case = opened(severity=Severity.S2, level=Level.L3)
    gone, target = merged(case, older(), NOW + timedelta(minutes=1))
    back, _ = parted(gone, target, NOW + HOUR)
    change = fire(back, RULES, NOW + HOUR)
    assert change is not None
    assert "breached" in facts(change)


def test_a_reopened_resolve_clock_keeps_its_own_start() -> None:
    settled = done(case_in(State.RESOLVED), ask.Reopen(reason="x"), staff(5), LATER).case
    early = opened(received_at=NOW - timedelta(days=3), case_id=OLDER, number="PS-1")
    _, target = merged(early, settled, LATER + HOUR)
    assert due(target) == due(settled)


def test_a_request_that_awaits_approval_is_dropped_and_the_state_before_comes_back() -> None:
    asked = done(case_in(State.IN_PROGRESS), ask.ProposeResolution(type="refund", amount_cny=900, note="x"), staff(1))
    assert asked.case.state is State.AWAITING_APPROVAL
    gone, target = merged(asked.case, older())
    assert gone.approval is None
    back, _ = parted(gone, target, LATER)
    assert (back.state, back.approval) == (State.IN_PROGRESS, None)


def test_a_paused_case_is_paused_again() -> None:
    case = done(case_in(State.IN_PROGRESS), WAIT, staff(5)).case
    back, _ = parted(*merged(case, older()), LATER)
    run = back.clock(Clock.RESOLVE)
    assert run is not None
    assert run.is_paused


def test_what_is_told_of_the_target_is_told_under_both_numbers() -> None:
    _, target = merged(case_in(State.ACCEPTED), older())
    told = done(target, ask.Reply(text="修好了"), staff(5), LATER).told
    assert [(one.number, one.code, one.text) for one in told] == [
        (target.number, "reply", "修好了"),
        (target.absorbed[0].number, "reply", "修好了"),
    ]


def test_where_it_cannot_go() -> None:
    case, target = case_in(State.ACCEPTED), older()

    def code(other: Case | None, action: ask.Action | None = None, of: Case = case) -> tuple[str, str]:
        refusal = act(of, action or ask.Merge(into="PS-9"), staff(5), RULES, LATER, other=other)
        assert isinstance(refusal, Refusal)
        return refusal.slug, refusal.errors[0].code if refusal.errors else refusal.code

    assert code(None) == ("invalid", "unknown_number")
    assert code(case) == ("invalid", "same_case")
    assert code(older(State.RESOLVED)) == ("transition-refused", "target_closed")
    gone, stays = merged(opened(case_id=UUID(int=3), number="PS-3"), target)
    assert code(gone) == ("transition-refused", "target_merged")
    onward, _ = merged(stays, case)
    assert code(onward, ask.Unmerge(), gone) == ("transition-refused", "target_merged")
    assert code(None, ask.Unmerge(), gone) == ("transition-refused", "target_out_of_sight")
    assert code(target, ask.Unmerge()) == ("transition-refused", "state")


def test_the_machine_merges_a_repetition_while_both_are_open() -> None:
    again = opened(kind=Kind.ABNORMAL, reason=Reason.A1)
    change = repeats(again, older(), RULES, LATER)
    assert change is not None
    assert change.case.merged_into == older().number
    [fact] = change.also[0].events
    assert isinstance(fact, CaseAbsorbed)
    assert fact.by.system == "routing"
    assert repeats(again, older(State.RESOLVED), RULES, LATER) is None
    assert repeats(opened(), older(), RULES, LATER) is None
    assert repeats(change.case, older(), RULES, LATER) is None
