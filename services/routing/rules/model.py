"""A small log-linear model: how often people who labelled similar texts chose each label. It votes, and says why.

Its weights are data (`packs/*.model`), trained from the project's own labelled texts. A feature is a run of one to
three Chinese characters, a Latin word or a pair of them, or a `mark` (a rule that fired, a fact). The weights of one
feature for all labels lie side by side in the lanes of one integer, so that adding up a text is adding integers.
"""

import json
import math
import re
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import NamedTuple

LOOKED_AT = 1_000, 500  # characters at the beginning and at the end of a longer text
GRAM_SHARE, MARK_SHARE = 3.0, 0.5
"""How much all words of a text and one mark weigh, in training as in use."""
_LANE = 32
_HALF, _MASK = 1 << (_LANE - 1), (1 << _LANE) - 1
_ZERO = "O"  # a weight is written as the character so many places after or before this one
_HAN = re.compile("[\u4e00-\u9fff]+")
_WORD = re.compile(r"[a-z][a-z']*")


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


class Model:
    """Weights, ready to use. Safe to share between threads."""

    def __init__(self, text: str) -> None:
        """`text`: a line of JSON {step, tasks {task: labels}, bias}, then a line per feature: weights, a tab, name.

        Raises ModelError.
        """
        try:
            head, *lines = text.splitlines()
            self._read_head(json.loads(head))
            self._weights = {name: _lanes(weights) for weights, name in (line.split("\t") for line in lines)}
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(str(error)) from error

    def _read_head(self, head: dict[str, object]) -> None:
        tasks, step, bias = head["tasks"], head["step"], head["bias"]
        if not (isinstance(tasks, dict) and isinstance(step, float) and isinstance(bias, list)):
            raise ModelError("the first line lacks tasks, step or bias")
        self._tasks: dict[str, list[str]] = tasks
        self._step = step
        self._bias: list[float] = bias
        self._raised = sum(_HALF << (_LANE * place) for place in range(len(bias)))

    def votes(self, text: str, marks: Collection[str]) -> dict[str, Vote]:
        """What the model says of `text` (normalised) and `marks`, by task."""
        known = self._weights
        grams = [known[gram] for gram in grams_of(text) if gram in known]
        scale = GRAM_SHARE / math.sqrt(len(grams) or 1)
        said = self._unpacked(sum(grams))
        marked = self._unpacked(sum(known[mark] for mark in marks if mark in known))
        words, facts = self._step * scale, self._step * MARK_SHARE
        level = _HALF * (words + facts)
        sums = [b + words * s + facts * m - level for b, s, m in zip(self._bias, said, marked, strict=True)]
        voted, at = {}, 0
        for task, labels in self._tasks.items():
            voted[task] = _vote(labels, sums[at : at + len(labels)])
            at += len(labels)
        return voted

    def weightiest(self, text: str, task: str, label: str) -> tuple[int, int] | None:
        """Where the words of `text` (normalised) stand that speak most for `label`; None if none does.

        Single characters weigh too, but tell a reader nothing.
        """
        place = self._place(task, label)
        best, gram = 0, ""
        for candidate in sorted(one for one in grams_of(text) if len(one) > 1):
            lanes = self._weights.get(candidate)
            weight = 0 if lanes is None else (((lanes + self._raised) >> (_LANE * place)) & _MASK) - _HALF
            if weight > best:
                best, gram = weight, candidate
        return _where(text, gram) if gram else None

    def _unpacked(self, lanes: int) -> memoryview:
        """The lanes, each raised by half of what it can hold so that none is below zero."""
        size = len(self._bias) * _LANE // 8
        return memoryview((lanes + self._raised).to_bytes(size, "little")).cast("I")

    def _place(self, task: str, label: str) -> int:
        at = 0
        for name, labels in self._tasks.items():
            if name == task:
                return at + labels.index(label)
            at += len(labels)
        raise KeyError(task)


def grams_of(text: str) -> set[str]:
    """The features of a normalised text; of a long one, of its beginning and end."""
    head, tail = LOOKED_AT
    if len(text) > head + tail:
        text = f"{text[:head]}\n{text[-tail:]}"
    grams: set[str] = set()
    for run in _HAN.findall(text):
        grams.update(run)
        grams.update(map(str.__add__, run, run[1:]))
        grams.update(run[at : at + 3] for at in range(len(run) - 2))
    words = _WORD.findall(text)
    grams.update(words)
    grams.update(f"{one} {two}" for one, two in pairwise(words))
    return grams


def _where(text: str, gram: str) -> tuple[int, int] | None:
    if not gram[0].isascii():
        start = text.find(gram)
        return (start, start + len(gram)) if start >= 0 else None
    spaced = r"[^a-z]+".join(map(re.escape, gram.split(" ")))
    found = re.search(rf"(?<![a-z]){spaced}(?![a-z'])", text)
    return found.span() if found else None


def _vote(labels: list[str], sums: list[float]) -> Vote:
    top = max(sums)
    parts = [math.exp(value - top) for value in sums]
    whole = sum(parts)
    return Vote(labels[sums.index(top)], {label: part / whole for label, part in zip(labels, parts, strict=True)})


def _lanes(weights: str) -> int:
    packed = 0
    for place, char in enumerate(weights):
        packed += (ord(char) - ord(_ZERO)) << (_LANE * place)
    return packed


def written(weights: list[int]) -> str:
    """Whole weights between -44 and 44 as a model's line writes them."""
    return "".join(chr(ord(_ZERO) + max(-44, min(44, weight))) for weight in weights)
