"""Amounts of money, stretches of time and ages in a normalised text, with their offsets."""

import re
from typing import NamedTuple

from services.routing.rules.numbers import NUMBER, value


class Measure(NamedTuple):
    """`value` in CNY, minutes or years of age."""

    value: float
    start: int
    end: int


_CURRENCY = ("cny", "cny ", "rmb", "rmb ", "¥", "￥", "¥ ")
_NUMBER = re.compile(
    rf"({NUMBER})[多余几来]?[ -]?(?:个|周)?(元|块|人民币|cny|rmb|yuan|kuai|分钟|小时|钟头|钟|岁|minutes?|mins?|hours?|years?[ -]old)?"
)
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("元", "块", "人", "cn", "rm", "yu", "ku"), ("money", 1.0)),
    **dict.fromkeys(("分", "mi"), ("minutes", 1.0)),
    **dict.fromkeys(("小", "钟", "ho"), ("minutes", 60.0)),
    **dict.fromkeys(("岁", "ye"), ("age", 1.0)),
}
_PAYING = ("赔", "赔偿", "赔我", "转我", "转给我", "给我", "拿")
_BARE_MINIMUM = 100  # 给我一点 is no sum; 赔一千 is
_COUNTED = tuple("个次天张分小年月日种节条")
_SPOKEN = {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "half an": 0.5, "an": 1}
_SPOKEN_TIME = re.compile(rf"(?<![a-z])({'|'.join(_SPOKEN)})[ -](?:[a-z]{{2,8}} )?(minutes?|hours?)(?![a-z])")


class Measures(NamedTuple):
    """All measures of a text: sums in CNY, stretches in minutes, ages in years, each in the order of the text."""

    monies: tuple[Measure, ...]
    minutes: tuple[Measure, ...]
    ages: tuple[Measure, ...]


def measures(text: str) -> Measures:
    """Read every number of `text` (normalised) that has a unit, or stands after a currency or a word of paying."""
    found: dict[str, list[Measure]] = {"money": [], "minutes": [], "age": []}
    for match in _NUMBER.finditer(text):
        kind, factor = _unit(text, match)
        amount = value(match[1]) if kind else None
        if amount is not None and (kind != "bare" or amount >= _BARE_MINIMUM):
            place = found["money" if kind == "bare" else kind]
            place.append(Measure(amount * factor, match.start(), match.end()))
    if "minute" in text or "hour" in text:
        for match in _SPOKEN_TIME.finditer(text):
            factor = 60.0 if match[2].startswith("hour") else 1.0
            found["minutes"].append(Measure(_SPOKEN[match[1]] * factor, match.start(), match.end()))
    return Measures(tuple(found["money"]), tuple(found["minutes"]), tuple(found["age"]))


def _unit(text: str, match: re.Match[str]) -> tuple[str, float]:
    unit = match[2]
    if unit:
        return _UNITS[unit[:2] if unit[0].isascii() else unit[0]]
    start = match.start()
    if text.endswith(_CURRENCY, max(0, start - 4), start):
        return "money", 1.0
    if text.endswith("aged ", max(0, start - 5), start):
        return "age", 1.0
    if text.endswith(_PAYING, max(0, start - 3), start) and not text.startswith(_COUNTED, match.end()):
        return "bare", 1.0
    return "", 1.0
