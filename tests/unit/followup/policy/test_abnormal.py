"""What was proposed as abnormal: confirmed, or overturned to an ordinary complaint at the level of its own row."""

from datetime import timedelta
from typing import Any

import pytest

from services.followup.policy import Case, Change, fire, next_due
from services.followup.policy import requests as ask
from shared.contracts.case_authority import CaseAbnormalConfirmed, CaseAbnormalOverturned
from shared.contracts.case_events import OfferTo
from shared.contracts.vocabulary import Category, Clock, EscalationCause, Kind, Level, Reason, Severity, State
from tests.unit.followup.policy.builders import NOW, OWNER, RULES, case_in, done, facts, opened, refusal_of, staff

CONFIRM, OVERTURN = ask.ConfirmAbnormal(note="属实"), ask.OverturnAbnormal(note="事出有因")


def proposed(reason: Reason = Reason.A5, level: Level = Level.L4, **fields: Any) -> Case:
    facts_: dict[str, Any] = {"reason": reason, "kind": Kind.ABNORMAL, "level": level, "proposed": True, **fields}
    return opened(**facts_)


def breached(case: Case) -> Case:
    """The case once its first clock is missed."""
    while not case.rises:
        due = next_due(case, RULES)
        assert due is not None
        change = fire(case, RULES, due)
        assert change is not None
        case = change.case
    return case


def overturned(case: Case, reason: Reason | None = None, level: int = 5) -> Change:
    last = max([NOW, *(segment.at for run in case.clocks for segment in run.segments)])
    now = max([last, *(target.started_at for run in case.clocks for target in run.targets)])
    return done(case, ask.OverturnAbnormal(note="事出有因", reason=reason), staff(level), now)


def test_confirmed_it_takes_effect_and_nothing_else_changes() -> None:
    case = proposed()
    change = done(case, CONFIRM, staff(3))
    (fact,) = change.events
    assert isinstance(fact, CaseAbnormalConfirmed)
    assert fact.reason is Reason.A5
    after = change.case
    assert (after.proposed, after.kind, after.reason) == (False, Kind.ABNORMAL, Reason.A5)
    assert (after.state, after.level, after.clocks, after.owner) == (case.state, case.level, case.clocks, None)
    assert change.words == {after.version: "属实"}
    for action in (CONFIRM, OVERTURN):
        assert refusal_of(after, action, staff(5)).code == "not_proposed"


def test_overturned_it_is_an_ordinary_complaint_at_the_level_of_its_own_row() -> None:
    case = proposed()
    change = overturned(case, level=3)
    (fact,) = change.events
    assert isinstance(fact, CaseAbnormalOverturned)
    assert (fact.kind, fact.reason, fact.from_reason) == (Kind.NORMAL, Reason.N0, Reason.A5)
    assert (fact.level, fact.from_level) == (Level.L1, Level.L4)
    after = change.case
    assert (after.proposed, after.state, after.severity) == (False, case.state, case.severity)
    assert after.clocks == case.clocks
    assert refusal_of(after, OVERTURN, staff(5)).code == "not_proposed"


@pytest.mark.parametrize(
    ("fields", "level"),
    [
        ({"severity": Severity.S3}, Level.L2),
        ({"severity": Severity.S2}, Level.L3),
        ({"category": Category.STAFF}, Level.L3),
        ({"media": True}, Level.L4),
        ({"channel": "city_hotline"}, Level.L4),
        ({"claim": {"amount_cny": 201}}, Level.L3),
        ({"claim": {"amount_cny": 5001}}, Level.L5),
    ],
)
def test_the_level_of_its_row_is_that_of_what_it_is(fields: dict[str, Any], level: Level) -> None:
    after = overturned(proposed(**fields)).case
    assert after.level is level
    if level is Level.L5:  # the sum claimed raises an ordinary complaint, which is a rise like any
        assert after.offer == OfferTo(level=Level.L5)


@pytest.mark.parametrize("reason", [Reason.N1, Reason.N2, Reason.N4])
def test_the_reason_is_the_one_given(reason: Reason) -> None:
    after = overturned(proposed(), reason).case
    assert (after.kind, after.reason, after.severity) == (Kind.NORMAL, reason, Severity.S4)


