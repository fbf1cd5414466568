"""The shipped calendars, terms and local instants that these tests speak in."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import services
from services.followup.rules.calendar_file import parse_calendar
from services.followup.rules.working_time import WorkingTime
from shared.contracts.pack import Ladder, Running, Term, Unit
from shared.contracts.reference import CalendarYear

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOLDER = Path(services.__path__[0]) / "followup" / "calendars"
SHIPPED: dict[int, CalendarYear] = {
    year.year: year for year in (parse_calendar(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.yaml"))
}
TIME = WorkingTime.of(SHIPPED.values())
LADDER = Ladder(remind_share=0.5, warn_share=0.8, target_share=0.5, target_minimum_minutes=30, source="test")


def term(amount: int, unit: Unit, runs: Running) -> Term:
    """A term of `amount` units."""
    return Term(amount=amount, unit=unit, runs=runs, source="test")


def wd(amount: int) -> Term:
    """So many working days."""
    return term(amount, "working_days", "office_hours")


def service(hours: int) -> Term:
    """So many hours of service."""
    return term(hours, "hours", "service_hours")


def minutes(amount: int) -> Term:
    """So many minutes, day and night."""
    return term(amount, "minutes", "always")


def at(text: str) -> datetime:
    """`2026-11-23 10:00` in Shanghai, as a UTC instant."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def hours(amount: float) -> timedelta:
    """A length."""
    return timedelta(hours=amount)
