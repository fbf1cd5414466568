"""How well a passenger's complaint is known again: `python -m tests.scoring.pairs [--errors] [--held]`.

tests/data/routing/pairs.jsonl holds pairs of complaints, invented, each said to be about one event or not; a fifth of
the scenarios is held out from choosing the thresholds. A pair goes through the same judging as on the road.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from services.routing.policy import Rulebook
from services.routing.policy.judge import judge
from services.routing.rules.fingerprint import Fingerprints
from shared.contracts.complaint import Complaint
from shared.contracts.vocabulary import Channel
from tests.scoring.routing import default_rulebook

PAIRS = Path(__file__).parents[1] / "data/routing/pairs.jsonl"
FINGERPRINTS = Fingerprints(b"pairs")


def pairs(*, held: bool) -> Iterator[dict[str, Any]]:
    """The pairs of the part that is held out, or of the other."""
    with PAIRS.open(encoding="utf-8") as lines:
        yield from (pair for line in lines if (pair := json.loads(line))["held"] is held)


def is_known_again(pair: dict[str, Any], rulebook: Rulebook) -> bool:
    """Whether the second complaint of `pair` is taken for the event of the first."""
    first = judge(_complaint(1, pair["first"]), [], rulebook, FINGERPRINTS).case
    return "earlier_open_case" in judge(_complaint(2, pair["second"]), [first], rulebook, FINGERPRINTS).known


def table(*, held: bool, rulebook: Rulebook) -> dict[str, tuple[int, int]]:
    """By kind of pair: how many were judged rightly, of how many."""
    right: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for pair in pairs(held=held):
        all_[pair["kind"]] += 1
        right[pair["kind"]] += is_known_again(pair, rulebook) is pair["same"]
    return {kind: (right[kind], count) for kind, count in all_.items()}


def _complaint(number: int, told: dict[str, Any]) -> Complaint:
    return Complaint(
        case_id=UUID(int=number),
        number=f"PS-{number}",
        channel=Channel.WEB,
        text=told["text"],
        received_at=datetime.fromisoformat(told["at"]),
        line=told.get("line"),
        station=told.get("station"),
        passenger_ref=told.get("passenger"),
    )


def main() -> None:
    """Print the table, and the pairs that were judged wrongly."""
    held, rulebook = "--held" in sys.argv, default_rulebook()
    for kind, (right, count) in table(held=held, rulebook=rulebook).items():
        sys.stdout.write(f"{kind:18} {right:3} of {count:3}\n")
    for pair in pairs(held=held) if "--errors" in sys.argv else ():
        if is_known_again(pair, rulebook) is not pair["same"]:
            sys.stdout.write(f"{pair['id']}\n  {pair['first']['text']}\n  {pair['second']['text']}\n")


if __name__ == "__main__":
    main()