def test_an_emergency_behind_it_is_one_from_now_on() -> None:
    change = overturned(proposed(), Reason.N3)
    after = change.case
    assert (after.severity, after.level) == (Severity.S1, Level.L2)
    arrival = after.clock(Clock.ARRIVAL)
    assert arrival is not None
    assert arrival.due_at == NOW + timedelta(minutes=5)
    assert [told.code for told in change.told] == ["deadline_changed"]


def test_a_rise_by_breach_is_kept_on_top_of_its_row_and_so_is_its_offer() -> None:
    case = breached(proposed())
    assert (case.level, case.rises, case.offer) == (Level.L5, (EscalationCause.BREACH,), OfferTo(level=Level.L5))
    after = overturned(case).case
    assert (after.level, after.offer) == (Level.L2, OfferTo(level=Level.L2))
    (missed,) = [run for run in after.clocks if run.breached_at is not None]
    assert missed.breached_at is not None


def test_a_rise_that_someone_asked_for_is_not_kept() -> None:
    case = done(proposed(), ask.Escalate(reason="请领导定"), staff(4)).case
    assert (case.level, case.offer) == (Level.L5, OfferTo(level=Level.L5))
    after = overturned(case).case
    assert (after.level, after.offer) == (Level.L1, None)


def test_an_offer_to_a_colleague_stays() -> None:
    case = done(proposed(), ask.Transfer(to=ask.To(user="chen"), reason="他在现场"), staff(4)).case
    assert overturned(case).case.offer == OfferTo(user="chen")


def test_rises_by_reopening_are_kept_the_second_time_at_least_at_l4() -> None:
    case = case_in(State.RESOLVED)
    once = done(case, ask.Reopen(reason="又停"), OWNER).case
    assert overturned(_proposed_now(once)).case.level is Level.L2
    settled = done(once, ask.Resolve(outcome="goodwill"), OWNER).case
    twice = done(settled, ask.Reopen(reason="还停"), staff(2)).case
    assert overturned(_proposed_now(twice)).case.level is Level.L4


def test_the_level_of_a_third_transfer_is_kept_as_its_offers_may_not_go_below_it() -> None:
    case = proposed()
    for place in range(3):
        case = done(case, ask.Transfer(to=ask.To(unit="机电"), reason=str(place)), staff(4)).case
    assert (case.level, case.offers_from) == (Level.L5, Level.L5)
    after = overturned(case).case
    assert (after.level, after.offer) == (Level.L5, OfferTo(level=Level.L5))


@pytest.mark.parametrize("reason", [Reason.A4, Reason.A11, Reason.Z1])
def test_what_is_overturned_is_overturned_to_an_ordinary_reason(reason: Reason) -> None:
    refusal = refusal_of(proposed(), ask.OverturnAbnormal(note="x", reason=reason), staff(4))
    assert [(error.pointer, error.code) for error in refusal.errors] == [("/reason", "not_normal")]


def test_what_is_confirmed_is_what_was_proposed() -> None:
    same = ask.ConfirmAbnormal(note="x", reason=Reason.A5)
    assert not done(proposed(), same, staff(3)).case.proposed
    other = refusal_of(proposed(), ask.ConfirmAbnormal(note="x", reason=Reason.A4), staff(3))
    assert [(error.pointer, error.code) for error in other.errors] == [("/reason", "not_proposed")]


def test_it_is_decided_in_every_open_state_and_the_state_stays() -> None:
    for state in State:
        case = _proposed_now(case_in(state))
        if state.is_open:
            for action in (CONFIRM, OVERTURN):
                change = done(case, action, staff(3))
                assert (change.case.state, change.case.approval) == (state, case.approval)
                assert len(facts(change)) == 1
        else:
            assert refusal_of(case, CONFIRM, staff(5)).code == "state"


def _proposed_now(case: Case) -> Case:
    classified = {"kind": Kind.ABNORMAL, "reason": Reason.A10, "proposed": True}
    return case.model_copy(update=classified)
