"""Matters inside a case that become cases of their own."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.followup.policy import Case, Change, act, open_case
from services.followup.policy import requests as ask
from services.followup.policy.children import child_numbers
from shared.contracts.case_joining import CaseSplit
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.decision import ChildDecision
from shared.contracts.vocabulary import Category, Clock, Kind, Level, Reason, Severity, State
from tests.unit.followup.policy.builders import NOW, RULES, case_in, done, facts, opened, routed, staff

LOOSE = ChildDecision(reason=Reason.N0, category=Category.SAFETY, severity=Severity.S3, evidence="扶梯踏板松动")
HURT = ChildDecision(reason=Reason.N0, category=Category.SAFETY, severity=Severity.S2, evidence="昨天有人摔伤")
TAKEN = NOW - timedelta(hours=2)


def child_of(change: Change, place: int = 0) -> tuple[ComplaintRouted, Case]:
    """A child as it is opened."""
    event = change.born[place]
    return event, open_case(event, RULES, NOW, None, change.case.number).case


def friendly() -> ComplaintRouted:
    return routed(kind=Kind.NON_COMPLAINT, reason=Reason.Z1, children=(LOOSE, HURT), taken_at=TAKEN, line="2")


def test_the_children_that_routing_found_come_with_their_parent() -> None:
    change = open_case(friendly(), RULES, NOW, None)
    assert child_numbers(change.case) == ["PS-20261123-000001-1", "PS-20261123-000001-2"]
    event, child = child_of(change, 1)
    assert (child.number, child.parent) == ("PS-20261123-000001-2", change.case.number)
    assert (child.kind, child.reason, child.category, child.severity) == (
        Kind.NORMAL,
        Reason.N0,
        Category.SAFETY,
        Severity.S2,
    )
    assert (child.level, child.line, child.state) == (Level.L3, "2", State.RECEIVED)
    assert event.complaint.text == "昨天有人摔伤"
    assert child.case_id.version == 5
    assert child.case_id != child_of(change)[1].case_id
    assert open_case(friendly(), RULES, NOW, None).born[1].complaint.case_id == child.case_id


def test_its_clocks_count_from_the_start_of_its_parent() -> None:
    _, child = child_of(open_case(friendly(), RULES, NOW, None))
    run = child.clock(Clock.ACKNOWLEDGE)
    assert run is not None
    assert run.started_at == TAKEN


def test_the_passenger_on_the_scene_stays_with_the_parent() -> None:
    change = open_case(routed(children=(LOOSE,), flags={"on_scene": True}), RULES, NOW, None)
    assert change.case.clock(Clock.ARRIVAL) is not None
    assert child_of(change)[1].clock(Clock.ARRIVAL) is None


def test_those_of_a_proposal_come_when_it_is_confirmed_and_not_when_it_is_overturned() -> None:
    proposal = routed(kind=Kind.ABNORMAL, reason=Reason.A5, proposed=True, level=Level.L4, children=(LOOSE,))
    opening = open_case(proposal, RULES, NOW, None)
    assert (opening.born, opening.case.children) == ((), 0)
    confirmed = act(opening.case, ask.ConfirmAbnormal(note="x"), staff(5), RULES, NOW, found=(LOOSE,))
    assert isinstance(confirmed, Change)
    assert [one.complaint.number for one in confirmed.born] == child_numbers(confirmed.case)
    assert len(confirmed.born) == 1
    overturned = act(opening.case, ask.OverturnAbnormal(note="x"), staff(5), RULES, NOW, found=(LOOSE,))
    assert isinstance(overturned, Change)
    assert (overturned.born, overturned.case.children) == ((), 0)


def test_what_is_split_counts_from_the_split_and_says_where_it_went() -> None:
    later = NOW + timedelta(hours=1)
    change = done(case_in(State.IN_PROGRESS, children=1), ask.Split(text="站台灯也坏了"), staff(5), later)
    event, child = child_of(change)
    assert facts(change)[-1] == "split"
    fact = change.events[-1]
    assert isinstance(fact, CaseSplit)
    assert (fact.child, fact.child_case_id) == (child.number, child.case_id)
    assert child.number.endswith("-2")
    assert child.taken == later
    assert (child.category, child.severity) == (change.case.category, change.case.severity)
    assert event.complaint.text == "站台灯也坏了"
    assert change.words[fact.version] == "站台灯也坏了"


def test_a_child_has_the_level_of_its_own_row() -> None:
    change = done(opened(level=Level.L5), ask.Split(text="x", category=Category.STAFF), staff(5))
    assert child_of(change)[1].level is Level.L3


def test_a_child_is_a_normal_case() -> None:
    with pytest.raises(ValidationError, match="normal"):
        ask.Split(text="x", reason=Reason.A4)
