"""Who reads a complaint as it was posted, and who sees how to reach its passenger."""

import pytest

from services.intake.policy.progress import Progress
from services.intake.policy.visibility import may_reveal, sees
from shared.contracts.vocabulary import Level, Role, State
from shared.security.tokens import Staff
from tests.unit.intake.builders import CASE, NUMBER

ADMIN = Staff("root", Role.ADMIN, None)


def staff(level: Level, lines: tuple[str, ...] = (), stations: tuple[str, ...] = ()) -> Staff:
    return Staff("wang", Role.STAFF, level, lines, stations)


def case(about_person: bool = False, owner: str | None = None, about_user: str | None = None) -> Progress:
    return Progress(CASE, NUMBER, 2, State.ACCEPTED, about_person=about_person, about_user=about_user, owner=owner)


@pytest.mark.parametrize("level", list(Level)[:5])
def test_staff_of_the_whole_network_see_ordinary_cases_at_every_level(level: Level) -> None:
    assert sees(staff(level), None, None, None, case())


@pytest.mark.parametrize(("level", "allowed"), [(Level.L2, False), (Level.L3, True), (Level.L5, True)])
def test_cases_about_a_person_are_seen_from_l3_up_also_before_they_are_opened(level: Level, allowed: bool) -> None:
    assert sees(staff(level), "2", "人民广场", None, case(about_person=True)) is allowed
    assert sees(staff(level), "2", "人民广场", "STAFF", case()) is allowed
    assert sees(staff(level), "2", "人民广场", "STAFF", None) is allowed


@pytest.mark.parametrize("category", [None, "TICKET"])
def test_what_its_sender_does_not_call_a_case_about_a_person_is_seen_in_scope_until_it_is_opened(
    category: str | None,
) -> None:
    assert sees(staff(Level.L1), "2", "人民广场", category, None)
    assert sees(staff(Level.L1, stations=("人民广场",)), "2", "人民广场", category, None)
    assert not sees(staff(Level.L1, stations=("汉口路",)), "2", "人民广场", category, None)


@pytest.mark.parametrize(
    ("level", "allowed"), [(Level.L1, False), (Level.L3, False), (Level.L4, False), (Level.L5, True)]
)
def test_a_case_is_kept_from_whom_it_is_about_but_l5(level: Level, allowed: bool) -> None:
    about = case(about_person=True, owner="wang", about_user="wang")
    assert sees(staff(level), "2", "人民广场", None, about) is allowed
    assert may_reveal(staff(level), about) is allowed
    assert sees(ADMIN, "2", "人民广场", None, about)
    if level.rank >= Level.L3.rank:
        assert sees(staff(level), "2", "人民广场", None, case(about_person=True, about_user="zhao"))


@pytest.mark.parametrize(
    ("line", "station", "allowed"),
    [("2", None, True), ("3", None, False), (None, "人民广场", True), ("3", "人民广场", True), (None, None, False)],
)
def test_staff_with_a_scope_see_its_lines_and_stations(line: str | None, station: str | None, allowed: bool) -> None:
    assert sees(staff(Level.L4, ("2",), ("人民广场",)), line, station, None, case()) is allowed


def test_l5_and_admin_see_all() -> None:
    assert sees(staff(Level.L5, ("2",)), None, None, "STAFF", None)
    assert sees(ADMIN, None, None, "STAFF", None)


def test_contacts_are_for_the_owner_and_for_l3_and_above() -> None:
    assert may_reveal(staff(Level.L3), case())
    assert may_reveal(staff(Level.L1), case(owner="wang"))
    assert not may_reveal(staff(Level.L2), case(owner="zhao"))
    assert not may_reveal(staff(Level.L2), None)
    assert not may_reveal(ADMIN, case())
