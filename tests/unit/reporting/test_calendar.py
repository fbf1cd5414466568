"""Until when a contact is a repeat: the close of the tenth working day, with holidays and make-up days."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from services.reporting.policy.calendar import repeat_windows
from shared.contracts.reference import CalendarYear, Window

HOLIDAYS_2026 = {date(2026, 10, day) for day in (1, 2, 5, 6, 7)} | {date(2026, 1, day) for day in (1, 2)}
MAKE_UP_2026 = {date(2026, 9, 20), date(2026, 10, 10), date(2026, 1, 4)}


def year(number: int, holidays: set[date], make_up: set[date]) -> CalendarYear:
    hours = (Window(opens=time(8, 30), closes=time(12)), Window(opens=time(13, 30), closes=time(17, 30)))
    return CalendarYear(
        year=number,
        version=1,
        zone="Asia/Shanghai",
        source="test",
        service_hours=(Window(opens=time(6), closes=time(23, 30)),),
        office_hours=hours,
        holidays=frozenset(holidays),
        make_up_days=frozenset(make_up),
    )


WINDOWS = dict(repeat_windows([year(2026, HOLIDAYS_2026, MAKE_UP_2026)]))


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 11, 20), date(2026, 12, 4)),
        # A Saturday: Monday is the first of the ten.
        (date(2026, 11, 21), date(2026, 12, 4)),
        # Over the national holiday, with the make-up Saturday.
        (date(2026, 9, 28), date(2026, 10, 16)),
        # Beyond the last published year Monday to Friday count.
        (date(2026, 12, 31), date(2027, 1, 14)),
    ],
)
def test_the_tenth_working_day(day: date, last: date) -> None:
    assert WINDOWS[day] == datetime.combine(last, time(17, 30), ZoneInfo("Asia/Shanghai"))


def test_every_day_of_the_year_has_a_window() -> None:
    assert len(WINDOWS) == 365


def test_the_next_year_counts_once_it_is_there() -> None:
    both = dict(repeat_windows([year(2026, HOLIDAYS_2026, MAKE_UP_2026), year(2027, {date(2027, 1, 1)}, set())]))
    assert both[date(2026, 12, 31)].date() == date(2027, 1, 15)
