"""The phrase books of a pack: one of everything, one of what is read throughout a very long text."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from services.routing.rules.phrases import Hit, PhraseBook
from services.routing.rules.signals import Group

HEAD, TAIL = 3_000, 1_000  # characters of a very long text that are read for everything
_STRETCH = 1_000


class Library:
    """`groups` by name, with their phrases compiled; `plain` are those that admit no excuse."""

    def __init__(self, groups: Mapping[str, Group]) -> None:
        self.groups = groups
        self.plain = frozenset(
            name for name, group in groups.items() if not (group.unless or group.not_after or group.not_before)
        )
        self._all = PhraseBook((name, (*group.zh, *group.en)) for name, group in groups.items())
        self._throughout = PhraseBook(
            (name, (*group.zh, *group.en)) for name, group in groups.items() if group.throughout
        )

    def hits(self, text: str, enough: AbstractSet[str]) -> Iterator[Hit]:
        """The phrases in `text` (normalised), a stretch at a time, except of groups put into `enough` meanwhile."""
        for book, start, end in self._stretches(len(text)):
            for at in range(start, end, _STRETCH):
                yield from book.hits(text, at, min(at + _STRETCH, end), enough)

    def _stretches(self, length: int) -> tuple[tuple[PhraseBook, int, int], ...]:
        if length <= HEAD + TAIL:
            return ((self._all, 0, length),)
        tail = length - TAIL
        return (self._all, 0, HEAD), (self._all, tail, length), (self._throughout, HEAD, tail)
