"""How often the default pack agrees with labels: `python -m tests.scoring.routing FILE… [--labels] [--errors]`.

FILE is JSON lines of {id, channel, text, context, expected {kind, reason, category, severity, level}}.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.routing.jobs import shipped_models
from services.routing.policy import Facts, Rulebook, compile_pack, decide
from services.routing.rules.pack_file import parse_pack
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Channel
from tests.scoring.texts import rows

LABELS = ("kind", "reason", "category", "severity", "level")
PACK = Path(__file__).parents[2] / "services/routing/packs/metro-default.yaml"


@dataclass(frozen=True)
class Scored:
    """One labelled text and what was decided on it."""

    row: dict[str, Any]
    decision: Decision

    @property
    def wrong(self) -> list[str]:
        """The labels on which decision and expectation differ."""
        expected = self.row["expected"]
        return [
            label for label in LABELS if label in expected and str(getattr(self.decision, label)) != expected[label]
        ]


def default_rulebook() -> Rulebook:
    """The pack that is shipped, compiled."""
    return compile_pack(parse_pack(PACK.read_text(encoding="utf-8")), shipped_models())


def facts_of(row: dict[str, Any]) -> Facts:
    """The facts of a labelled text; `context` has the names of the preview door."""
    context: dict[str, Any] = {
        name: Decimal(str(known)) if name.endswith("_cny") else known for name, known in row.get("context", {}).items()
    }
    return Facts(channel=Channel(row["channel"]), text=row["text"], **context)


def score(path: Path, rulebook: Rulebook) -> list[Scored]:
    """Decide on every text of `path`."""
    return [Scored(row, decide(facts_of(row), rulebook)) for row in rows(path)]


def table(scored: Sequence[Scored]) -> Iterator[str]:
    """A line per label, then what matters most: S1, who is wrongly blamed, and how far a certain decision is right."""
    total = len(scored)
    for label in LABELS:
        labelled = [one for one in scored if label in one.row["expected"]]
        yield _line(label, sum(label not in one.wrong for one in labelled), len(labelled))
    s1 = [one for one in scored if one.row["expected"]["severity"] == "S1"]
    yield _line("S1 found", sum(one.decision.severity == "S1" for one in s1), len(s1))
    yield _line("S1 false", sum(one.decision.severity == "S1" for one in scored if one not in s1), total - len(s1))
    normal = [one for one in scored if one.row["expected"]["kind"] == "normal"]
    yield _line("blamed", sum(one.decision.kind == "abnormal" for one in normal), len(normal))
    certain = [one for one in scored if not one.decision.uncertain]
    yield _line("certain", len(certain), total)
    yield _line("… and right", sum("kind" not in one.wrong for one in certain), len(certain))


def _line(name: str, part: int, whole: int) -> str:
    return f"{name:<12} {part:>5} of {whole:<5} {part / whole:6.1%}" if whole else f"{name:<12}     0 of 0"


def by_label(scored: Sequence[Scored]) -> Iterator[str]:
    """How many of each reason, category and severity were found, and how many of those called so are it."""
    for label in ("reason", "category", "severity"):
        expected = Counter(one.row["expected"][label] for one in scored)
        called = Counter(str(getattr(one.decision, label)) for one in scored)
        right = Counter(one.row["expected"][label] for one in scored if label not in one.wrong)
        for value, times in sorted(expected.items()):
            found, true = right[value] / times, right[value] / called[value] if called[value] else 0.0
            yield f"{label:<9} {value:<9} {times:>5}  found {found:4.0%}  true {true:4.0%}"


def errors(scored: Sequence[Scored]) -> Iterator[str]:
    """Each text that went wrong, with what was decided and why."""
    for one in scored:
        if one.wrong:
            expected = one.row["expected"]
            differs = ", ".join(f"{label}: {getattr(one.decision, label)} ≠ {expected[label]}" for label in one.wrong)
            yield f"{one.row['id']}  {differs}\n    {one.row['text'][:140]}"
            yield from (f"    · {b.rule}: {b.evidence}" for b in one.decision.explanation)


def main() -> None:
    """Print the table of each file named."""
    rulebook = default_rulebook()
    for name in [argument for argument in sys.argv[1:] if not argument.startswith("--")]:
        scored = score(Path(name), rulebook)
        more = (by_label if "--labels" in sys.argv else None, errors if "--errors" in sys.argv else None)
        lines = [name, *table(scored), *(line for view in more if view for line in view(scored))]
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
