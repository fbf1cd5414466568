"""Amounts of money, stretches of time and ages in a normalised text, with their offsets."""

import re
from typing import NamedTuple

from services.routing.rules.numbers import NUMBER, value


class Measure(NamedTuple):
    """`value` in CNY, minutes or years of age."""

    value: float
    start: int
    end: int


_SPOKEN = {
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "half an": 0.5,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
}
_WORDS = "|".join(_SPOKEN)

_MONEY = re.compile(
    rf"(?:cny|rmb|¥|￥)\s?(?P<a>{NUMBER})|(?P<b>{NUMBER})[多余几来]?\s?(?:元|块|人民币|cny|rmb|yuan|kuai)"
    rf"|(?:赔偿?|转我|转给我|给我|拿)(?P<c>{NUMBER})(?![个次天张分小年月日种节条])"
)
_BARE_MINIMUM = 100  # 给我一点 is no sum; 赔一千 is
_MINUTES = re.compile(
    rf"(?P<a>{NUMBER})[多余几来]?\s?(?P<au>分钟|个?小时|个?钟头|个钟)"
    rf"|(?<![a-z])(?P<b>\d{{1,4}}|{_WORDS})[- ](?:\w{{2,8}} )?(?P<bu>minutes?|mins?|hours?)(?![a-z])"
)
_AGE = re.compile(rf"(?P<a>{NUMBER})[多来]?\s?周?岁|(?<!\d)(?P<b>\d{{1,3}})[- ]year[s]?[- ]old|aged (?P<c>\d{{1,3}})")


def monies(text: str) -> list[Measure]:
    """Every sum in CNY. A number without a unit counts only after a word of paying, from 100 up."""
    found = []
    for match in _MONEY.finditer(text):
        amount = value(match["a"] or match["b"] or match["c"])
        if amount is not None and (match["c"] is None or amount >= _BARE_MINIMUM):
            found.append(Measure(amount, match.start(), match.end()))
    return found


def minutes(text: str) -> list[Measure]:
    """Every stretch given in minutes or hours, in minutes."""
    found = []
    for match in _MINUTES.finditer(text):
        number, unit = match["a"] or match["b"], match["au"] or match["bu"]
        amount = _SPOKEN.get(number) or value(number)
        if amount is not None:
            hours = unit.startswith("hour") or unit[-1] in "时头" or unit == "个钟"
            found.append(Measure(amount * 60 if hours else amount, match.start(), match.end()))
    return found


def ages(text: str) -> list[Measure]:
    """Every age in years."""
    found = []
    for match in _AGE.finditer(text):
        age = value(match["a"] or match["b"] or match["c"])
        if age is not None:
            found.append(Measure(age, match.start(), match.end()))
    return found
