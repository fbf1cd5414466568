"""What pages say and show: every code has a text, time left is in words, lines have every step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.reporting.api import view
from services.reporting.api.wording import PAIRS, TEXTS
from services.reporting.policy.ages import ages
from services.reporting.policy.series import is_too_fine, points
from services.reporting.policy.sight import sight
from services.reporting.policy.window import Window, parse
from shared.contracts.vocabulary import Category, Clock, Language, Level, Outcome, Role, State
from shared.security.tokens import Staff

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)


def say(key: str, **values: Any) -> str:
    return TEXTS[key][Language.EN].format(**values)


def test_every_code_has_a_text_in_both_languages() -> None:
    for prefix, codes in (("state", State), ("clock", Clock), ("category", Category), ("outcome", Outcome)):
        assert {f"{prefix}.{code.value}" for code in codes} <= PAIRS.keys()
    assert {f"age.{age.name}" for age in ages(NOW)} <= PAIRS.keys()
    assert {f"figure.{name}" for name in view.TILES} <= PAIRS.keys()
    assert all(zh.strip() and en.strip() for zh, en in PAIRS.values())


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=59, seconds=59), "59 min left"),
        (timedelta(hours=3), "3 h left"),
        (timedelta(days=3), "3 d left"),
        (timedelta(), "0 min late"),
        (-timedelta(hours=47), "47 h late"),
    ],
)
def test_time_left_in_words(left: timedelta, words: str) -> None:
    row: Any = {
        **dict.fromkeys(("number", "state", "category", "severity", "level", "clock", "line", "station"), "x"),
        "due_at": NOW + left,
    }
    shown = view.urgent([row], NOW, say)[0]
    assert shown["due"] == words
    assert shown["late"] == words.endswith("late")


def test_a_line_has_every_step_that_has_begun() -> None:
    day = Window(parse("2026-11-25"), parse("2026-11-26"))
    found = points({parse("2026-11-25T10:00:00+08:00"): (2, 1)}, day, "hour", NOW)
    assert len(found) == 12
    assert [(p.received, p.closed) for p in found if p.received] == [(2, 1)]
    assert found[10].received == 2


def test_a_line_has_an_end_to_its_fineness() -> None:
    year = Window(parse("2026-01-01"), parse("2027-01-01"))
    assert is_too_fine(year, "hour")
    assert not is_too_fine(year, "day")


@pytest.mark.parametrize(
    ("role", "level", "lines", "person", "here", "elsewhere"),
    [
        (Role.STAFF, Level.L1, (), False, True, True),
        (Role.STAFF, Level.L2, ("2",), False, True, False),
        (Role.STAFF, Level.L3, ("2",), True, True, False),
        (Role.STAFF, Level.L5, ("2",), True, True, True),
        (Role.ADMIN, None, (), True, True, True),
    ],
)
def test_what_one_may_see(
    role: Role, level: Level | None, lines: tuple[str, ...], person: bool, here: bool, elsewhere: bool
) -> None:
    eyes = sight(Staff("x", role, level, lines))
    assert eyes.includes(person=False, about_user=None, line="2", station=None) is here
    assert eyes.includes(person=False, about_user=None, line=None, station=None) is elsewhere
    assert eyes.includes(person=True, about_user=None, line="2", station=None) is person
