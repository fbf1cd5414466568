"""Working time by example: every phrase of what the times mean."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.followup.rules.working_time import WorkingTime
from shared.contracts.pack import Running, Term
from shared.contracts.reference import CalendarYear, Window
from tests.unit.followup.rules.given import SHIPPED, TIME, at, hours, minutes, service, term, wd


@pytest.mark.parametrize(
    ("started", "days", "due"),
    [
        # The local day of the start is not one of the N, whatever the hour, and whether or not it is a working day.
        ("2026-11-23 00:00", 1, "2026-11-24 17:30"),
        ("2026-11-23 10:00", 1, "2026-11-24 17:30"),
        ("2026-11-23 17:30", 1, "2026-11-24 17:30"),
        ("2026-11-23 23:59:59.999", 1, "2026-11-24 17:30"),
        ("2026-11-24 00:00", 1, "2026-11-25 17:30"),
        ("2026-11-21 10:00", 1, "2026-11-23 17:30"),
        ("2026-11-22 23:59", 1, "2026-11-23 17:30"),
        # Weekends do not count.
        ("2026-11-20 10:00", 1, "2026-11-23 17:30"),
        ("2026-11-23 10:00", 5, "2026-11-30 17:30"),
        ("2026-11-23 10:00", 15, "2026-12-14 17:30"),
        # Make-up days do, on Saturday as on Sunday, and a start on one is a start like any.
        ("2026-02-13 10:00", 1, "2026-02-14 17:30"),
        ("2026-09-18 10:00", 1, "2026-09-20 17:30"),
        ("2026-02-14 10:00", 1, "2026-02-24 17:30"),
        # Holidays do not.
        ("2026-09-30 10:00", 3, "2026-10-10 17:30"),
        ("2026-10-01 10:00", 1, "2026-10-08 17:30"),
        ("2026-04-03 10:00", 1, "2026-04-07 17:30"),
        # Across New Year, with days off and a make-up Sunday.
        ("2025-12-31 10:00", 1, "2026-01-04 17:30"),
        ("2025-12-30 10:00", 3, "2026-01-05 17:30"),
    ],
)
def test_working_days(started: str, days: int, due: str) -> None:
    assert TIME.due(wd(days), at(started)) == at(due)


@pytest.mark.parametrize(
    ("started", "length", "due"),
    [
        ("2026-11-23 10:00", service(2), "2026-11-23 12:00"),
        ("2026-11-21 10:00", service(2), "2026-11-21 12:00"),
        ("2026-10-01 10:00", service(2), "2026-10-01 12:00"),
        ("2026-11-23 21:30", service(2), "2026-11-23 23:30"),
        ("2026-11-23 21:30:00.001", service(2), "2026-11-24 06:00:00.001"),
        ("2026-11-23 23:30", service(2), "2026-11-24 08:00"),
        ("2026-11-23 02:00", service(2), "2026-11-23 08:00"),
        ("2026-11-23 06:00", service(2), "2026-11-23 08:00"),
        ("2026-11-23 22:00", service(20), "2026-11-25 07:00"),
        ("2026-11-23 10:00", term(35, "hours", "service_hours"), "2026-11-25 10:00"),
        ("2026-11-23 23:58", minutes(5), "2026-11-24 00:03"),
        ("2026-11-23 10:00", term(24, "hours", "always"), "2026-11-24 10:00"),
        ("2026-12-28 10:00:00.123", term(7, "days", "always"), "2027-01-04 10:00:00.123"),
    ],
)
def test_hours_and_days(started: str, length: Term, due: str) -> None:
    assert TIME.due(length, at(started)) == at(due)


@pytest.mark.parametrize(
    ("running", "started", "amount", "reached"),
    [
        ("office_hours", "2026-11-23 10:00", hours(2), "2026-11-23 12:00"),
        ("office_hours", "2026-11-23 12:30", hours(4), "2026-11-23 17:30"),
        ("office_hours", "2026-11-23 10:00", hours(2) + timedelta(milliseconds=1), "2026-11-23 13:30:00.001"),
        ("office_hours", "2026-11-23 12:30", hours(0), "2026-11-23 12:30"),
        ("office_hours", "2026-11-20 17:00", hours(1), "2026-11-23 09:00"),
        ("office_hours", "2026-11-21 09:00", hours(7.5), "2026-11-23 17:30"),
        ("service_hours", "2026-11-23 23:30", hours(17.5), "2026-11-24 23:30"),
        ("always", "2026-11-23 23:30", hours(17.5), "2026-11-24 17:00"),
    ],
)
def test_where_several_instants_fit_the_earliest(
    running: Running, started: str, amount: timedelta, reached: str
) -> None:
    assert TIME.advance(running, at(started), amount) == at(reached)


@pytest.mark.parametrize(
    ("running", "start", "end", "ran"),
    [
        ("office_hours", "2026-11-23 07:00", "2026-11-23 23:00", hours(7.5)),
        ("office_hours", "2026-11-23 11:59:59.999", "2026-11-23 13:30:00.001", timedelta(milliseconds=2)),
        ("office_hours", "2026-11-23 12:00", "2026-11-23 13:30", hours(0)),
        ("office_hours", "2026-11-20 17:30", "2026-11-23 08:30", hours(0)),
        ("office_hours", "2026-09-30 17:30", "2026-10-11 00:00", hours(3 * 7.5)),
        ("office_hours", "2025-12-31 12:00", "2026-01-05 09:00", hours(4 + 7.5 + 0.5)),
        ("service_hours", "2026-11-21 00:00", "2026-11-23 00:00", hours(35)),
        ("always", "2026-11-21 00:00", "2026-11-23 00:00", hours(48)),
        ("always", "2026-11-23 00:00", "2026-11-21 00:00", hours(0)),
        ("office_hours", "2026-11-23 10:00", "2026-11-23 09:00", hours(0)),
    ],
)
def test_what_has_run(running: Running, start: str, end: str, ran: timedelta) -> None:
    assert TIME.elapsed(running, at(start), at(end)) == ran


def test_windows_are_clipped_and_in_order() -> None:
    found = list(TIME.windows("office_hours", at("2026-11-20 16:00"), at("2026-11-23 14:00")))
    assert found == [
        (at("2026-11-20 16:00"), at("2026-11-20 17:30")),
        (at("2026-11-23 08:30"), at("2026-11-23 12:00")),
        (at("2026-11-23 13:30"), at("2026-11-23 14:00")),
    ]
    assert list(TIME.windows("office_hours", at("2026-11-23 12:00"), at("2026-11-23 13:30"))) == []
    night = (at("2026-11-23 01:00"), at("2026-11-23 02:00"))
    assert list(TIME.windows("always", *night)) == [night]
    assert list(TIME.windows("office_hours", at("2026-11-23 10:00"), at("2026-11-23 10:00"))) == []
    assert list(TIME.windows("always", *reversed(night))) == []


def changed(year: int, **fields: object) -> CalendarYear:
    """A shipped year as if it had been published otherwise; 2027 from 2026."""
    like = SHIPPED.get(year) or SHIPPED[2026].model_copy(
        update={"year": year, "holidays": frozenset(), "make_up_days": frozenset()}
    )
    return like.model_copy(update=fields)


def test_beyond_the_published_calendar_a_guess_that_says_so() -> None:
    start, term_ = at("2026-12-30 10:00"), wd(3)
    due = TIME.due(term_, start)
    assert due == at("2027-01-04 17:30")
    assert TIME.provisional(start, due)
    assert TIME.version(start, due) == "2026@1,2027@0"
    assert not TIME.provisional(start, at("2026-12-31 23:59"))
    assert TIME.version(start, at("2026-12-31 23:59")) == "2026@1"
    assert TIME.provisional(start, at("2027-01-01 00:00"))


def test_the_notice_replaces_the_guess() -> None:
    notice = changed(2027, holidays=frozenset({date(2027, 1, 1)}), make_up_days=frozenset({date(2027, 1, 2)}))
    time = WorkingTime.of([*SHIPPED.values(), notice])
    start = at("2026-12-30 10:00")
    assert time.due(wd(2), start) == at("2027-01-02 17:30")
    assert not time.provisional(start, at("2027-01-02 17:30"))
    assert time.version(start, at("2027-01-02 17:30")) == "2026@1,2027@1"


def test_the_latest_version_of_a_year_wins_in_any_order() -> None:
    older, newer = SHIPPED[2026], changed(2026, version=2, holidays=frozenset({date(2026, 11, 24)}))
    for years in ([older, newer], [newer, older]):
        time = WorkingTime.of(years)
        assert time.due(wd(1), at("2026-11-23 10:00")) == at("2026-11-25 17:30")
        assert time.version(at("2026-11-23 10:00"), at("2026-11-23 11:00")) == "2026@2"


def test_a_year_published_as_provisional_is() -> None:
    time = WorkingTime.of([changed(2027, provisional=True)])
    assert time.provisional(at("2027-03-01 10:00"), at("2027-03-02 10:00"))


def test_a_guess_has_the_hours_of_the_year_before_else_after() -> None:
    early = (Window.model_validate({"opens": "07:00", "closes": "08:00"}),)
    late = (Window.model_validate({"opens": "20:00", "closes": "21:00"}),)
    time = WorkingTime.of([changed(2025, office_hours=early), changed(2028, office_hours=late)])
    assert time.due(wd(1), at("2024-03-04 10:00")) == at("2024-03-05 08:00")
    assert time.due(wd(1), at("2026-03-02 10:00")) == at("2026-03-03 08:00")
    assert time.due(wd(1), at("2029-03-05 10:00")) == at("2029-03-06 21:00")


def test_far_years_are_reached_and_absurd_ones_refused() -> None:
    time = WorkingTime.of(SHIPPED.values())
    assert time.due(wd(1), at("2012-03-05 10:00")) == at("2012-03-06 17:30")
    assert time.elapsed("office_hours", at("2008-01-07 00:00"), at("2008-01-14 00:00")) == hours(5 * 7.5)
    assert time.due(wd(2000), at("2026-11-23 10:00")).year == 2034
    for absurd in (at("1800-01-01 00:00"), at("2300-01-01 00:00")):
        with pytest.raises(OverflowError):
            time.due(wd(1), absurd)
    with pytest.raises(OverflowError):
        time.due(wd(100_000), at("2026-11-23 10:00"))


def test_equal_and_hashed_by_versions() -> None:
    same = WorkingTime.of(reversed(list(SHIPPED.values())))
    other = WorkingTime.of([*SHIPPED.values(), changed(2026, version=2)])
    assert same == TIME
    assert hash(TIME) == hash(same)
    assert other != TIME
    assert TIME != "2026@1"
    assert repr(other) == "WorkingTime(2024@1,2025@1,2026@2)"


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="none"):
        WorkingTime.of([])
    with pytest.raises(ValueError, match="Asia/Tokyo"):
        WorkingTime.of([*SHIPPED.values(), changed(2027, zone="Asia/Tokyo")])
    with pytest.raises(ValueError, match="forward"):
        TIME.advance("always", at("2026-11-23 10:00"), timedelta(seconds=-1))
    with pytest.raises(TypeError):
        TIME.elapsed("office_hours", datetime(2026, 11, 23), datetime(2026, 11, 24))  # noqa: DTZ001


BERLIN = changed(
    2026, zone="Europe/Berlin", office_hours=(Window.model_validate({"opens": "01:30", "closes": "04:00"}),)
)


@pytest.mark.parametrize(
    ("day", "ran"),
    [("2026-03-28", hours(2.5)), ("2026-03-29", hours(1.5)), ("2026-10-25", hours(3.5))],
)
def test_a_window_on_a_day_with_a_change_of_clocks_is_as_long_as_the_clocks_make_it(day: str, ran: timedelta) -> None:
    sundays = frozenset({date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25)})
    time = WorkingTime.of([BERLIN.model_copy(update={"make_up_days": sundays})])
    midnight = datetime.fromisoformat(day).replace(tzinfo=time.zone)
    assert time.elapsed("office_hours", midnight, midnight + timedelta(days=1)) == ran


def test_a_fold_can_cut_a_window_in_two() -> None:
    """01:30–02:30 on the day on which 02:00–03:00 comes twice: shown at 01:30–02:30 and again at 02:00–02:30."""
    hours_ = (Window.model_validate({"opens": "01:30", "closes": "02:30"}),)
    time = WorkingTime.of([changed(2026, zone="Europe/Berlin", service_hours=hours_)])
    found = list(time.windows("service_hours", at("2026-10-25 00:00"), at("2026-10-26 00:00")))
    utc = [(opens.strftime("%H:%M"), closes.strftime("%H:%M")) for opens, closes in found]
    assert utc == [("23:30", "00:30"), ("01:00", "01:30")]


def test_instants_may_come_in_any_zone() -> None:
    """24 h are 24 h, also where wall clocks say 23."""
    local = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert TIME.due(term(24, "hours", "always"), local) == datetime(2026, 3, 29, 11, tzinfo=UTC)
    assert TIME.elapsed("always", local, local.replace(day=29)) == hours(23)
    assert TIME.advance("always", local, hours(0)).tzinfo is UTC
