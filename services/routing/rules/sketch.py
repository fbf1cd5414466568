"""What is kept of a text to know it again: a few keyed hashes of its smallest parts, never the parts.

Parts are pairs of Chinese characters, the beginnings of longer Latin words, and numbers, in one spelling: simplified,
lower case, numbers in digits, without punctuation and the commonest particles and pronouns. Of the hashes the smallest
are kept (a bottom-k sketch): enough to say how much two texts share, and without the key nothing of what they say. Why
so: docs/adr/0013-fingerprints-of-words.md.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from rapidfuzz.distance import LCSseq

from services.routing.rules.normalise import normalise
from services.routing.rules.numbers import NUMBER, value

Sketch: TypeAlias = tuple[int, ...]
"""Ascending hashes below 2^32, at most SIZE; fewer are all that the text has. Those of numbers are odd."""

SIZE = 64
HEAD, TAIL = 1500, 500
"""Of a longer text only so many characters at its beginning and end count."""

_PARTICLES = "的了着过吗呢吧啊呀嘛哦哈喔啦就都也还很太把被让给我你您他她它们这那个是在有和与及喺咗俾嘅佢番"
_HAN = range(0x3400, 0xA000)
_NUMBER = re.compile(NUMBER)
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])[\W_]+(?=[\u3400-\u9fff])")
_SAYING = "".join(chr(code) for code in _HAN if chr(code) not in _PARTICLES)
_PART = re.compile(rf"\d[\d.]*|[a-zß-ÿ]{{4,}}|[{_SAYING}]{{2,}}")
_STEM = 5  # letters of a Latin word that count; words of less than four are articles, pronouns and the like
_LATIN_ENDS = "ÿ"
_CACHED = 1 << 16  # parts


class Likeness(NamedTuple):
    """How much two texts share: `shared` of all parts of either, `contained` of those of the shorter; both 0 to 1.

    `common` is how many parts that is, of `compared` of the shorter one. `numbers`: True where the numbers of one all
    stand in the other, False where each has some that the other has not, None where one has none.
    """

    shared: float
    contained: float
    common: int
    compared: int
    numbers: bool | None = None


UNLIKE = Likeness(0.0, 0.0, 0, 0)


class Sketcher:
    """Makes sketches with one key; sketches of different keys have nothing in common."""

    def __init__(self, key: bytes) -> None:
        """`key`: any length; only those who share it know one another's texts again."""
        own = hashlib.sha256(key).digest()

        @lru_cache(maxsize=_CACHED)
        def hashed(part: str) -> int:
            return int.from_bytes(hashlib.blake2b(part.encode(), digest_size=4, key=own).digest())

        self._hashed = hashed

    def of(self, text: str) -> Sketch:
        """The sketch of `text`; the work is bounded whatever its length."""
        return tuple(sorted({self._part(part) for part in parts(text)})[:SIZE])

    def _part(self, part: str) -> int:
        return self._hashed(part) | 1 if part[0].isdigit() else self._hashed(part) & ~1


def likeness(one: Sequence[int], other: Sequence[int], without: Collection[int] = ()) -> Likeness:
    """What two texts share besides `without`, by their sketches; an estimate where one has more than SIZE parts."""
    known = min((s[-1] for s in (one, other) if len(s) == SIZE), default=1 << 32)
    one, other = _within(one, known, without), _within(other, known, without)
    if not one or not other:
        return UNLIKE
    common = LCSseq.similarity(one, other)
    least = min(len(one), len(other))
    return Likeness(common / (len(one) + len(other) - common), common / least, common, least, _numbers(one, other))


def parts(text: str) -> Iterator[str]:
    """What a text is made of, in one spelling."""
    spelt = normalise(text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}")
    for run in _PART.findall(_NUMBER.sub(_digits, _BETWEEN.sub("", spelt))):
        if run[0].isdigit():
            yield run.rstrip(".")
        elif run[0] > _LATIN_ENDS:
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        else:
            yield run[:_STEM]


def _digits(match: re.Match[str]) -> str:
    """五十 as 50; 一 and 半 alone are rather words."""
    number = None if match[0] in "一半" else value(match[0])
    return match[0] if number is None else f"{number:.10g}"


def _within(sketch: Sequence[int], known: int, without: Collection[int]) -> list[int]:
    return [part for part in sketch[: bisect_right(sketch, known)] if part not in without]


def _numbers(one: Sequence[int], other: Sequence[int]) -> bool | None:
    first, second = ({part for part in sketch if part & 1} for sketch in (one, other))
    return (first <= second or second <= first) if first and second else None
