"""Phrases as a service manager writes them, compiled so that a text of any length is read once.

A phrase is literal text with three signs: `…` bridges up to 8 Chinese characters or 40 Latin ones without leaving the
sentence, `(a|b)` offers alternatives, and `*` ends a Latin word anyhow (`threat*`). It begins with a Chinese character
(two are better) or a Latin word: that beginning is the key under which it is looked up.
"""

import re
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from itertools import product
from typing import NamedTuple

_LATIN_WORD = re.compile(r"[a-z][a-z']*")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_GAP_CHINESE, _GAP_LATIN = r"[^。!?;\n]{0,8}?", r"[^.!?;\n]{0,40}?"
_STEM = 4


class Hit(NamedTuple):
    """Where a phrase of a group stands in the normalised text."""

    group: str
    start: int
    end: int


class PhraseError(ValueError):
    """A phrase that cannot be looked up."""


class _Shelf:
    """The phrases with one beginning: those that are no more than it, and the longer ones.

    `gate` matches where any of the longer ones does, so that most places fail at once.
    """

    def __init__(self) -> None:
        self._short: list[tuple[str, int]] = []
        self._long: list[tuple[str, re.Pattern[str]]] = []
        self._gate: re.Pattern[str] | None = None
        self.groups: frozenset[str] = frozenset()

    def put(self, group: str, phrase: str, key: str) -> None:
        if phrase == key and not key.isascii():
            self._short.append((group, len(key)))
        else:
            self._long.append((group, re.compile(_regex(phrase))))
        self.groups |= {group}

    def close(self) -> None:
        """All phrases are there."""
        if self._long:
            self._gate = re.compile("|".join(dict.fromkeys(known.pattern for _, known in self._long)))

    def read(self, text: str, at: int, found: list[Hit]) -> None:
        for group, length in self._short:
            found.append(Hit(group, at, at + length))
        if self._gate is not None and self._gate.match(text, at) is not None:
            for group, pattern in self._long:
                match = pattern.match(text, at)
                if match is not None:
                    found.append(Hit(group, at, match.end()))


class PhraseBook:
    """All phrases of all groups under their beginnings. Reading looks at each character or word once."""

    def __init__(self, groups: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._chinese: dict[str, _Shelf] = {}
        self._words: dict[str, _Shelf] = {}
        for group, phrases in groups:
            for phrase in phrases:
                for plain in expand(phrase):
                    self._file(group, plain)
        for shelf in (*self._chinese.values(), *self._words.values()):
            shelf.close()
        pairs = [key for key in self._chinese if len(key) > 1]
        first, second = _one_of({key[0] for key in pairs}), _one_of({key[1] for key in pairs})
        self._pair = re.compile(f"{first}(?={second})")
        self._single = re.compile(_one_of({key for key in self._chinese if len(key) == 1}))

    def hits(self, text: str, start: int, end: int, enough: AbstractSet[str] = frozenset()) -> list[Hit]:
        """Every phrase that begins in `text[start:end]` (normalised) and of whose beginnings not all are of `enough`.

        Phrases of one Chinese character first, then other Chinese ones, then Latin ones, each in the order of the text.
        """
        found: list[Hit] = []
        chinese, words = self._chinese, self._words
        for single in self._single.finditer(text, start, end):
            shelf = chinese[single[0]]
            if not shelf.groups <= enough:
                shelf.read(text, single.start(), found)
        for pair in self._pair.finditer(text, start, end):
            at = pair.start()
            place = chinese.get(text[at : at + 2])
            if place is not None and not place.groups <= enough:
                place.read(text, at, found)
        for word in _LATIN_WORD.finditer(text, start, end):
            whole = word[0].replace("'", "")
            for key in (whole, whole[:_STEM] + "*"):
                place = words.get(key)
                if place is not None and not place.groups <= enough:
                    place.read(text, word.start(), found)
        return found

    def _file(self, group: str, phrase: str) -> None:
        if not phrase or phrase[0] == "…":
            raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
        if not phrase[0].isascii():
            key = phrase[:1] if len(phrase) < 2 or phrase[1] == "…" else phrase[:2]
            self._chinese.setdefault(key, _Shelf()).put(group, phrase, key)
            return
        head = _LATIN_WORD.match(phrase)
        if head is None:
            raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
        starred = phrase[head.end() : head.end() + 1] == "*"
        if starred and len(head[0]) < _STEM:
            raise PhraseError(f"{phrase!r}: a word needs {_STEM} letters before *")
        key = head[0][:_STEM] + "*" if starred else head[0].replace("'", "")
        self._words.setdefault(key, _Shelf()).put(group, phrase, key)


def expand(phrase: str) -> list[str]:
    """`a (b|c)` → `a b`, `a c`."""
    parts = _ALTERNATIVES.split(phrase)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(combination) for combination in product(*choices)]


def _one_of(chars: Collection[str]) -> str:
    return "[" + "".join(map(re.escape, sorted(chars))) + "]" if chars else "(?!)"


def _regex(phrase: str) -> str:
    latin = phrase[0].isascii()
    gap = _GAP_LATIN if latin else _GAP_CHINESE
    pattern = gap.join(re.escape(part) for part in phrase.split("…"))
    if latin:
        pattern = pattern.replace(r"\*", "[a-z]*").replace(r"\ ", r"\s{1,3}").replace("'", "'?") + r"(?![a-z])"
    return pattern
