"""Which concepts a text speaks of: a thesaurus of words and short expressions, all looked up in one pass.

The file: `[concept]`, then its expressions with `|` between, in simplified characters; `#` begins a note.
"""

from collections.abc import Mapping

from services.routing.rules.finder import Finder
from services.routing.rules.normalise import normalise

Place = tuple[int, int]
_LONGEST = 4_000
"""Characters of a very long text that are looked at."""


class ThesaurusError(ValueError):
    """A text that is no thesaurus."""


class Thesaurus:
    """Concepts by their words. Safe to share between threads."""

    def __init__(self, text: str) -> None:
        """Raises ThesaurusError."""
        meanings: dict[str, list[str]] = {}
        for concept, words in _blocks(text).items():
            for word in words:
                meanings.setdefault(normalise(word), []).append(concept)
        self._words = Finder(
            {word: (len(word), word[0].isascii(), tuple(dict.fromkeys(known))) for word, known in meanings.items()}
        )

    def concepts(self, text: str) -> Mapping[str, Place]:
        """The concepts of a normalised text, each with the place of its longest expression (the first of equals)."""
        found: dict[str, Place] = {}
        for end, (length, latin, concepts) in self._words.places(text[:_LONGEST]):
            start = end - length
            if latin and not _whole(text, start, end):
                continue
            for concept in concepts:
                known = found.get(concept)
                if known is None or known[1] - known[0] < length:
                    found[concept] = (start, end)
        return found


def _whole(text: str, start: int, end: int) -> bool:
    """Whether no Latin letter stands right before or after."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalpha()) and not (after.isascii() and after.isalpha())


def _blocks(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    words: list[str] | None = None
    for number, line in enumerate(map(str.strip, text.splitlines()), 1):
        if line.startswith("[") and line.endswith("]"):
            words = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            if words is None:
                raise ThesaurusError(f"line {number}: words without a concept")
            words.extend(word for part in line.split("|") if (word := part.strip()))
    return found
