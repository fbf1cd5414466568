"""Working days from the published calendars, as far as repeats need them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.reference import CalendarYear

REPEAT_WORKING_DAYS = 10
SATURDAY = 5
ONE_DAY = timedelta(days=1)


def repeat_windows(years: Sequence[CalendarYear]) -> list[tuple[date, datetime]]:
    """For every local day of these years: when the tenth working day after it closes.

    A contact on the same matter until then is a repeat. The day itself is not one of the ten. Beyond the last
    published year Monday to Friday count as working days, until its calendar arrives and this is made again.
    """
    by_year = {year.year: year for year in years}
    windows = []
    for year in years:
        for day in _days(year.year):
            last = _after(day, by_year)
            office = by_year.get(last.year, year)
            closes = max(window.closes for window in office.office_hours)
            windows.append((day, datetime.combine(last, closes, ZoneInfo(office.zone))))
    return windows


def _after(day: date, by_year: dict[int, CalendarYear]) -> date:
    left = REPEAT_WORKING_DAYS
    while left:
        day += ONE_DAY
        left -= _works(day, by_year.get(day.year))
    return day


def _works(day: date, year: CalendarYear | None) -> bool:
    if year is not None and (day in year.make_up_days or day in year.holidays):
        return day in year.make_up_days
    return day.weekday() < SATURDAY


def _days(year: int) -> Iterable[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY
