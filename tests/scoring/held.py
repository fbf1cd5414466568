"""How good the policy is on texts that its model has not seen: `python -m tests.scoring.held [--labels] [--errors]`.

The development texts in five parts, split by scenario; each part is decided with a model trained from the other four
(about eight minutes). `--locked`: the locked texts instead, with a model trained from all development texts.
"""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.routing.jobs import shipped_thesaurus
from services.routing.policy import Rulebook, decide
from services.routing.rules.model import Model
from tests.scoring.routing import Scored, by_label, default_rulebook, errors, facts_of, table
from tests.scoring.texts import Row, all_rows, development, locked, scenario
from tests.scoring.train import NAME, examples_of, train

PARTS = 5


def held_out(texts: Sequence[Row], rulebook: Rulebook) -> Iterator[Scored]:
    """Every text, decided without having been learnt from."""
    for part in range(PARTS):
        kept = [row for row in texts if _part(row) != part]
        yield from learnt(kept, [row for row in texts if _part(row) == part], rulebook)


def learnt(shown: Sequence[Row], asked: Sequence[Row], rulebook: Rulebook) -> Iterator[Scored]:
    """`asked`, decided with a model trained from `shown`."""
    model = Model(train(examples_of(shown, rulebook)), shipped_thesaurus(NAME))
    book = replace(rulebook, model=model)
    yield from (Scored(row, decide(facts_of(row), book)) for row in asked)


def _part(row: Row) -> int:
    return int(hashlib.sha256(scenario(row).encode()).hexdigest(), 16) // PARTS % PARTS


def main() -> None:
    """Print the table."""
    rulebook, texts = default_rulebook(), all_rows(development())
    once = "--locked" in sys.argv
    scored = list(learnt(texts, all_rows(locked()), rulebook) if once else held_out(texts, rulebook))
    more = (by_label if "--labels" in sys.argv else None, errors if "--errors" in sys.argv else None)
    sys.stdout.write("\n".join([*table(scored), *(line for view in more if view for line in view(scored))]) + "\n")


if __name__ == "__main__":
    main()
