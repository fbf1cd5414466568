"""What the model is shown of a complaint, and how its vote is explained.

No insult, thanks, courtesy or anger is shown to it, nor what is said around a complaint and tells nothing (a name, a
greeting), so that neither tone nor person can decide through it.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from services.routing.policy.subject import Subject
from services.routing.rules.ballot import Ballot
from services.routing.rules.model import is_tone
from services.routing.rules.reading import Reading
from services.routing.rules.thesaurus import Thesaurus
from shared.contracts.decision import Because

TONE = ("insult", "angry", "thanks", "courtesy")
_CLAUSE = re.compile(r"[^,。!?;:、~\n—]+")
_SHORT, _LATIN = 4, 1 / 3  # characters of a clause that may tell nothing; a Latin letter counts a third
_LONGEST = 40  # characters, blanks and all, of what may be short


def unemotional(subject: Subject, thesaurus: Thesaurus) -> str:
    """The normalised text with blanks where its tone was, and around what it tells; offsets stay.

    What is said around it: short clauses at both ends in which no concept, no group but tone and no measure stands.
    """
    reading = subject.reading
    text = reading.text
    for hit in reading.all(*TONE):
        text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    clauses = [match.span() for match in _CLAUSE.finditer(text)]
    edges = (clauses[0], clauses[-1]) if clauses else ()
    if not any(_short(text, clause) for clause in edges):
        return text
    told = sorted([*_told(reading), *(at for name, (at, _) in thesaurus.concepts(text).items() if not is_tone(name))])
    first, last = 0, len(clauses)
    while first < last and _short(text, clauses[first]) and _silent(clauses[first], told):
        first += 1
    while first < last and _short(text, clauses[last - 1]) and _silent(clauses[last - 1], told):
        last -= 1
    if first == last:
        return text
    start, end = clauses[first][0], clauses[last - 1][1]
    return " " * start + text[start:end] + " " * (len(text) - end)


def _told(reading: Reading) -> Iterator[int]:
    for found in (reading.hits, reading.void):
        for group, hits in found.items():
            if group not in TONE:
                yield from (hit.start for hit in hits)
    for measures in reading.measures:
        yield from (measure.start for measure in measures)


def _short(text: str, clause: tuple[int, int]) -> bool:
    start, end = clause
    if end - start > _LONGEST:
        return False
    return sum(_LATIN if char.isascii() else 1.0 for char in text[start:end] if char.isalnum()) <= _SHORT


def _silent(clause: tuple[int, int], told: Sequence[int]) -> bool:
    start, end = clause
    place = bisect_left(told, start)
    return place == len(told) or told[place] >= end


def because(subject: Subject, voted: Ballot, task: str, label: str) -> Because:
    """The vote for `label` as a rule that fired: the words that weighed most, else the label."""
    model = subject.rulebook.model
    place = None if model is None else model.weightiest(voted.heard, task, label)
    if place is None:
        return Because(rule=f"{task}.model", evidence=label)
    start, end = place
    return Because(rule=f"{task}.model", evidence=subject.reading.quote(start, end), start=start, end=end)
