"""Who sees which cases."""

import pytest

from services.reporting.policy.sight import sight
from shared.contracts.vocabulary import Level, Role
from shared.security.tokens import Staff


def staff(level: Level, lines: tuple[str, ...] = ()) -> Staff:
    return Staff("zhao", Role.STAFF, level, lines)


@pytest.mark.parametrize(("level", "seen"), [(Level.L2, False), (Level.L3, False), (Level.L4, False), (Level.L5, True)])
def test_a_case_is_kept_from_whom_it_is_about_but_l5(level: Level, seen: bool) -> None:
    eyes = sight(staff(level))
    assert eyes.includes(person=True, about_user="zhao", line="2", station=None) is seen
    assert eyes.includes(person=True, about_user="qian", line="2", station=None) is (level.rank >= Level.L3.rank)
    assert eyes.includes(person=False, about_user=None, line="2", station=None)


def test_admin_sees_all() -> None:
    assert sight(Staff("zhao", Role.ADMIN, None)).includes(person=True, about_user="zhao", line=None, station=None)


def test_those_below_l3_with_the_same_scope_see_the_same() -> None:
    assert sight(staff(Level.L2, ("2",))) == sight(Staff("qian", Role.STAFF, Level.L1, ("2",)))
