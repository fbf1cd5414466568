"""A text as read: which groups of phrases stand in it, where, and which of them do not count."""

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from services.routing.rules.excuses import Excuses
from services.routing.rules.library import HEAD, TAIL, Library
from services.routing.rules.measures import Measures, measures
from services.routing.rules.normalise import normalise
from services.routing.rules.phrases import Hit

_SENTENCE_END = re.compile(r"[。!?;\n]+|\.(?=\s|$)")
_CLAUSE = re.compile(r"[^,.。!?;:、\n]+")
_LATIN = 1 / 3
_MANY, _VERY_MANY = 16, 64  # hits of a group after which the rest of a long text says no more by it


@dataclass(frozen=True)
class Reading:
    """`hits` count, `void` were excused; both by group, in the order of the text. Offsets are those of the original."""

    original: str
    text: str
    sentences: tuple[int, ...]
    hits: Mapping[str, tuple[Hit, ...]]
    void: Mapping[str, tuple[Hit, ...]]
    measures: Measures

    def has(self, *groups: str) -> bool:
        """Whether any of `groups` counts somewhere."""
        return not self.hits.keys().isdisjoint(groups)

    def first(self, *groups: str) -> Hit | None:
        """The earliest hit of any of `groups`."""
        found: Hit | None = None
        for group in groups:
            hits = self.hits.get(group)
            if hits is not None and (found is None or hits[0].start < found.start):
                found = hits[0]
        return found

    def all(self, *groups: str) -> list[Hit]:
        """Every hit of any of `groups`, in the order of the text."""
        if len(groups) == 1:
            return list(self.hits.get(groups[0], ()))
        return sorted((hit for g in groups for hit in self.hits.get(g, ())), key=lambda hit: (hit.start, hit.end))

    def sentence(self, offset: int) -> int:
        """The number of the sentence in which `offset` lies."""
        return bisect_right(self.sentences, offset)

    def near(self, groups: tuple[str, ...], others: tuple[str, ...], sentences: int = 0) -> tuple[Hit, Hit] | None:
        """The first hit of `groups` that has one of `others` at most `sentences` sentences away, and that one."""
        if not (self.has(*groups) and self.has(*others)):
            return None
        there: dict[int, Hit] = {}
        for other in self.all(*others):
            there.setdefault(self.sentence(other.start), other)
        for hit in self.all(*groups):
            here = self.sentence(hit.start)
            for number in (here, *(here + step * side for step in range(1, sentences + 1) for side in (-1, 1))):
                if number in there:
                    return hit, there[number]
        return None

    def besides(self, *groups: str) -> int:
        """How much is said outside the clauses in which `groups` stand: characters, a Latin letter being a third."""
        starts = [hit.start for hit in self.all(*groups)]
        said = 0.0
        for clause in _CLAUSE.finditer(self.text):
            place = bisect_right(starts, clause.start() - 1)
            if place == len(starts) or starts[place] >= clause.end():
                said += sum(_LATIN if char.isascii() else 1.0 for char in clause[0] if char.isalnum())
        return int(said)

    def quote(self, start: int, end: int) -> str:
        """The original words."""
        return self.original[start:end]

    def since(self, offset: int) -> "Reading":
        """The same reading without what stands before `offset`."""
        return self._kept(lambda hit: hit.start >= offset)

    def without(self, *groups: str) -> "Reading":
        """The same reading without the sentences in which `groups` stand."""
        if not self.has(*groups):
            return self
        gone = {self.sentence(hit.start) for hit in self.all(*groups)}
        return self._kept(lambda hit: self.sentence(hit.start) not in gone)

    def only(self, keep: Callable[[Hit], bool]) -> "Reading":
        """The same reading with those hits, counting or not, that `keep` says."""
        return replace(self, hits=_those(keep, self.hits), void=_those(keep, self.void))

    def _kept(self, keep: Callable[[Hit], bool]) -> "Reading":
        return replace(self, hits=_those(keep, self.hits))


def read(original: str, book: Library) -> Reading:
    """Read `original` (any text); the work grows with its length only.

    A text longer than HEAD + TAIL is read in full at its beginning and end, and for danger and harm (the groups that
    are read `throughout`) in between.
    """
    text = normalise(original)
    excuses = Excuses(text)
    hits: dict[str, list[Hit]] = {}
    void: dict[str, list[Hit]] = {}
    enough: set[str] = set()
    for hit in book.hits(text, enough):
        name = hit.group
        counts = name in book.plain or not excuses.excuse(hit, book.groups[name])
        found = (hits if counts else void).setdefault(name, [])
        found.append(hit)
        if len(found) >= _MANY and (len(found) >= _VERY_MANY or not book.groups[name].throughout):
            enough.add(name)
    ends = tuple(match.end() for match in _SENTENCE_END.finditer(text))
    numbers = measures(text if len(text) <= HEAD + TAIL else text[:HEAD])
    return Reading(original, text, ends, _ordered(hits), _ordered(void), numbers)


def _those(keep: Callable[[Hit], bool], found: Mapping[str, tuple[Hit, ...]]) -> dict[str, tuple[Hit, ...]]:
    kept = {group: tuple(filter(keep, hits)) for group, hits in found.items()}
    return {group: hits for group, hits in kept.items() if hits}


def _ordered(hits: dict[str, list[Hit]]) -> dict[str, tuple[Hit, ...]]:
    return {g: tuple(sorted(found, key=lambda hit: (hit.start, hit.end))) for g, found in hits.items()}
