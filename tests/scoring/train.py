"""Trains the model that votes beside the rules: `python -m tests.scoring.train OUT [--locked]` (about two minutes).

Multinomial logistic regression over sparse features, one for each task, from the labelled texts of the tree; with
`--locked` from those too that were scored once.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from services.routing.jobs import shipped_thesaurus
from services.routing.policy import Rulebook
from services.routing.policy.decide import prepared
from services.routing.policy.marks import marks
from services.routing.rules.grams import grams_of
from services.routing.rules.model import GRAM_SHARE, MARK_SHARE, TASKS, TONE, label_of, mark_of, written
from services.routing.rules.thesaurus import Thesaurus
from tests.scoring.routing import default_rulebook, facts_of
from tests.scoring.texts import Row, all_rows, development, locked

STRENGTH = 8.0
NAME = "metro-1"
COMMON, KEPT, LARGEST = 3, 24_000, 44


@dataclass(frozen=True)
class Example:
    """One text: its features, and its labels by task (None: says nothing about it)."""

    grams: frozenset[str]
    marks: frozenset[str]
    labels: dict[str, str | None]


def example(row: dict[str, Any], rulebook: Rulebook, thesaurus: Thesaurus) -> Example:
    """A labelled text as the model sees it."""
    subject, found = prepared(facts_of(row), rulebook)
    shown = subject.said.text
    labels = {task: label_of(task, row["expected"]) for task in TASKS}
    told = (*marks(subject, found), *map(mark_of, thesaurus.concepts(shown)))
    return Example(frozenset(grams_of(shown)), frozenset(told), labels)


class Vocabulary:
    """The features of a model, and how rare each gram is."""

    def __init__(self, examples: Sequence[Example], kept: frozenset[str] | None = None) -> None:
        seen = Counter(gram for one in examples for gram in one.grams)
        marked = Counter(mark for one in examples for mark in one.marks)
        names = sorted(gram for gram, times in seen.items() if times >= COMMON and (kept is None or gram in kept))
        self.rarity = {gram: math.log(len(examples) / seen[gram]) for gram in names}
        self.names = [*names, *sorted(mark for mark, times in marked.items() if times >= COMMON)]
        self.seen = seen + marked
        self.places = {name: place for place, name in enumerate(self.names)}

    def matrix(self, examples: Sequence[Example]) -> csr_matrix:
        """A row per example."""
        starts, places, values = [0], [], []
        for one in examples:
            grams = sorted(gram for gram in one.grams if gram in self.rarity)
            share = GRAM_SHARE / math.sqrt(len(grams) or 1)
            known = [mark for mark in sorted(one.marks) if mark in self.places]
            places += [self.places[name] for name in (*grams, *known)]
            values += [share * self.rarity[gram] for gram in grams] + [MARK_SHARE] * len(known)
            starts.append(len(places))
        return csr_matrix((values, places, starts), shape=(len(examples), len(self.names)), dtype=np.float64)


def train(examples: Sequence[Example], kept: int = KEPT) -> str:
    """The model's text: fitted to all features, then again to those that weigh most."""
    whole = Vocabulary(examples)
    weights, _, _ = _fitted(examples, whole)
    grams = len(whole.rarity)
    heavy = np.argsort(-np.square(weights[:grams]).sum(axis=1), kind="stable")[:kept]
    pruned = Vocabulary(examples, frozenset(whole.names[place] for place in heavy))
    weights, bias, labels = _fitted(examples, pruned)
    lifts = {task: _lifts(examples, task) for task in ("category", "severity")}
    return _text(pruned, weights, bias, labels, lifts)


def _fitted(examples: Sequence[Example], vocabulary: Vocabulary) -> tuple[Any, list[float], dict[str, list[str]]]:
    """Weights (features × labels of all tasks), biases, and the labels by task."""
    whole = vocabulary.matrix(examples)
    toneless = whole.multiply([[not name.startswith(TONE) for name in vocabulary.names]]).tocsr()
    columns, bias, labels = [], [], {}
    for task in TASKS:
        told = [place for place, one in enumerate(examples) if one.labels[task] is not None]
        shown = (whole if task == "angry" else toneless)[told]
        fit = LogisticRegression(C=STRENGTH, max_iter=60).fit(shown, [examples[place].labels[task] for place in told])
        labels[task] = list(fit.classes_)
        two = len(labels[task]) == 2
        columns.append(np.vstack([-fit.coef_ / 2, fit.coef_ / 2]).T if two else fit.coef_.T)
        bias += list(np.concatenate([-fit.intercept_ / 2, fit.intercept_ / 2]) if two else fit.intercept_)
    rarity = np.array([vocabulary.rarity.get(name, 1.0) for name in vocabulary.names])
    return np.hstack(columns) * rarity[:, None], bias, labels


def _lifts(examples: Sequence[Example], task: str) -> dict[str, dict[str, float]]:
    """How many times as often a label of `task` comes with a reason as it comes at all."""
    pairs = Counter((one.labels["reason"] or "", one.labels[task] or "") for one in examples)
    reasons, labels = (
        Counter(one.labels["reason"] or "" for one in examples),
        Counter(one.labels[task] or "" for one in examples),
    )
    return {
        reason: {
            label: round((pairs[reason, label] + 0.3) / (times + 3) / (labels[label] / len(examples)), 3)
            for label in sorted(labels)
        }
        for reason, times in sorted(reasons.items())
    }


def _text(
    vocabulary: Vocabulary, weights: Any, bias: list[float], labels: dict[str, list[str]], lifts: dict[str, Any]
) -> str:
    step = float(np.quantile(np.abs(weights), 0.9995)) / LARGEST
    head = {"tasks": labels, "lifts": lifts, "step": step, "bias": [round(float(b), 4) for b in bias]}
    lines = {name: written([round(w) for w in row / step]) for row, name in zip(weights, vocabulary.names, strict=True)}
    often = sorted(lines, key=lambda name: (-vocabulary.seen[name], name))  # what is read most lies together
    return "\n".join([json.dumps(head), *(f"{lines[name]}\t{name}" for name in often if lines[name].strip("O"))]) + "\n"


def examples_of(texts: Iterable[Row], rulebook: Rulebook) -> list[Example]:
    """The texts as the model sees them."""
    thesaurus = shipped_thesaurus(NAME)
    return [example(row, rulebook, thesaurus) for row in texts]


def main() -> None:
    """Train, and write the model."""
    paths = [*development(), *(locked() if "--locked" in sys.argv else ())]
    trained = train(examples_of(all_rows(paths), default_rulebook()))
    Path(sys.argv[1]).write_text(trained, encoding="utf-8")


if __name__ == "__main__":
    main()
