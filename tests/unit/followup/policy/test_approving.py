"""Requests above one's power: sums, ceilings, the state in which they wait, their clock, and what becomes of them."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from services.followup.policy import Case, Change, Staff, allowed_actions, fire, next_due, passenger
from services.followup.policy import requests as ask
from services.followup.policy.authority import Alone
from shared.contracts.case_authority import CaseApprovalRequested, CaseApproved, CaseResolutionProposed
from shared.contracts.case_events import CaseBreached, OfferTo
from shared.contracts.passenger import PassengerAnswered, PassengerWithdrew
from shared.contracts.vocabulary import Category, Clock, ClockState, Level, Outcome, Reason, Resolution, State
from tests.unit.followup.policy.builders import (
    NOW,
    OWNER,
    REFUND,
    RULES,
    WAIT,
    case_in,
    done,
    facts,
    opened,
    refusal_of,
    staff,
)

LATER = NOW + timedelta(minutes=20)
FINAL = ask.Reply(text="终结答复", final=True)
LIMIT = ask.LimitContact(medium="letter", contact="服务督导", warned_at=NOW - timedelta(days=3), reason="反复来电")
YES, NO = ask.Approve(note="同意"), ask.Refuse(reason="缺少依据")


def propose(amount: float | None, kind: Resolution = Resolution.REFUND) -> ask.ProposeResolution:
    return ask.ProposeResolution(type=kind, amount_cny=amount, note="多扣")


def asked_of(change: Change) -> Level | None:
    return change.case.approval.needs if change.case.approval else None


def approval_states(case: Case) -> list[ClockState]:
    return [run.state for run in case.clocks if run.clock is Clock.APPROVAL]


def test_within_the_ceiling_it_is_in_force_at_once_and_nothing_else_changes() -> None:
    change = done(case_in(State.ACCEPTED), propose(20), OWNER, LATER)
    assert facts(change) == ["resolution_proposed"]
    fact = change.events[0]
    assert isinstance(fact, CaseResolutionProposed)
    assert (fact.resolution, fact.amount_cny, fact.granted) == (Resolution.REFUND, Decimal(20), True)
    (granted,) = change.case.resolutions
    assert (granted.type, granted.amount_cny) == (Resolution.REFUND, Decimal(20))
    assert (granted.at, granted.approved_by) == (LATER, None)
    assert granted.by.user == "owner"
    assert (change.case.state, change.case.approval) == (State.ACCEPTED, None)
    assert change.words == {granted.version: "多扣"}


def test_sums_of_the_case_count_whoever_granted_them_and_a_medical_advance_apart() -> None:
    case = case_in(State.IN_PROGRESS)
    for amount in (15, 5):
        case = done(case, propose(amount), OWNER).case
    assert asked_of(done(case, propose(0.01), OWNER)) is Level.L2
    case = done(case, propose(500, Resolution.MEDICAL_ADVANCE), staff(2)).case
    assert asked_of(done(case, propose(180, Resolution.CARE), staff(2))) is None
    assert asked_of(done(case, propose(181, Resolution.CARE), staff(2))) is Level.L3
    assert asked_of(done(case, propose(0.01, Resolution.MEDICAL_ADVANCE), staff(2))) is Level.L3
    assert asked_of(done(case, propose(4980, Resolution.REPLACE), staff(2))) is Level.L4
    assert asked_of(done(case, propose(4980.01, Resolution.REPLACE), staff(2))) is Level.L5


def test_what_costs_nothing_is_within_every_ceiling_even_when_the_sum_is_used_up() -> None:
    case = done(case_in(State.IN_PROGRESS), propose(900), staff(3)).case
    for kind in (Resolution.APOLOGY, Resolution.EXPLANATION, Resolution.REPAIR):
        assert asked_of(done(case, propose(None, kind), OWNER)) is None
        assert asked_of(done(case, propose(0, kind), OWNER)) is None


@pytest.mark.parametrize("kind", [Resolution.REFUND, Resolution.MEDICAL_ADVANCE])
def test_money_back_needs_its_sum(kind: Resolution) -> None:
    refusal = refusal_of(case_in(State.IN_PROGRESS), propose(None, kind), staff(5))
    assert [(error.pointer, error.code) for error in refusal.errors] == [("/amount_cny", "required_here")]


def test_what_is_listed_tells_what_is_left_to_grant_alone() -> None:
    case = done(case_in(State.IN_PROGRESS), propose(15), OWNER).case
    left = [
        next(one.alone for one in allowed_actions(case, by, RULES, NOW) if one.action == "propose-resolution")
        for by in (OWNER, staff(2), staff(5))
    ]
    assert left == [Alone(Decimal(5), Decimal(0)), Alone(Decimal(185), Decimal(500)), Alone(None, None)]


def test_above_it_the_case_awaits_the_lowest_level_that_has_the_power() -> None:
    change = done(case_in(State.ACCEPTED), propose(300), OWNER, LATER)
    assert facts(change) == ["resolution_proposed", "approval_requested"]
    fact = change.events[-1]
    assert isinstance(fact, CaseApprovalRequested)
    assert (fact.action, fact.needs_level, fact.amount_cny) == ("propose-resolution", Level.L3, Decimal(300))
    assert fact.state is State.AWAITING_APPROVAL
    assert [status.clock for status in fact.clocks] == [Clock.APPROVAL]
    case = change.case
    assert (case.level, case.owner, case.resolutions) == (Level.L1, case_in(State.ACCEPTED).owner, ())
    clock = case.clock(Clock.APPROVAL)
    assert clock is not None
    assert clock.due_at == LATER + timedelta(hours=4)


def test_approved_it_is_in_force_and_the_work_has_begun() -> None:
    case = done(case_in(State.ACCEPTED), propose(300), OWNER).case
    change = done(case, YES, staff(3), LATER)
    assert facts(change) == ["approved"]
    fact = change.events[0]
    assert isinstance(fact, CaseApproved)
    assert (fact.action, fact.resolution, fact.amount_cny) == ("propose-resolution", Resolution.REFUND, Decimal(300))
    (granted,) = change.case.resolutions
    assert (granted.by.user, granted.approved_by and granted.approved_by.user) == ("owner", "L3")
    assert granted.amount_cny == 300
    assert (change.case.state, change.case.approval) == (State.IN_PROGRESS, None)
    assert approval_states(change.case) == [ClockState.MET]
    assert asked_of(done(change.case, propose(1), OWNER)) is Level.L3


def test_refused_it_is_dropped_and_may_be_asked_again() -> None:
    case = done(case_in(State.ACCEPTED), propose(300), OWNER).case
    change = done(case, NO, staff(3), LATER)
    assert facts(change) == ["refused"]
    assert (change.case.state, change.case.approval, change.case.resolutions) == (State.IN_PROGRESS, None, ())
    assert approval_states(change.case) == [ClockState.MET]
    again = done(change.case, propose(100), OWNER, LATER).case
    assert approval_states(again) == [ClockState.MET, ClockState.RUNNING]
    assert asked_of(done(change.case, propose(20), OWNER, LATER)) is None


def test_whoever_asked_never_decides_whatever_their_level() -> None:
    asker = Staff(user="chen", level=Level.L4)
    case = done(case_in(State.IN_PROGRESS), propose(6000), asker).case
    promoted = Staff(user="chen", level=Level.L5)
    for action in (YES, NO):
        refusal = refusal_of(case, action, promoted)
        assert (refusal.slug, refusal.code, refusal.needs_level) == ("forbidden", "own_request", Level.L5)
        below = refusal_of(case, action, staff(4))
        assert (below.code, below.needs_level) == ("level", Level.L5)
    listed = {one.action: one for one in allowed_actions(case, promoted, RULES, NOW)}
    assert (listed["approve"].why, listed["refuse"].needs_level) == ("own_request", Level.L5)
    assert done(case, YES, staff(5)).case.resolutions


def test_a_case_at_the_deciders_own_level_or_above_is_decided_all_the_same() -> None:
    case = case_in(State.AWAITING_APPROVAL, level=Level.L5, highest=Level.L5)
    assert done(case, YES, staff(2)).case.resolutions


def test_a_late_approval_raises_who_must_decide_and_not_the_case() -> None:
    case = done(case_in(State.IN_PROGRESS), propose(300), OWNER).case
    fired: list[str] = []
    while case.approval is not None and case.approval.needs is not Level.L5:
        due = next_due(case, RULES)
        assert due is not None
        change = fire(case, RULES, due)
        assert change is not None
        breaches = [fact for fact in change.events if isinstance(fact, CaseBreached)]
        fired += [f"{fact.target_level}→{fact.needs_level}" for fact in breaches if fact.clock is Clock.APPROVAL]
        case = change.case
    assert fired == ["None→L4", "L4→L5"]
    run = case.clock(Clock.APPROVAL)
    assert run is not None
    assert [target.level for target in run.targets] == [Level.L4, Level.L5]
    assert run.targets[0].due_at - run.targets[0].started_at == timedelta(hours=2)
    assert (case.level, case.rises) == (Level.L1, ())
    assert refusal_of(case, YES, staff(4), run.targets[-1].started_at).needs_level is Level.L5
    assert done(case, YES, staff(5), run.targets[-1].started_at).case.resolutions


def test_a_final_reply_awaits_l4_and_goes_out_with_their_yes() -> None:
    change = done(case_in(State.ACCEPTED), FINAL, staff(3))
    assert facts(change) == ["approval_requested"]
    assert (change.told, change.case.final_reply, change.case.replied) == ((), False, False)
    (words,) = change.words.values()
    assert json.loads(words) == {"text": "终结答复"}
    assert change.case.clock(Clock.FIRST_RESPONSE).state is ClockState.RUNNING  # type: ignore[union-attr]
    granted = done(change.case, YES, staff(4), LATER, said=json.loads(words))
    assert facts(granted) == ["approved", "replied"]
    assert (granted.case.final_reply, granted.case.state) == (True, State.IN_PROGRESS)
    assert [(told.code, told.text, told.final) for told in granted.told] == [("reply", "终结答复", True)]
    assert granted.case.clock(Clock.FIRST_RESPONSE).state is ClockState.MET  # type: ignore[union-attr]
    refused = done(change.case, NO, staff(4), LATER)
    assert (refused.told, refused.case.final_reply, refused.case.state) == ((), False, State.IN_PROGRESS)


def test_one_request_at_a_time_but_an_ordinary_reply_goes_out_meanwhile() -> None:
    case = case_in(State.AWAITING_APPROVAL)
    for action in (FINAL, LIMIT):
        refusal = refusal_of(case, action, staff(3))
        assert (refusal.slug, refusal.code) == ("transition-refused", "approval_pending")
    ordinary = done(case, ask.Reply(text="在办"), OWNER)
    assert (ordinary.case.state, ordinary.case.approval) == (State.AWAITING_APPROVAL, case.approval)
    assert done(case, FINAL, staff(4)).case.final_reply
    assert done(case, LIMIT, staff(4)).case.approval == case.approval


def test_a_settled_case_comes_back_settled() -> None:
    case = done(case_in(State.RESOLVED), LIMIT, staff(3)).case
    assert case.state is State.AWAITING_APPROVAL
    assert done(case, NO, staff(4)).case.state is State.RESOLVED
    said = {"contact": "服务督导", "reason": "反复来电"}
    assert done(case, YES, staff(4), said=said).case.state is State.RESOLVED


def test_a_pause_goes_on_and_ends_meanwhile() -> None:
    waiting = done(done(case_in(State.ACCEPTED), WAIT, OWNER).case, LIMIT, OWNER).case
    assert waiting.pause is not None
    assert done(waiting, NO, staff(4)).case.state is State.WAITING
    assert waiting.pause.resumes_at is not None
    after = waiting.pause.resumes_at + timedelta(minutes=1)
    case, ended = waiting, False
    while (due := next_due(case, RULES)) is not None and due < after:
        change = fire(case, RULES, due)
        assert change is not None
        ended |= "resumed" in facts(change)
        case = change.case
    assert ended
    assert (case.state, case.pause) == (State.AWAITING_APPROVAL, None)
    assert done(case, NO, staff(5), after).case.state is State.IN_PROGRESS


def test_a_received_case_that_awaits_approval_can_be_taken_and_comes_back_so() -> None:
    case = done(opened(), LIMIT, staff(3)).case
    assert done(case, NO, staff(4)).case.state is State.RECEIVED
    offered = case.model_copy(update={"offer": OfferTo(level=Level.L2)})
    taken = done(offered, ask.Accept(), staff(2))
    assert (taken.case.state, taken.case.owner and taken.case.owner.user) == (State.AWAITING_APPROVAL, "L2")
    assert done(taken.case, NO, staff(4)).case.state is State.IN_PROGRESS
    in_court = opened(kind="abnormal", reason=Reason.A11, level=Level.L2)
    asked = done(in_court, LIMIT, staff(3)).case.model_copy(update={"offer": OfferTo(level=Level.L2)})
    accepted = done(asked, ask.Accept(), staff(2)).case
    assert done(accepted, NO, staff(4)).case.state is State.WAITING


def test_a_withdrawal_drops_the_request_undecided() -> None:
    case = case_in(State.AWAITING_APPROVAL)
    event = PassengerWithdrew(case_id=case.case_id, number=case.number, at=NOW)
    change = passenger(case, event, RULES, NOW)
    assert facts(change) == ["withdrawn", "resolved", "closed"]
    assert (change.case.state, change.case.outcome, change.case.approval) == (State.CLOSED, Outcome.WITHDRAWN, None)
    assert approval_states(change.case) == [ClockState.CANCELLED]


def test_an_answer_that_comes_while_approval_is_awaited_is_kept_as_a_note() -> None:
    case = done(done(case_in(State.ACCEPTED), WAIT, OWNER).case, LIMIT, OWNER).case
    event = PassengerAnswered(case_id=case.case_id, number=case.number, at=NOW, text="补充")
    assert facts(passenger(case, event, RULES, NOW)) == ["noted"]


def test_a_case_that_becomes_about_a_person_is_decided_by_those_who_see_it() -> None:
    case = case_in(State.AWAITING_APPROVAL)
    assert case.approval is not None
    assert case.approval.needs is Level.L2
    change = done(case, ask.Reclassify(note="是他", category=Category.STAFF), staff(3))
    assert asked_of(change) is Level.L3
    assert refusal_of(change.case, YES, staff(2)).needs_level is Level.L3


def test_the_owners_own_proposal_is_worded_once() -> None:
    change = done(case_in(State.IN_PROGRESS), REFUND, OWNER)
    assert change.case.approval is not None
    assert change.words == {change.case.approval.version: "多扣"}
