"""Amounts of money, stretches of time and ages in a normalised text, with their offsets."""

import re
from typing import NamedTuple

from services.routing.rules.numbers import NUMBER, value


class Measure(NamedTuple):
    """`value` in CNY, minutes or years of age."""

    value: float
    start: int
    end: int


_WITH_UNIT = re.compile(
    rf"({NUMBER})[多余几来]?[ -]?[个周]?"
    r"(元|块|人民币|cny|rmb|yuan|kuai|分钟|小时|钟头|钟|岁|minute|min|hour|years?[ -]old)"
)
_AFTER = re.compile(
    rf"(cny|rmb|¥|￥|aged|赔偿?|赔我|转我|转给我|给我?|拿|充了|收了我?|扣了我?|罚了?我?|花了|付了)\s?({NUMBER})"
)
_COUNTED = tuple("个次天张分小年月日种节条点遍站回趟口声句")
_MOST = 64  # of a kind; a text with more says no more by them
_UNITS: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("元", "块", "人", "cny", "rmb", "yua", "kua", "¥", "￥"), ("money", 1.0)),
    **dict.fromkeys(("分", "min"), ("minutes", 1.0)),
    **dict.fromkeys(("小", "钟", "hou"), ("minutes", 60.0)),
    **dict.fromkeys(("岁", "yea", "age"), ("age", 1.0)),
}
_SPOKEN = {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "half an": 0.5, "an": 1}
_SPOKEN_TIME = re.compile(rf"(?<![a-z])({'|'.join(_SPOKEN)})[ -](?:[a-z]{{2,8}} )?(minutes?|hours?)(?![a-z])")


class Measures(NamedTuple):
    """All measures of a text: sums in CNY, stretches in minutes, ages in years, each in the order of the text."""

    monies: tuple[Measure, ...]
    minutes: tuple[Measure, ...]
    ages: tuple[Measure, ...]


def measures(text: str) -> Measures:
    """Read the numbers of `text` (normalised) that have a unit, or stand after a currency or a word of paying."""
    found: dict[str, list[Measure]] = {"money": [], "minutes": [], "age": []}
    for match in _WITH_UNIT.finditer(text):
        kind, factor = _unit(match[2])
        _add(found[kind], match, 1, factor)
    for match in _AFTER.finditer(text):
        kind, least = (_unit(match[1])[0], 0) if match[1][:3] in _UNITS else ("money", _least(match[1]))
        if least == 0 or not text.startswith(_COUNTED, match.end()):
            _add(found[kind], match, 2, 1.0, least)
    if "minute" in text or "hour" in text:
        for match in _SPOKEN_TIME.finditer(text):
            _add(found["minutes"], match, 1, _unit(match[2])[1])
    return Measures(*(tuple(sorted(kind, key=lambda m: m.start)) for kind in found.values()))


def _least(paying: str) -> int:
    """The smallest sum without a unit that counts: 给我一点 is none, 赔一千 and 充了五十 are."""
    return 10 if paying[0] in "充收扣罚花付" else 100


def _unit(written: str) -> tuple[str, float]:
    return _UNITS[written[:3] if written[0].isascii() else written[0]]


def _add(kind: list[Measure], match: re.Match[str], group: int, factor: float, least: float = 0) -> None:
    number, start = match[group], match.start(group)
    amount = _SPOKEN.get(number) or value(number)
    taken = any(known.start <= start < known.end for known in kind)
    if amount is not None and amount >= least and len(kind) < _MOST and not taken:
        kind.append(Measure(amount * factor, start, match.end()))
