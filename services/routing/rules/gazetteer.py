"""Where a text names lines and stations of the network; the reading costs some microseconds and grows with the text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from services.routing.rules.normalise import normalise
from shared.contracts.reference import Line, Network

What = Literal["line", "station"]

MOST = 50
"""Mentions in one text; what stands behind these says no more about the place."""
BESIDE = 4
"""The most characters between a line and a station that stand beside one another."""

_CODE = re.compile(r"[a-z]\d{1,2}")
_NUMBERED = re.compile(r"(\d{1,2})号线")
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMERALS = "零一二三四五六七八九十"
_DIGITS = frozenset("0123456789百" + _NUMERALS)
_HAN = range(0x4E00, 0xA000)
_NAMED_FOR_IT = re.compile(r"(?<![车铁运东南西北])站$")  # the 站 of 火车站 and 汽车北站 belongs to the name
_STATION = re.compile(r"(?:地铁)?站(?![着在起了满队立不住])|地铁口|,? ?(?:metro |subway |underground )?station\b")
_ANOTHER_THING = re.compile(
    r"路|街|大道|巷|小学|中学|大学|学校|医院|大厦|小区|村|派出所|酒店|宾馆|商场|公园|商圈"
    r"|,? (?:road|street|avenue|hotel|hospital|school|mall)\b"
)
_LEVEL = re.compile(r"层|楼|级| ?level")
_METRO = re.compile(r"(?:地铁|轨道交通|metro |subway )$")
_SPACING = str.maketrans("", "", " -'·")
_JOINED = ("(", " (", ",", ", ")
_BEFORE_A_NAME = frozenset("在到从至去往于的和与跟及或线站是经过出进回离近了我你们这那段侧铁通")


class Mention(NamedTuple):
    """A line (`name` is its id) or a station in the text, at [start, end).

    `said`: 站 or "station" stands behind it and within [start, end). `sure`: the words can mean nothing else.
    """

    what: What
    name: str
    start: int
    end: int
    said: bool = False
    sure: bool = True


@dataclass(slots=True)
class _Names:
    """Names as a tree of patterns for one character each; a name ends where `ends` says so."""

    next: dict[str, "_Names"] = field(default_factory=dict)
    ends: bool = False

    def put(self, atoms: Iterable[str]) -> None:
        node = self
        for atom in atoms:
            node = node.next.setdefault(atom, _Names())
        node.ends = True

    def pattern(self, before: str = "") -> str:
        """The longest first. A Latin name ends with its word."""
        end = r"(?![a-z0-9])" if before.isascii() else ""
        ways = [atom + node.pattern(atom) for atom, node in self.next.items()]
        if not ways:
            return end
        return f"(?:{'|'.join([*ways, end] if self.ends else ways)})"


class Gazetteer:
    """The names of one network, compiled once; safe to share."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.lines_at = {station.name: station.lines for station in network.stations}
        self._known: dict[str, tuple[What, str]] = {}
        self._ordinary = {_key(normalise(name)) for station in network.stations for name in station.ordinary}
        tree = _Names()
        for what, name, spelling in _spellings(network):
            if len(spelling) > 1 and self._known.setdefault(_key(spelling), (what, name)) == (what, name):
                tree.put(_atoms(spelling))
        self._pattern = re.compile(tree.pattern()) if self._known else None

    def mentions(self, original: str, text: str) -> list[Mention]:
        """The lines and stations that `original` names, in its order, the first 50; the longest name wins.

        `text` is `original` as normalised.
        """
        found: list[Mention] = []
        for start, end in self._places(text):
            what, name = self._known[_key(text[start:end])]
            if what == "line" and not _is_level(original, text, start, end):
                found.append(Mention(what, name, start, end))
            elif what == "station" and (mention := self._station(text, name, start, end)):
                found.append(mention)
        return [m for place, m in enumerate(found) if m.sure or self._beside_its_line(text, found, place)]

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        """Where names stand that begin a word."""
        search, at = self._pattern.search if self._pattern else None, 0
        for _ in range(MOST):
            match = search(text, at) if search else None
            if match is None:
                return
            at = match.end()
            if _begins(text, match.start()):
                yield match.span()

    def _station(self, text: str, name: str, start: int, end: int) -> Mention | None:
        """The station named at [start, end); None for the beginning of another name, such as that of a street."""
        said = _STATION.match(text, end)
        if said is None and _ANOTHER_THING.match(text, end):
            return None
        reaches = said.end() if said else end
        if _key(text[start:end]) not in self._ordinary:
            return Mention("station", name, start, reaches, said is not None)
        if start and ord(text[start - 1]) in _HAN and text[start - 1] not in _BEFORE_A_NAME:
            return None
        sure = said is not None or _METRO.search(text, max(0, start - 10), start) is not None
        return Mention("station", name, start, reaches, said is not None, sure)

    def _beside_its_line(self, text: str, found: list[Mention], place: int) -> bool:
        """Whether a line of the station stands right before it, or behind it in brackets."""
        station, lines = found[place], self.lines_at[found[place].name]
        before, behind = found[place - 1] if place else None, found[place + 1 : place + 2]
        if before and before.what == "line" and before.name in lines and station.start - before.end <= BESIDE:
            return True
        return any(
            m.what == "line" and m.name in lines and text[station.end : m.start] in ("(", " (", ",", ", ")
            for m in behind
        )


def _key(words: str) -> str:
    """The same for every way in which a name may be spaced."""
    return words.translate(_SPACING)


def _spellings(network: Network) -> Iterator[tuple[What, str, str]]:
    for line in network.lines:
        for name in _names_of_line(line):
            yield "line", line.id, normalise(name).strip()
    for station in network.stations:
        for name in (station.name, station.name_en, *station.aliases):
            yield "station", station.name, _NAMED_FOR_IT.sub("", normalise(name).strip())


def _names_of_line(line: Line) -> Iterator[str]:
    yield from (line.name_zh, line.name_en, *line.aliases)
    numbered = _NUMBERED.fullmatch(_key(normalise(line.name_zh)))
    if numbered:
        number = int(numbered[1])
        yield from (f"{number}号线", f"{_numeral(number)}号线", f"line {number}", f"l{number}")
        yield from (f"line {word}" for word in _ENGLISH[number - 1 : number])


def _numeral(number: int) -> str:
    """1 to 99 in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


def _atoms(name: str) -> Iterator[str]:
    """One pattern per character: spaces, hyphens and apostrophes may be there or not."""
    before = ""
    for char in name:
        if char in " -·":
            yield "[ ·-]?"
        elif char == "'":
            yield "'?"
        else:
            if before and before.isascii() != char.isascii() and before not in " -·'":
                yield " ?"
            yield re.escape(char)
        before = char


def _begins(text: str, start: int) -> bool:
    """Whether a name may begin here: not within a word or a number."""
    if not start:
        return True
    first, before = text[start], text[start - 1]
    if first in _DIGITS:
        return before not in _DIGITS
    return not (first.isascii() and before.isascii() and before.isalnum())


def _is_level(original: str, text: str, start: int, end: int) -> bool:
    """L2 is a line, l2 and the L2 of "L2 层" are not."""
    code = _CODE.fullmatch(text, start, end) is not None
    return code and (not original[start].isupper() or _LEVEL.match(text, end) is not None)
