"""Phrases as a service manager writes them, compiled so that a text of any length is read once.

A phrase is literal text with three signs: `…` bridges up to 8 Chinese characters or 40 Latin ones without leaving the
sentence, `(a|b)` offers alternatives, and `*` ends a Latin word anyhow (`threat*`). It begins with a Chinese character
(more are better) or a Latin word: that beginning is the key under which it is looked up.
"""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain, product
from typing import NamedTuple

from services.routing.rules.finder import Finder

_LATIN_WORD = re.compile(r"[a-z][a-z']*")
_SIGN = re.compile(r"[…*]")
_BLANKS = re.compile(" {2,}")
_OTHER_BLANK = re.compile(r"[^\S ]")
_ALTERNATIVES = re.compile(r"\(([^()]*)\)")
_GAP_CHINESE, _GAP_LATIN = r"[^。!?;\n]{0,8}?", r"[^.!?;\n]{0,40}?"
_STEM = 4
_MOST_BLANKS = 3  # between two words of a phrase


class Hit(NamedTuple):
    """Where a phrase of a group stands in the normalised text."""

    group: str
    start: int
    end: int


class PhraseError(ValueError):
    """A phrase that cannot be looked up."""


class _Literal:
    """The phrases that begin with the same literal text: Chinese ones that are no more than it, and all others."""

    def __init__(self, literal: str, known: Iterable[tuple[str, str]]) -> None:
        self.length, self.latin = len(literal), literal[0].isascii()
        self.groups = frozenset(group for group, _ in known)
        whole = "" if self.latin or " " in literal else literal
        self._whole = [group for group, phrase in known if phrase == whole]
        patterns = [(group, _regex(phrase)) for group, phrase in known if phrase != whole]
        self._more = [(group, re.compile(pattern).match) for group, pattern in patterns]
        self._any = re.compile("|".join(dict.fromkeys(pattern for _, pattern in patterns))).match

    def read(self, text: str, at: int, enough: AbstractSet[str], found: list[Hit]) -> None:
        """Where the literal text stands at `at`, in whatever white space."""
        if self._whole:
            found.extend([Hit(group, at, at + self.length) for group in self._whole if group not in enough])
        for group, matches in self._more if self._more and self._any(text, at) else ():
            match = None if group in enough else matches(text, at)
            if match is not None:
                found.append(Hit(group, at, match.end()))


class PhraseBook:
    """All phrases of all groups under their beginnings. Reading looks at each character once."""

    def __init__(self, groups: Iterable[tuple[str, Iterable[str]]]) -> None:
        filed: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for group, phrases in groups:
            for plain in chain.from_iterable(map(expand, phrases)):
                for literal in _literals(plain):
                    filed[literal].append((group, plain))
        self._literals = Finder({literal: _Literal(literal, known) for literal, known in filed.items()})
        self._reach = max(map(len, filed), default=0) * _MOST_BLANKS

    def hits(self, text: str, start: int, end: int, enough: AbstractSet[str] = frozenset()) -> list[Hit]:
        """Every phrase that begins in `text[start:end]` (normalised), but for those of the groups `enough`."""
        found: list[Hit] = []
        squeezed = _squeezed(text[start : end + self._reach])
        for last, literal in self._literals.places(squeezed.text):
            at = start + squeezed.origin(last - literal.length)
            if at < end and not (enough and literal.groups <= enough) and not (literal.latin and _in_word(text, at)):
                literal.read(text, at, enough, found)
        return found


class _Squeezed(NamedTuple):
    """A text with one space for all white space between two words; from each of `places` on so much is left out."""

    text: str
    places: Sequence[int] = ()
    left_out: Sequence[int] = (0,)

    def origin(self, place: int) -> int:
        """Where that stood which now stands at `place`."""
        return place + self.left_out[bisect_right(self.places, place)]


def _squeezed(text: str) -> _Squeezed:
    text = _OTHER_BLANK.sub(" ", text)
    if "  " not in text:
        return _Squeezed(text)
    places, left_out = [], [0]
    for blanks in _BLANKS.finditer(text):
        places.append(blanks.start() + 1 - left_out[-1])
        left_out.append(left_out[-1] + blanks.end() - blanks.start() - 1)
    return _Squeezed(_BLANKS.sub(" ", text), places, left_out)


def _in_word(text: str, at: int) -> bool:
    """Whether a Latin letter stands before `at`, or one with apostrophes between."""
    while at and text[at - 1] == "'":
        at -= 1
    return at > 0 and "a" <= text[at - 1] <= "z"


def _literals(phrase: str) -> set[str]:
    """What a phrase begins with, up to its first sign; a Latin one in single spaces, with and without apostrophes."""
    latin, literal = phrase[:1].isascii(), _SIGN.split(phrase, 1)[0]
    word = _LATIN_WORD.match(literal)
    if not literal or (latin and word is None):
        raise PhraseError(f"{phrase!r} must begin with a Chinese character or a Latin word")
    if word is not None and word.end() < _STEM and phrase.startswith("*", word.end()):
        raise PhraseError(f"{phrase!r}: a word needs {_STEM} letters before *")
    if not latin:
        return {literal}
    single = _BLANKS.sub(" ", literal)
    return set(map("".join, product(*[("'", "") if char == "'" else (char,) for char in single])))


def expand(phrase: str) -> list[str]:
    """`a (b|c)` → `a b`, `a c`."""
    parts = _ALTERNATIVES.split(phrase)
    choices = [part.split("|") if index % 2 else [part] for index, part in enumerate(parts)]
    return ["".join(combination) for combination in product(*choices)]


def _regex(phrase: str) -> str:
    latin = phrase[0].isascii()
    gap = _GAP_LATIN if latin else _GAP_CHINESE
    pattern = gap.join(re.escape(part) for part in phrase.split("…"))
    if not latin:
        return pattern
    word = _LATIN_WORD.match(phrase)
    if word is not None and not phrase.startswith("*", word.end()):
        pattern = f"{word[0]}(?!'*[a-z]){pattern[word.end() :]}"
    pattern = pattern.replace(r"\*", "[a-z]*").replace(r"\ ", rf"\s{{1,{_MOST_BLANKS}}}")
    return re.sub("'(?![*])", "'?", pattern) + "(?![a-z])"
