"""Who stands in for someone absent acts with their level where they may see the case, and the record says so."""

from dataclasses import replace

import pytest

from services.followup.policy import Case, Staff, allowed_actions, sees
from services.followup.policy import requests as ask
from services.followup.policy.sight import in_whose_place
from shared.contracts.case_events import Actor, OfferTo, Person
from shared.contracts.vocabulary import Category, Level, Resolution, Role, State
from tests.unit.followup.policy.builders import NOW, OWNER, RULES, case_in, done, refusal_of, staff

CHEN = Staff(user="chen", level=Level.L4)
ZHOU = Staff(user="zhou", level=Level.L2, stands_in_for=(CHEN,))
"""L2, in the place of chen (L4)."""
GRANT = ask.ProposeResolution(type=Resolution.CARE, amount_cny=3000, note="x")


def at_l4(**fields: object) -> Case:
    return case_in(State.IN_PROGRESS, level=Level.L4, highest=Level.L4, **fields)


def test_they_act_with_the_level_of_the_absent_and_the_fact_says_for_whom() -> None:
    change = done(at_l4(), GRANT, ZHOU)
    assert change.case.approval is None
    assert change.events[-1].by == Actor(user="zhou", level=Level.L4, acting_for="chen")
    assert change.case.resolutions[0].by.acting_for == "chen"
    assert refusal_of(at_l4(), GRANT, replace(ZHOU, stands_in_for=())).needs_level is Level.L4
    taken = done(case_in(State.RECEIVED, level=Level.L4, highest=Level.L4, owner=None), ask.Accept(), ZHOU)
    assert taken.case.owner == Person(user="zhou", level=Level.L4)


def test_what_is_allowed_is_told_with_the_same_level() -> None:
    listed = {one.action: one for one in allowed_actions(at_l4(), ZHOU, RULES, NOW)}
    assert listed["resolve"].allowed
    assert listed["extend"].granted_by is None


def test_with_a_level_of_ones_own_that_is_as_high_one_acts_for_oneself() -> None:
    peer = Staff(user="li", level=Level.L4, stands_in_for=(CHEN,))
    assert done(at_l4(), GRANT, peer).events[-1].by == Actor(user="li", level=Level.L4)


def test_but_for_the_absent_where_the_case_is_theirs_or_offered_to_them() -> None:
    peer = Staff(user="li", level=Level.L4, stands_in_for=(CHEN,))
    theirs = at_l4(owner=Person(user="chen", level=Level.L4))
    assert done(theirs, ask.Note(text="x"), peer).events[-1].by.acting_for == "chen"
    offered = case_in(State.IN_PROGRESS, offer=OfferTo(user="chen"))
    assert refusal_of(offered, ask.Accept(), replace(peer, stands_in_for=())).code == "offered_to_another"
    accepted = done(offered, ask.Accept(), peer)
    assert accepted.events[-1].by.acting_for == "chen"
    assert (accepted.case.owner, accepted.case.offer) == (Person(user="li", level=Level.L4), None)


def test_the_powers_of_the_owner_are_those_of_who_stands_in_for_them() -> None:
    absent = Staff(user="owner", level=Level.L1)
    case = at_l4(owner=Person(user="owner", level=Level.L1))
    helper = Staff(user="li", level=Level.L1, stands_in_for=(absent,))
    assert done(case, ask.Resolve(outcome="goodwill"), helper).events[-1].by.acting_for == "owner"
    assert refusal_of(case, ask.Resolve(outcome="goodwill"), staff(1)).needs_level is Level.L4


def test_nobody_decides_their_own_request_in_anothers_place() -> None:
    asked = done(case_in(State.IN_PROGRESS), GRANT, OWNER).case
    owner_for_chen = replace(OWNER, stands_in_for=(CHEN,))
    refusal = refusal_of(asked, ask.Approve(), owner_for_chen)
    assert (refusal.code, refusal.needs_level) == ("own_request", Level.L4)
    assert done(asked, ask.Approve(), ZHOU).case.resolutions[0].approved_by == Actor(
        user="zhou", level=Level.L4, acting_for="chen"
    )


def test_nor_one_that_was_made_in_their_own_place() -> None:
    by_zhou = done(at_l4(), ask.ProposeResolution(type=Resolution.CARE, amount_cny=6000, note="x"), ZHOU).case
    for asker in ("chen", "zhou"):
        refusal = refusal_of(by_zhou, ask.Approve(), Staff(user=asker, level=Level.L5))
        assert refusal.code == "own_request"
    assert done(by_zhou, ask.Approve(), staff(5)).case.resolutions


@pytest.mark.parametrize(("about", "seen"), [("someone", True), ("chen", False), ("zhou", False), (None, True)])
def test_a_case_about_a_person_is_seen_in_anothers_place_but_never_one_about_either(
    about: str | None, seen: bool
) -> None:
    case = at_l4(category=Category.STAFF, about_staff=True, about_user=about)
    assert not sees(case, replace(ZHOU, stands_in_for=()))
    assert sees(case, ZHOU) is seen
    assert (in_whose_place(ZHOU, case).acting_for == "chen") is seen
    boss = Staff(user="wang", level=Level.L5)
    assert sees(case, Staff(user="zhou", level=Level.L2, stands_in_for=(boss,))) is (about != "zhou")


def test_what_they_see_in_anothers_place_is_what_the_absent_sees() -> None:
    absent = Staff(user="chen", level=Level.L4, stations=("人民广场",))
    by = Staff(user="zhou", level=Level.L2, stations=("西湖路",), stands_in_for=(absent,))
    theirs, own, neither = (at_l4(station=one) for one in ("人民广场", "西湖路", "火车站"))
    assert [sees(case, by) for case in (theirs, own, neither)] == [True, True, False]
    assert [in_whose_place(by, case).level for case in (theirs, own)] == [Level.L4, Level.L2]


def test_of_several_the_highest_counts_and_admin_takes_no_action_in_anyones_place() -> None:
    both = Staff(user="li", level=Level.L1, stands_in_for=(staff(2), CHEN, staff(3)))
    assert in_whose_place(both, at_l4()).acting_for == "chen"
    admin = Staff(user="root", role=Role.ADMIN, stands_in_for=(CHEN,))
    assert refusal_of(at_l4(), GRANT, admin).code == "admin"
