"""Phrases as a service manager writes them, compiled so that a text of any length is read once.

A phrase is literal text with three signs: `…` bridges up to 8 Chinese characters or 40 Latin ones without leaving the
sentence, `(a|b)` offers alternatives, and `*` ends a Latin word anyhow (`threat*`). It begins with a Chinese character
(more are better) or a Latin word: that beginning is the key under which it is looked up.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from itertools import chain, product
from typing import NamedTuple

from services.routing.rules.finder import Finder

_LATIN_WORD = re.compile(r"[a-z][a-z']*")
_NEXT_WORD = re.compile(r"[a-z][a-z']* ([^\s…*'])")
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


class _Patterns:
    """Phrases with one beginning. `gate` matches where any of them does, so that most places fail at once."""

    def __init__(self, known: Iterable[tuple[str, str]]) -> None:
        self._known = [(group, re.compile(_regex(phrase))) for group, phrase in known]
        self.gate = re.compile("|".join(dict.fromkeys(pattern.pattern for _, pattern in self._known))).match

    def read(self, text: str, at: int, enough: AbstractSet[str], found: list[Hit]) -> None:
        """Where `gate` matches."""
        for group, pattern in self._known:
            match = None if group in enough else pattern.match(text, at)
            if match is not None:
                found.append(Hit(group, at, match.end()))


class _Literal:
    """The Chinese phrases that begin with the same literal text: those that are no more than it, and longer ones."""

    def __init__(self, literal: str, known: Collection[tuple[str, str]]) -> None:
        self.length, self.groups = len(literal), frozenset(group for group, _ in known)
        self._short = [group for group, phrase in known if phrase == literal]
        longer = [(group, phrase) for group, phrase in known if phrase != literal]
        self._longer = _Patterns(longer)
        self._gate = self._longer.gate if longer else None

    def read(self, text: str, at: int, enough: AbstractSet[str], found: list[Hit]) -> None:
        if self._short:
            found.extend([Hit(group, at, at + self.length) for group in self._short if group not in enough])
        if self._gate is not None and self._gate(text, at) is not None:
            self._longer.read(text, at, enough, found)


class _Word:
    """The phrases that begin with the same Latin word, by the character that the word after it must begin with."""

    def __init__(self, known: Collection[tuple[str, str]]) -> None:
        self.groups = frozenset(group for group, _ in known)
        beginnings = [_after_a_space(phrase) for _, phrase in known]
        self._by_next = {
            char: _Patterns(pair for pair, begins in zip(known, beginnings, strict=True) if begins in (char, ""))
            for char in beginnings
        }
        self._any = self._by_next.pop("", None)
        self._all = _Patterns(known)

    def read(self, text: str, at: int, after: int, enough: AbstractSet[str], found: list[Hit]) -> None:
        """`after`: where the word ends that stands at `at`."""
        char = text[after + 1 : after + 2]
        patterns = self._all if char.isspace() else self._by_next.get(char, self._any)
        if patterns is not None and patterns.gate(text, at) is not None:
            patterns.read(text, at, enough, found)


class PhraseBook:
    """All phrases of all groups under their beginnings. Reading looks at each character or word once."""

    def __init__(self, groups: Iterable[tuple[str, Iterable[str]]]) -> None:
        chinese, words, stems = _Filed(list), _Filed(list), _Filed(list)
        for group, phrases in groups:
            for plain in chain.from_iterable(map(expand, phrases)):
                if plain[:1].isascii():
                    word, starred = _first_word(plain)
                    (stems if starred else words)[word].append((group, plain))
                else:
                    chinese[_literal(plain)].append((group, plain))
        self._chinese = Finder({literal: _Literal(literal, known) for literal, known in chinese.items()})
        self._longest = max(map(len, chinese), default=0)
        self._words = {word: _Word(known) for word, known in words.items()}
        self._stems = {stem: _Word(known) for stem, known in stems.items()}

    def hits(self, text: str, start: int, end: int, enough: AbstractSet[str] = frozenset()) -> list[Hit]:
        """Every phrase that begins in `text[start:end]` (normalised), but for those of the groups `enough`.

        Chinese phrases first, then Latin ones.
        """
        found: list[Hit] = []
        if not text.isascii():
            for last, literal in self._chinese.places(text, start, min(len(text), end + self._longest)):
                at = last - literal.length
                if at < end and not (enough and literal.groups <= enough):
                    literal.read(text, at, enough, found)
        words, stems = self._words, self._stems
        for match in _LATIN_WORD.finditer(text, start, end):
            whole = match[0].replace("'", "")
            for place in (words.get(whole), stems.get(whole[:_STEM])):
                if place is not None and not (enough and place.groups <= enough):
                    place.read(text, match.start(), match.end(), enough, found)
        return found


_Filed = defaultdict[str, list[tuple[str, str]]]
"""(group, phrase) by the beginning of the phrase."""


def _literal(phrase: str) -> str:
    """What a Chinese phrase begins with, up to its first gap."""
    literal = phrase.split("…", 1)[0]
    if not literal:
        raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
    return literal


def _first_word(phrase: str) -> tuple[str, bool]:
    """The key of a Latin phrase, and whether it is the beginning of a word only."""
    head = _LATIN_WORD.match(phrase)
    if head is None:
        raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
    if phrase[head.end() : head.end() + 1] != "*":
        return head[0].replace("'", ""), False
    if len(head[0]) < _STEM:
        raise PhraseError(f"{phrase!r}: a word needs {_STEM} letters before *")
    return head[0][:_STEM], True


def _after_a_space(phrase: str) -> str:
    """The character that must stand behind the first word and a space; "" where others may."""
    match = _NEXT_WORD.match(phrase)
    return match[1] if match else ""


def expand(phrase: str) -> list[str]:
    """`a (b|c)` → `a b`, `a c`."""
    parts = _ALTERNATIVES.split(phrase)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(combination) for combination in product(*choices)]


def _regex(phrase: str) -> str:
    latin = phrase[0].isascii()
    gap = _GAP_LATIN if latin else _GAP_CHINESE
    pattern = gap.join(re.escape(part) for part in phrase.split("…"))
    if latin:
        pattern = pattern.replace(r"\*", "[a-z]*").replace(r"\ ", r"\s{1,3}").replace("'", "'?") + r"(?![a-z])"
    return pattern
