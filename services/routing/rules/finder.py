"""All of many words in a text, found in one pass (Aho and Corasick's automaton)."""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import ahocorasick

T = TypeVar("T")

# An automaton tries the characters that may begin a word one after another, in the order in which it came to know them,
# and most of a text begins none: so it is told first of those that are read most.
_OFTEN = (
    "etaoinsrhldcumfpgwybvk ,."
    "我。了的一站不人你是们个在上没车来那有说就下子天到里着十要口三号给机电点都去出地还过看门好小打后道得这开线头分请台能他手把面两时"
    "家回也大老前客钟事司已月问二票次今坐安行日公员五铁工乘话走块梯求发儿路自班贵让水四检边进多诉写想被报用单本年市外停别通晚服跟现可"
)
_NEVER = "\0"


class Finder(Generic[T]):
    """Words with what they stand for. Safe to share between threads."""

    def __init__(self, words: Mapping[str, T]) -> None:
        self._automaton = ahocorasick.Automaton()
        for char in _OFTEN:
            self._automaton.add_word(char + _NEVER, None)
        for word, meaning in words.items():
            self._automaton.add_word(word, meaning)
        self._automaton.make_automaton()

    def places(self, text: str, start: int, end: int) -> Iterator[tuple[int, T]]:
        """Where the words end that stand in `text[start:end]`, in this order, and what they stand for."""
        first = start + 1  # the automaton makes a copy of all it is given
        for last, meaning in self._automaton.iter(text[start:end]):
            if meaning is not None:
                yield first + last, meaning

    def meanings(self, text: str) -> list[T]:
        """What the words of `text` stand for, however often."""
        return [meaning for _, meaning in self._automaton.iter(text) if meaning is not None]
