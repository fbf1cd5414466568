"""Phrases as a service manager writes them, compiled so that a text of any length is read once.

A phrase is literal text with three signs: `…` bridges up to 8 Chinese characters or 40 Latin ones without leaving the
sentence, `(a|b)` offers alternatives, and `*` ends a Latin word anyhow (`threat*`). It begins with a Chinese character
(two are better) or a Latin word: that beginning is the key under which it is looked up.
"""

import re
from collections.abc import Collection, Iterable, Iterator
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
    """The phrases with one beginning. `gate` matches where any of them does: most places fail at once."""

    def __init__(self) -> None:
        self._entries: list[tuple[str, re.Pattern[str]]] = []
        self._gate = re.compile("")
        self.groups: frozenset[str] = frozenset()

    def put(self, group: str, pattern: str) -> None:
        self._entries.append((group, re.compile(pattern)))
        self.groups |= {group}

    def close(self) -> None:
        """All phrases are there."""
        self._gate = re.compile("|".join(dict.fromkeys(known.pattern for _, known in self._entries)))

    def hits(self, text: str, at: int) -> list[Hit]:
        if self._gate.match(text, at) is None:
            return _NOTHING
        found = ((group, pattern.match(text, at)) for group, pattern in self._entries)
        return [Hit(group, at, match.end()) for group, match in found if match is not None]


_NOTHING: list[Hit] = []


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

    def hits(self, text: str, start: int, end: int, enough: AbstractSet[str] = frozenset()) -> Iterator[Hit]:
        """Every phrase that begins in `text[start:end]` (normalised), except of groups put into `enough` meanwhile.

        Phrases of one Chinese character first, then other Chinese ones, then Latin ones, each in the order of the text.
        """
        for at, shelf in self._places(text, start, end):
            if not shelf.groups <= enough:
                yield from shelf.hits(text, at)

    def _places(self, text: str, start: int, end: int) -> Iterator[tuple[int, _Shelf]]:
        chinese, words = self._chinese, self._words
        for found in self._single.finditer(text, start, end):
            yield found.start(), chinese[found[0]]
        for found in self._pair.finditer(text, start, end):
            at = found.start()
            shelf = chinese.get(text[at : at + 2])
            if shelf is not None:
                yield at, shelf
        for word in _LATIN_WORD.finditer(text, start, end):
            whole = word[0].replace("'", "")
            for key in (whole, whole[:_STEM] + "*"):
                shelf = words.get(key)
                if shelf is not None:
                    yield word.start(), shelf

    def _file(self, group: str, phrase: str) -> None:
        pattern = _regex(phrase)
        if not phrase or phrase[0] == "…":
            raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
        if not phrase[0].isascii():
            alone = len(phrase) < 2 or phrase[1] == "…"
            self._chinese.setdefault(phrase[: 1 if alone else 2], _Shelf()).put(group, pattern)
            return
        head = _LATIN_WORD.match(phrase)
        if head is None:
            raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
        starred = phrase[head.end() : head.end() + 1] == "*"
        if starred and len(head[0]) < _STEM:
            raise PhraseError(f"{phrase!r}: a word needs {_STEM} letters before *")
        key = head[0][:_STEM] + "*" if starred else head[0].replace("'", "")
        self._words.setdefault(key, _Shelf()).put(group, pattern)


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
