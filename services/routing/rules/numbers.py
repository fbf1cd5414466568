"""Numbers as people write them: 1.2万, 3,200, 两千五, 二十多."""

import re

_ONE = "[\\d零一二两三四五六七八九十百千万半]"
NUMBER = rf"{_ONE}(?<!{_ONE}.)(?:[,.]?{_ONE}){{0,13}}+(?:\s?[kw](?![a-z]))?+"
"""A number in digits or Chinese numerals, at most 14 of them; it never backtracks."""

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000}


def value(number: str) -> float | None:
    """What `number` (as NUMBER matches it) says; None when it makes no number."""
    number = number.replace(",", "").replace(" ", "")
    if not number[0].isdigit():
        return 0.5 if number == "半" else _numerals(number)
    unit = _UNITS.get(number[-1], 1)
    try:
        return float(number[:-1] if unit > 1 else number) * unit
    except ValueError:
        return None


def _numerals(number: str) -> float | None:
    total, section, digit, last_unit = 0, 0, 0, 0
    for char in number:
        if char in _DIGITS:
            digit, last_unit = _DIGITS[char], last_unit if char != "零" else 0
        elif char == "万":
            total, section, digit, last_unit = (section + digit or 1) * 10_000, 0, 0, 10_000
        elif char in _UNITS:
            section, digit, last_unit = section + (digit or 1) * _UNITS[char], 0, _UNITS[char]
        else:
            return None
    if digit and last_unit > 10:  # 两千五 is 2,500, 三万二 is 32,000
        digit *= last_unit // 10
    return float(total + section + digit)


_TIMES = re.compile(rf"第({NUMBER})(?:次|封|遍|回)")


def ordinal(text: str) -> int:
    """The greatest "for the N-th time" in `text` (normalised), 0 if none."""
    return int(max((value(match[1]) or 0 for match in _TIMES.finditer(text)), default=0))
