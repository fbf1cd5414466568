"""The shipped calendars: two independent libraries agree with them on every day; the file's errors are named."""

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from services.followup.rules.calendar_file import CalendarFileError, parse_calendar
from tests.unit.followup.rules.given import FOLDER, SHIPPED, TIME

CHINA = holidays.country_holidays("CN", years=range(2024, 2027))


def test_2024_to_2026_are_shipped_and_certain() -> None:
    assert sorted(SHIPPED) == [2024, 2025, 2026]
    assert not any(year.provisional for year in SHIPPED.values())
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {str(year) for year in SHIPPED}


def test_every_day_is_what_two_libraries_say() -> None:
    day, wrong = date(2024, 1, 1), []
    while day.year < 2027:
        ours = TIME.is_working_day(day)
        if not ours == chinese_calendar.is_workday(day) == CHINA.is_working_day(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


@pytest.mark.parametrize("year", sorted(SHIPPED))
def test_entries_are_needed(year: int) -> None:
    assert all(day.weekday() < 5 for day in SHIPPED[year].holidays)
    assert all(day.weekday() >= 5 for day in SHIPPED[year].make_up_days)


def test_the_make_up_days_of_2026() -> None:
    days = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert SHIPPED[2026].make_up_days == {date(2026, month, day) for month, day in days}


GOOD = (FOLDER / "2026.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("year: [", "line 1"),
        ("- 1", "mapping"),
        (GOOD + "\nhollidays: []", "hollidays"),
        (GOOD.replace("year: 2026", "year: 2025"), "2025"),
        (GOOD.replace('closes: "12:00"', 'closes: "08:00"'), "closes"),
        (GOOD.replace("2026-10-10", "2026-10-07"), "both"),
        (GOOD.replace("Asia/Shanghai", "Asia/Shangai"), "Asia/Shangai"),
    ],
)
def test_a_bad_file_is_refused_with_what_is_wrong(text: str, named: str) -> None:
    with pytest.raises(CalendarFileError, match=named):
        parse_calendar(text)


def test_touching_windows_are_one() -> None:
    calendar = parse_calendar(GOOD.replace('opens: "13:30"', 'opens: "12:00"'))
    assert len(calendar.office_hours) == 2
