"""When something is said to have happened: days and times of day in a text, as far as they are plain.

Of several the whole stretch between them counts: what is unclear must not tell two events apart.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.routing.rules.normalise import normalise
from services.routing.rules.numbers import NUMBER, value

HERE = ZoneInfo("Asia/Shanghai")
SPREAD = 60
"""Minutes by which people round."""

_HOUR = 60
_READ = 2000  # characters
_DAYS_AGO = {"今": 0, "刚": 0, "昨": 1, "前天": 2, "前晚": 2, "today": 0, "this": 0, "yesterday": 1, "last": 1}
_RELATIVE = re.compile(
    r"今(?=[天早晚日晨])|刚[刚才]|昨(?=[天晚日夜])|(?<!目)前[天晚]"
    r"|\btoday\b|\bthis (?=morning|afternoon|evening)|\byesterday\b|\blast (?=night|evening)"
)
_DIGIT, _WEEK = re.compile(r"\d"), re.compile(r"周|星期|礼拜|day")
_DATE = re.compile(
    r"(?:(20\d\d)[年./-])?(1[0-2]|0?[1-9])(?:月|[./-](?=\d{1,2}(?:日|号|\b)))([12]\d|3[01]|0?[1-9])(?:[日号]|\b)"
)
_WEEKDAY = re.compile(r"(上)?(?:周|星期|礼拜)([一二三四五六日天])|\b(?:on |last )(mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_WEEKDAYS = {name: place % 7 for place, name in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAYS |= {name: place for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_PARTS = {
    "早": (5, 12),
    "晨": (5, 12),
    "上午": (5, 12),
    "中午": (11, 14),
    "下午": (12, 19),
    "傍晚": (16, 20),
    "晚": (16, 25),
    "夜": (16, 25),
    "morning": (5, 12),
    "afternoon": (12, 19),
    "evening": (16, 25),
    "night": (16, 25),
}
_PART = re.compile(r"上午|中午|下午|傍晚|晚(?!点)|夜|早(?!就|已|点)|晨|morning|afternoon|evening|night")
_CLOCK = re.compile(rf"({NUMBER})点(?:(半)|({NUMBER})分?)?(?!钱|钟头)|(?<![\d.:])([01]?\d|2[0-3]):([0-5]\d)(?![\d:])")


class Moment(NamedTuple):
    """`days`: first and last, as `date.toordinal`; `minutes`: of the day, first and last. None: not said."""

    days: tuple[int, int] | None = None
    minutes: tuple[int, int] | None = None


UNSAID = Moment()


def moment(text: str, at: datetime) -> Moment:
    """When `text`, written at `at`, says that it happened."""
    spelt = normalise(text[:_READ])
    days = [day.toordinal() for day in _days(spelt, at.astimezone(HERE).date())]
    parts = [_PARTS[match[0]] for match in _PART.finditer(spelt)]
    minutes = list(_clocks(spelt, late=bool(parts) and all(start >= 11 for start, _ in parts)))
    if not minutes:
        minutes = [hour * _HOUR for part in parts for hour in part]
    return Moment(_ends(days), _ends(minutes))


def instant_of(occurred_at: datetime) -> Moment:
    """A moment that is known."""
    here = occurred_at.astimezone(HERE)
    day, minute = here.date().toordinal(), here.hour * _HOUR + here.minute
    return Moment((day, day), (minute, minute))


def apart(one: Moment, other: Moment) -> bool:
    """Whether the two cannot be one: other days, or other times of day."""
    return _disjoint(one.days, other.days, 0) or _disjoint(one.minutes, other.minutes, SPREAD)


def _disjoint(one: tuple[int, int] | None, other: tuple[int, int] | None, spread: int) -> bool:
    return one is not None and other is not None and (one[0] - other[1] > spread or other[0] - one[1] > spread)


def _ends(found: list[int]) -> tuple[int, int] | None:
    return (min(found), max(found)) if found else None


def _days(text: str, today: date) -> Iterator[date]:
    for match in _RELATIVE.finditer(text):
        word = match[0].strip()
        yield today - timedelta(days=_DAYS_AGO.get(word, _DAYS_AGO.get(word[0], 0)))
    for match in _DATE.finditer(text) if _DIGIT.search(text) else ():
        if (day := _dated(match, today)) is not None:
            yield day
    for match in _WEEKDAY.finditer(text) if _WEEK.search(text) else ():
        back = (today.weekday() - _WEEKDAYS[match[2] or match[3]]) % 7
        yield today - timedelta(days=back + (7 if match[1] and back <= today.weekday() else 0))


def _dated(match: re.Match[str], today: date) -> date | None:
    """A date without a year is the last one that has been."""
    year = int(match[1]) if match[1] else today.year
    for candidate in (year, year - 1):
        try:
            day = date(candidate, int(match[2]), int(match[3]))
        except ValueError:
            return None
        if match[1] or day <= today:
            return day
    return None


def _clocks(text: str, *, late: bool) -> Iterator[int]:
    """Times of day in minutes; `late`: the text speaks of no morning."""
    for match in _CLOCK.finditer(text) if "点" in text or ":" in text else ():
        hour = value(match[1] or match[4])
        a_bit = match[1] == "一" and not match[2] and not match[3]  # 一点补偿
        if hour is None or not 0 <= hour <= 24 or a_bit:
            continue
        minute = 30.0 if match[2] else _whole(match[3] or match[5])
        yield int(hour + (12 if hour < 5 or (late and hour < 12) else 0)) * _HOUR + int(minute)


def _whole(number: str | None) -> float:
    return min(value(number) or 0.0, 59.0) if number else 0.0
