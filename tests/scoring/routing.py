"""How often the default pack agrees with labels: `python -m tests.scoring.routing FILE [--errors]`.

FILE is JSON lines of {id, channel, text, context, expected {kind, reason, category, severity, level}}.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from services.routing.jobs import shipped_models
from services.routing.policy import Facts, Rulebook, compile_pack, decide
from services.routing.rules.pack_file import parse_pack
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Channel

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
        return [label for label in LABELS if str(getattr(self.decision, label)) != expected[label]]


def default_rulebook() -> Rulebook:
    """The pack that is shipped, compiled."""
    return compile_pack(parse_pack(PACK.read_text(encoding="utf-8")), shipped_models())


def facts_of(row: dict[str, Any]) -> Facts:
    """The facts of a labelled text; `context` has the names of the preview door."""
    context: dict[str, Any] = {
        name: Decimal(str(known)) if name.endswith("_cny") else known for name, known in row.get("context", {}).items()
    }
    return Facts(channel=Channel(row["channel"]), text=row["text"], **context)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The labelled texts of a file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def score(path: Path, rulebook: Rulebook) -> list[Scored]:
    """Decide on every text of `path`."""
    return [Scored(row, decide(facts_of(row), rulebook)) for row in rows(path)]


def table(scored: list[Scored]) -> Iterable[str]:
    """A line per label, then what matters most: S1 found, S1 wrongly called, normal called abnormal, uncertain."""
    total = len(scored)
    wrong = Counter(label for one in scored for label in one.wrong)
    for label in LABELS:
        yield f"{label:<10} {total - wrong[label]:>4} of {total}  {1 - wrong[label] / total:6.1%}"
    is_s1 = [one for one in scored if one.row["expected"]["severity"] == "S1"]
    found = sum(one.decision.severity == "S1" for one in is_s1)
    yield f"S1 found   {found:>4} of {len(is_s1)}"
    false_s1 = sum(one.decision.severity == "S1" for one in scored if one.row["expected"]["severity"] != "S1")
    yield f"S1 false   {false_s1:>4} of {total - len(is_s1)}"
    normal = [one for one in scored if one.row["expected"]["kind"] == "normal"]
    blamed = sum(one.decision.kind == "abnormal" for one in normal)
    yield f"blamed     {blamed:>4} of {len(normal)}  (normal called abnormal)"
    yield f"uncertain  {sum(one.decision.uncertain for one in scored):>4} of {total}"


def errors(scored: list[Scored]) -> Iterator[str]:
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
        lines = [name, *table(scored), *(errors(scored) if "--errors" in sys.argv else ())]
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
