"""Phrases as a service manager writes them, compiled so that a text of any length is read once.

A phrase is literal text with three signs: `…` bridges up to 8 Chinese characters or 30 Latin ones without leaving the
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
_GAP_CHINESE, _GAP_LATIN = r"[^。!?;\n]{0,8}?", r"[^.!?;\n]{0,30}?"
_STEM = 4


class Hit(NamedTuple):
    """Where a phrase of a group stands in the normalised text."""

    group: str
    start: int
    end: int


class PhraseError(ValueError):
    """A phrase that cannot be looked up."""


class _Entry(NamedTuple):
    group: str
    pattern: re.Pattern[str]


class PhraseBook:
    """All phrases of all groups under their beginnings. Reading looks at each character or word once."""

    def __init__(self, groups: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._singles: dict[str, list[_Entry]] = {}
        self._pairs: dict[str, list[_Entry]] = {}
        self._words: dict[str, list[_Entry]] = {}
        for group, phrases in groups:
            for phrase in phrases:
                for plain in expand(phrase):
                    self._file(group, plain)
        first, second = {key[0] for key in self._pairs}, {key[1] for key in self._pairs}
        self._single = re.compile(_one_of(self._singles))
        self._pair = re.compile(f"{_one_of(first)}(?={_one_of(second)})")

    def hits(self, text: str, enough: AbstractSet[str] = frozenset()) -> Iterator[Hit]:
        """Every phrase that stands in `text` (normalised), except of groups that the caller has put into `enough`.

        Phrases of one Chinese character first, then other Chinese ones, then Latin ones, each in the order of the text.
        """
        for found in self._single.finditer(text):
            yield from _verified(self._singles[found[0]], text, found.start(), enough)
        for found in self._pair.finditer(text):
            at = found.start()
            entries = self._pairs.get(text[at : at + 2])
            if entries:
                yield from _verified(entries, text, at, enough)
        for word in _LATIN_WORD.finditer(text):
            whole = word[0].replace("'", "")
            for key in (whole, whole[:_STEM] + "*"):
                entries = self._words.get(key)
                if entries:
                    yield from _verified(entries, text, word.start(), enough)

    def _file(self, group: str, phrase: str) -> None:
        entry = _Entry(group, re.compile(_regex(phrase)))
        if not phrase[0].isascii():
            alone = len(phrase) < 2 or phrase[1] == "…"
            keyed, key = (self._singles, phrase[:1]) if alone else (self._pairs, phrase[:2])
            keyed.setdefault(key, []).append(entry)
            return
        head = _LATIN_WORD.match(phrase)
        if head is None:
            raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
        starred = phrase[head.end() : head.end() + 1] == "*"
        if starred and len(head[0]) < _STEM:
            raise PhraseError(f"{phrase!r}: a word needs {_STEM} letters before *")
        key = head[0][:_STEM] + "*" if starred else head[0].replace("'", "")
        self._words.setdefault(key, []).append(entry)


def expand(phrase: str) -> list[str]:
    """`a (b|c)` → `a b`, `a c`."""
    parts = _ALTERNATIVES.split(phrase)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(combination) for combination in product(*choices)]


def _one_of(chars: Collection[str]) -> str:
    return "[" + "".join(re.escape(char) for char in sorted(chars)) + "]" if chars else r"(?!)"


def _verified(entries: list[_Entry], text: str, at: int, enough: AbstractSet[str]) -> Iterator[Hit]:
    for entry in entries:
        if entry.group in enough:
            continue
        match = entry.pattern.match(text, at)
        if match is not None:
            yield Hit(entry.group, at, match.end())


def _regex(phrase: str) -> str:
    latin = phrase[0].isascii()
    gap = _GAP_LATIN if latin else _GAP_CHINESE
    pattern = gap.join(re.escape(part) for part in phrase.split("…"))
    if latin:
        pattern = pattern.replace(r"\*", "[a-z]*").replace(r"\ ", r"\s{1,3}").replace("'", "'?") + r"(?![a-z])"
    return pattern
