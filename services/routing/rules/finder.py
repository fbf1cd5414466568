"""All of many words in a text, found in one pass (Aho and Corasick's automaton)."""

from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

import ahocorasick

T = TypeVar("T")
_NOWHERE = "\xff" * 4  # stands in no text, and makes an automaton without words one that works


class Finder(Generic[T]):
    """Words with what they stand for. Safe to share between threads."""

    def __init__(self, words: Mapping[str, T]) -> None:
        self._automaton = ahocorasick.Automaton()
        self._automaton.add_word(_NOWHERE, None)
        for word, meaning in words.items():
            self._automaton.add_word(_in_bytes(word), meaning)
        self._automaton.make_automaton()

    def places(self, text: str) -> Iterator[tuple[int, T]]:
        """Where the words of `text` end, in this order, and what they stand for."""
        for last, meaning in self._automaton.iter(_in_bytes(text)):
            if last & 3 == 3:
                yield (last >> 2) + 1, meaning

    def meanings(self, text: str) -> list[T]:
        """What the words of `text` stand for, however often."""
        return [meaning for last, meaning in self._automaton.iter(_in_bytes(text)) if last & 3 == 3]


def _in_bytes(text: str) -> str:
    """Four signs for each character: the automaton tries what may come next one after another, and thousands of
    characters may begin a word, but few of these signs."""
    return text.encode("utf-32-be", "surrogatepass").decode("latin-1")
