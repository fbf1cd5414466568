"""The words of a text as a model counts them: one to three Chinese characters in a row, Latin words, pairs of these."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from operator import add

from services.routing.rules.finder import Finder

LOOKED_AT = 1_000, 500  # characters at the beginning and at the end of a longer text
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z']*")
_PATTERNS = 4_096


def grams_of(text: str) -> set[str]:
    """The grams of a normalised text; of a long one, of its beginning and end."""
    text = _looked_at(text)
    grams: set[str] = set()
    for run in _HAN.findall(text):
        grams.update(run)
        grams.update(map(add, run, run[1:]))
        grams.update(run[at : at + 3] for at in range(len(run) - 2))
    words = _WORD.findall(text)
    grams.update(words)
    grams.update(map(" ".join, pairwise(words)))
    return grams


class Vocabulary:
    """The grams that a model knows, by number. Others that stand in a text are not kept."""

    def __init__(self, known: Mapping[str, int]) -> None:
        self._han = Finder({gram: number for gram, number in known.items() if _HAN.fullmatch(gram)})
        self._latin = {gram: number for gram, number in known.items() if gram[0].isascii()}

    def of(self, text: str) -> list[int]:
        """The numbers of those of `grams_of(text)` that are known."""
        text = _looked_at(text)
        words = _WORD.findall(text)
        found = {*map(self._latin.get, words), *map(self._latin.get, map(" ".join, pairwise(words)))}
        if not text.isascii():
            found.update(self._han.meanings(text))
        return [number for number in found if number is not None]


def where(text: str, gram: str) -> tuple[int, int] | None:
    """The first place of `gram` in a normalised text; between Latin words other signs may stand."""
    if not gram[0].isascii():
        start = text.find(gram)
        return (start, start + len(gram)) if start >= 0 else None
    found = _spaced(gram).search(text)
    return found.span() if found else None


@lru_cache(_PATTERNS)
def _spaced(gram: str) -> re.Pattern[str]:
    words = r"[^a-z]+".join(map(re.escape, gram.split(" ")))
    return re.compile(rf"(?<![a-z]){words}(?![a-z'])")


def _looked_at(text: str) -> str:
    head, tail = LOOKED_AT
    return text if len(text) <= head + tail else f"{text[:head]}\n{text[-tail:]}"
