"""Who sees a case: by line and station, and what concerns them wherever it happened."""

import pytest

from services.followup.policy import Case, Staff, sees
from shared.contracts.case_events import OfferTo, Person
from shared.contracts.vocabulary import Level, State
from tests.unit.followup.policy.builders import case_in


def here(**fields: object) -> Case:
    return case_in(State.IN_PROGRESS, line="2", station="人民广场", **fields)


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        (Staff("a", level=Level.L1), True),
        (Staff("a", level=Level.L1, lines=("2",)), True),
        (Staff("a", level=Level.L1, stations=("人民广场",)), True),
        (Staff("a", level=Level.L4, lines=("1",), stations=("西湖路",)), False),
        (Staff("a", level=Level.L5, lines=("1",)), True),
        (Staff("owner", level=Level.L1, lines=("1",)), True),
    ],
)
def test_a_case_is_seen_by_those_of_its_line_or_station_its_owner_and_l5(staff: Staff, expected: bool) -> None:
    assert sees(here(), staff) is expected


def test_a_case_without_a_place_is_seen_by_those_of_the_whole_network() -> None:
    nowhere = case_in(State.RECEIVED)
    assert sees(nowhere, Staff("a", level=Level.L1))
    assert not sees(nowhere, Staff("a", level=Level.L4, lines=("2",)))


def test_what_is_offered_by_name_station_or_unit_is_seen_and_what_is_offered_to_a_level_is_not() -> None:
    away = Staff("a", level=Level.L2, stations=("西湖路",), unit="机电")
    for to in (OfferTo(user="a"), OfferTo(station="西湖路"), OfferTo(unit="机电")):
        assert sees(here(offer=to), away), to
    for to in (OfferTo(level=Level.L2), OfferTo(user="b"), OfferTo(station="人民广场"), OfferTo(unit="通号")):
        assert not sees(here(offer=to), away), to


def test_an_offer_shows_no_case_about_a_person_to_those_who_may_not_know() -> None:
    offer, owner = OfferTo(user="a"), Person(user="a", level=Level.L3)
    case = here(offer=offer, owner=owner, about_staff=True, about_user="a")
    assert not sees(case, Staff("a", level=Level.L4))
    assert not sees(here(offer=offer, about_staff=True), Staff("a", level=Level.L2))
    assert sees(here(offer=offer, about_staff=True), Staff("a", level=Level.L3, lines=("9",)))
