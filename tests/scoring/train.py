"""Trains the model that votes beside the rules: `python -m tests.scoring.train OUT FILE…` (about half a minute).

Multinomial logistic regression by AdaGrad over sparse features, the same weights for the same files. FILE: labelled
texts as `tests.scoring.routing` reads them; a name with `=0.5` behind it counts half.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.routing.policy import Rulebook, compile_pack
from services.routing.policy.decide import prepared
from services.routing.policy.voice import unemotional
from services.routing.policy.vote import marks
from services.routing.rules.model import GRAM_SHARE, MARK_SHARE, grams_of, written
from services.routing.rules.pack_file import parse_pack
from tests.scoring.routing import PACK, facts_of, rows

TASKS = ("reason", "category", "severity")
ROUNDS, RATE, DECAY = 12, 0.5, 0.002
COMMON, KEPT, LARGEST = 2, 4500, 44


@dataclass(frozen=True)
class Example:
    """One text: its features by how much each weighs, and its labels."""

    grams: frozenset[str]
    marks: frozenset[str]
    labels: dict[str, str]
    weight: float


def example(row: dict[str, Any], rulebook: Rulebook, weight: float = 1.0) -> Example:
    """A labelled text as the model sees it."""
    subject, found = prepared(facts_of(row), rulebook)
    labels = {task: row["expected"][task] for task in TASKS}
    return Example(frozenset(grams_of(unemotional(subject))), frozenset(marks(subject, found)), labels, weight)


def train(examples: Sequence[Example]) -> str:
    """The model's text."""
    seen = Counter(gram for one in examples for gram in one.grams)
    vocabulary = {gram for gram, times in seen.items() if times >= COMMON}
    sets = [_features(one, vocabulary) for one in examples]
    fitted = [_fit(examples, sets, task) for task in TASKS]
    names = sorted({name for weights, _, _ in fitted for name in weights})
    dense = {
        name: [w for weights, _, labels in fitted for w in weights.get(name, [0.0] * len(labels))] for name in names
    }
    kept = sorted(sorted(dense, key=lambda n: (-sum(w * w for w in dense[n]) - ("\0" + n)[1:2].count(":"), n))[:KEPT])
    step = max(abs(w) for name in kept for w in dense[name]) / LARGEST
    head = {
        "tasks": {task: labels for task, (_, _, labels) in zip(TASKS, fitted, strict=True)},
        "step": step,
        "bias": [round(b, 4) for _, bias, _ in fitted for b in bias],
    }
    lines = [f"{written([round(w / step) for w in dense[name]])}\t{name}" for name in kept]
    return "\n".join([json.dumps(head), *(line for line in lines if line.split("\t")[0].strip("O"))]) + "\n"


def _features(one: Example, vocabulary: set[str]) -> list[tuple[str, float]]:
    grams = sorted(one.grams & vocabulary)
    share = GRAM_SHARE / math.sqrt(len(grams) or 1)
    return [*((gram, share) for gram in grams), *((mark, MARK_SHARE) for mark in sorted(one.marks))]


def _fit(
    examples: Sequence[Example], sets: Sequence[list[tuple[str, float]]], task: str
) -> tuple[dict[str, list[float]], list[float], list[str]]:
    labels = sorted({one.labels[task] for one in examples})
    size = len(labels)
    counts = Counter(one.labels[task] for one in examples)
    bias = [math.log(counts[label] / len(examples)) for label in labels]
    weights: dict[str, list[float]] = {}
    squares: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for one, features in zip(examples, sets, strict=True):
            sums = bias[:]
            for name, share in features:
                known = weights.get(name)
                if known is not None:
                    for at in range(size):
                        sums[at] += known[at] * share
            gradient = _gradient(sums, labels.index(one.labels[task]), one.weight)
            large = [(at, g) for at, g in enumerate(gradient) if abs(g) > 0.003]
            for name, share in features:
                row = weights.setdefault(name, [0.0] * size)
                square = squares.setdefault(name, [1.0] * size)
                for at, g in large:
                    slope = g * share + DECAY * row[at]
                    square[at] += slope * slope
                    row[at] -= RATE * slope / math.sqrt(square[at])
    return weights, bias, labels


def _gradient(sums: list[float], right: int, weight: float) -> list[float]:
    top = max(sums)
    parts = [math.exp(value - top) for value in sums]
    whole = sum(parts)
    return [weight * (part / whole - (at == right)) for at, part in enumerate(parts)]


def examples_of(names: Iterable[str], rulebook: Rulebook) -> list[Example]:
    """The examples of the files named."""
    found = []
    for name in names:
        path, _, weight = name.partition("=")
        found += [example(row, rulebook, float(weight or 1)) for row in rows(Path(path))]
    return found


def main() -> None:
    """Train, and write the model."""
    out, *names = sys.argv[1:]
    Path(out).write_text(
        train(examples_of(names, compile_pack(parse_pack(PACK.read_text(encoding="utf-8"))))), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
