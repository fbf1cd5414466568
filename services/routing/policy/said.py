"""What is said in a complaint: not how, and not by whom.

No insult, thanks, courtesy or anger, and nothing that stands around a complaint and tells nothing (a name, a form of
address). What is left is the same with and without them, so that whatever rests on it alone is fair by construction.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from services.routing.rules.dressing import INTRODUCED, undressed
from services.routing.rules.model import is_tone
from services.routing.rules.phrases import Hit
from services.routing.rules.reading import Reading
from services.routing.rules.signals import Group
from services.routing.rules.thesaurus import Thesaurus

TONE = ("insult", "angry", "thanks", "courtesy")


class Said(NamedTuple):
    """The part of a normalised text from `start` in which something is said, with blanks where its tone was."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """Where no more is said."""
        return self.start + len(self.text)


def said(reading: Reading, thesaurus: Thesaurus | None) -> Said:
    """What is said in a text that was read; without a thesaurus it is known from the rules' words alone."""
    text = _toneless(reading)

    def tells(start: int, end: int) -> bool:
        if any(start < hit.end and hit.start < end for hit in _told(reading)):
            return True
        return thesaurus is not None and not all(map(is_tone, thesaurus.concepts(text[start:end])))

    start, end = undressed(text, reading.original, tells)
    return Said(text[start:end], start)


def heeded(reading: Reading, what: Said, groups: Mapping[str, Group]) -> Reading:
    """The reading without words of tone and, danger apart, without what ends behind what is said."""
    end = what.end
    return reading.only(lambda hit: hit.group not in TONE and (hit.end <= end or groups[hit.group].throughout))


def _toneless(reading: Reading) -> str:
    parts, at, text = [], 0, reading.text
    for start, end in sorted(_tones(reading)):
        if end > at:
            parts += [text[at:start], " " * (end - max(at, start))]
            at = end
    return "".join([*parts, text[at:]])


def _tones(reading: Reading) -> Iterator[tuple[int, int]]:
    """Where words of tone stand, meant or not, and names that were introduced by them."""
    for group in TONE:
        for hit in (*reading.hits.get(group, ()), *reading.void.get(group, ())):
            name = INTRODUCED.match(reading.text, hit.end) if group == "courtesy" else None
            yield hit.start, name.end() if name else hit.end


def _told(reading: Reading) -> Iterator[Hit]:
    for found in (reading.hits, reading.void):
        for group, hits in found.items():
            if group not in TONE:
                yield from hits
