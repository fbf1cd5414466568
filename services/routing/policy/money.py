"""What is asked for and what loss stands behind it: given, or read from the text."""

from dataclasses import dataclass
from decimal import Decimal

from services.routing.policy.facts import Facts
from services.routing.rules.measures import Measure
from services.routing.rules.reading import Reading

_REACH = 40  # characters between a sum and the words that ask for it
_PRICES = ("票价", "价格", "原价", "fare of ", "fare is ", "price of ")


@dataclass(frozen=True)
class Money:
    """CNY. `claim` None: nothing is asked for. `asked` is where the text asks; `losses` are sums that are no claim."""

    claim: Decimal | None
    proven: Decimal
    asked: Measure | None
    losses: tuple[Measure, ...]


def money(facts: Facts, reading: Reading) -> Money:
    """The claim and the loss; what the request carries goes before what the text says."""
    sums = [m for m in reading.measures.monies if not reading.text.endswith(_PRICES, max(0, m.start - 8), m.start)]
    asks = reading.all("asks_money", "benefit")
    asked = [m for m in sums if any(_belongs(reading, m, ask.start, ask.end) for ask in asks)]
    losses = tuple(m for m in sums if m not in asked)
    if not asked and losses and reading.has("that_sum"):
        asked = [max(losses, key=lambda m: m.value)]
    top = max(asked, key=lambda m: m.value, default=None)
    claim = facts.claim_cny if facts.claim_cny is not None else _cny(top)
    return Money(claim, _proven(facts, reading, claim, losses), top, losses)


def _belongs(reading: Reading, sum_: Measure, start: int, end: int) -> bool:
    gap = max(start - sum_.end, sum_.start - end)
    return gap <= _REACH and reading.sentence(start) == reading.sentence(sum_.start)


def _proven(facts: Facts, reading: Reading, claim: Decimal | None, losses: tuple[Measure, ...]) -> Decimal:
    if facts.proven_loss_cny is not None:
        return facts.proven_loss_cny
    if not reading.has("proof"):
        return Decimal(0)
    greatest = _cny(max(losses, key=lambda m: m.value, default=None)) or Decimal(0)
    return greatest if reading.has("non_material") or claim is None else max(greatest, claim)


def _cny(measure: Measure | None) -> Decimal | None:
    return None if measure is None else Decimal(str(round(measure.value, 2)))
