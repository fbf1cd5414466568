"""A small log-linear model: how often people who labelled similar texts chose each label. It votes, and says why.

Its weights are data (`packs/*.model`), trained from the project's own labelled texts. A feature is a run of one to
three Chinese characters, a Latin word or a pair of them, or a `mark` (a rule that fired, a fact).
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from services.routing.rules.grams import Vocabulary, where
from services.routing.rules.lanes import ZERO, Lanes, packed
from services.routing.rules.lanes import written as written
from services.routing.rules.thesaurus import Thesaurus

GRAM_SHARE, MARK_SHARE = 1.5, 0.8
"""How much all words of a text and one mark weigh, in training as in use."""
TASKS = ("reason", "category", "severity", "angry")
_TELLING = 3.0
_ZERO = ord(ZERO)
TONE = "t:"
"""How the marks begin that speak of tone: only the task `angry` is told of them."""
_CONCEPTS = 4_096  # of which the marks are kept


class ModelError(ValueError):
    """A text that holds no model."""


class Vote(NamedTuple):
    """The likeliest label of a task, and the probability of each."""

    label: str
    shares: Mapping[str, float]

    @property
    def share(self) -> float:
        """The probability of the likeliest."""
        return self.shares[self.label]


class Heard(NamedTuple):
    """A normalised text as a model knows it: the numbers of its grams, and the places of its concepts."""

    text: str
    grams: Sequence[int]
    concepts: Mapping[str, tuple[int, int]]


class Model:
    """Weights, ready to use. Safe to share between threads."""

    def __init__(self, text: str, thesaurus: Thesaurus) -> None:
        """`text`: a line of JSON {step, tasks {task: labels}, bias, lifts}, then lines of weights, a tab and a feature.

        Raises ModelError.
        """
        self.thesaurus = thesaurus
        try:
            head, *lines = text.splitlines()
            self._read_head(json.loads(head))
            rows, self._names = zip(*(line.split("\t") for line in lines), strict=True)
            self._weights = list(map(packed, rows))
            told = [ZERO * len(row) if len(name) == 1 else row for row, name in zip(rows, self._names, strict=True)]
            self._told = [column.encode("ascii") for column in map("".join, zip(*told, strict=True))]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(str(error)) from error
        self._numbers = {name: number for number, name in enumerate(self._names)}
        self._vocabulary = Vocabulary(self._numbers)

    def _read_head(self, head: dict[str, object]) -> None:
        tasks, step, bias, lifts = head["tasks"], head["step"], head["bias"], head["lifts"]
        if not (isinstance(tasks, dict) and isinstance(step, float) and isinstance(bias, list)):
            raise ModelError("the first line lacks tasks, step or bias")
        if not isinstance(lifts, dict):
            raise ModelError("the first line lacks lifts")
        self.lifts: dict[str, Mapping[str, Mapping[str, float]]] = lifts
        self._tasks: dict[str, list[str]] = tasks
        self._step = step
        self._bias: list[float] = bias
        self._lanes = Lanes(len(bias))

    def heard(self, text: str) -> Heard:
        """What the model knows of the words of `text` (normalised)."""
        return Heard(text, self._vocabulary.of(text), self.thesaurus.concepts(text))

    def votes(self, heard: Heard, marks: Iterable[str]) -> dict[str, Vote]:
        """What the model says of the words and of `marks`, by task."""
        weights, numbers = self._weights, self._numbers
        told = {*marks, *map(mark_of, heard.concepts)}
        said = self._lanes.summed([weights[gram] for gram in heard.grams])
        marked = self._lanes.summed([weights[numbers[mark]] for mark in told if mark in numbers])
        words, facts = self._step * _share(heard), self._step * MARK_SHARE
        sums = [b + words * s + facts * m for b, s, m in zip(self._bias, said, marked, strict=True)]
        voted, at = {}, 0
        for task, labels in self._tasks.items():
            voted[task] = _vote(labels, sums[at : at + len(labels)])
            at += len(labels)
        return voted

    def weightiest(self, heard: Heard, task: str, label: str) -> tuple[int, int] | None:
        """Where the words stand that speak most for `label`; None if none does.

        Single characters weigh too, but tell a reader nothing; a concept tells more than a gram that weighs as much.
        """
        told, numbers, names = self._told[self._place(task, label)], self._numbers, self._names
        weight = max(map(told.__getitem__, heard.grams), default=_ZERO)
        concept_weight, concept = max(
            (
                (told[numbers[mark]], name)
                for name, (start, end) in heard.concepts.items()
                if end - start > 1 and (mark := mark_of(name)) in numbers
            ),
            default=(_ZERO, ""),
        )
        by_gram, by_concept = (weight - _ZERO) * _share(heard), (concept_weight - _ZERO) * MARK_SHARE
        if by_concept > 0 and by_concept * _TELLING >= by_gram:
            return heard.concepts[concept]
        if by_gram <= 0:
            return None
        return where(heard.text, max(names[gram] for gram in heard.grams if told[gram] == weight))

    def _place(self, task: str, label: str) -> int:
        at = 0
        for name, labels in self._tasks.items():
            if name == task:
                return at + labels.index(label)
            at += len(labels)
        raise KeyError(task)


def _share(heard: Heard) -> float:
    return GRAM_SHARE / math.sqrt(len(heard.grams) or 1)


@lru_cache(_CONCEPTS)
def mark_of(concept: str) -> str:
    """The feature for a concept of the thesaurus."""
    return f"{TONE if is_tone(concept) else ''}k:{concept}"


def is_tone(concept: str) -> bool:
    """Whether `concept` says how something is said, not what."""
    return concept.startswith("tone_")


def label_of(task: str, expected: Mapping[str, str]) -> str | None:
    """What a labelled text teaches about `task`; None if nothing. Anger is a question of its own, among N0 and N1."""
    reason = expected["reason"]
    if task == "angry":
        return {"N0": "calm", "N1": "angry"}.get(reason)
    return voted_as(reason) if task == "reason" else expected[task]


def voted_as(reason: str) -> str:
    """The label under which `reason` is voted for: anger, which tells N1 from N0, is a question of its own."""
    return "N0" if reason == "N1" else reason


def _vote(labels: list[str], sums: list[float]) -> Vote:
    top = max(sums)
    parts = [math.exp(value - top) for value in sums]
    whole = sum(parts)
    return Vote(labels[sums.index(top)], {label: part / whole for label, part in zip(labels, parts, strict=True)})
