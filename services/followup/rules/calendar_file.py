"""A calendar's YAML text → CalendarYear."""

from zoneinfo import ZoneInfo

import yaml

from shared.contracts.reference import CalendarYear


class CalendarFileError(ValueError):
    """The text is no valid calendar; the message says where and why."""


def parse_calendar(text: str) -> CalendarYear:
    """The year that `text` (YAML) describes. Raises CalendarFileError."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise CalendarFileError(str(error)) from error
    if not isinstance(content, dict):
        raise CalendarFileError("a calendar is a mapping of fields")
    unknown = sorted(str(name) for name in content if name not in CalendarYear.model_fields)
    if unknown:
        raise CalendarFileError(f"no field of a calendar: {', '.join(unknown)}")
    try:
        calendar = CalendarYear.model_validate(content)
        ZoneInfo(calendar.zone)
    except (ValueError, KeyError) as error:
        raise CalendarFileError(str(error)) from error
    return calendar


__all__ = ["CalendarFileError", "parse_calendar"]
