"""The phrase books of a pack: one of everything, one of what is read throughout a very long text."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from services.routing.rules.phrases import Hit, PhraseBook
from services.routing.rules.signals import Group

HEAD, TAIL = 3_000, 1_000  # characters of a very long text that are read for everything


class Library:
    """`groups` by name, with their phrases compiled."""

    def __init__(self, groups: Mapping[str, Group]) -> None:
        self.groups = groups
        self._all = PhraseBook((name, (*group.zh, *group.en)) for name, group in groups.items())
        self._throughout = PhraseBook(
            (name, (*group.zh, *group.en)) for name, group in groups.items() if group.throughout
        )

    def hits(self, text: str, enough: AbstractSet[str]) -> Iterator[Hit]:
        """The phrases in `text` (normalised), except of groups put into `enough` meanwhile."""
        if len(text) <= HEAD + TAIL:
            yield from self._all.hits(text, 0, len(text), enough)
            return
        yield from self._all.hits(text, 0, HEAD, enough)
        yield from self._all.hits(text, len(text) - TAIL, len(text), enough)
        yield from self._throughout.hits(text, HEAD, len(text) - TAIL, enough)
