"""What routing knows about a complaint besides the words."""

from dataclasses import dataclass
from decimal import Decimal

from shared.contracts.vocabulary import Category, Channel, Language

Spans = tuple[tuple[int, int], ...]
"""Stretches of a text, each [start, end)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The complaint and its history. Sums are CNY.

    `category` is the sender's own, a hint only. `prior_contacts_90d` and `similar_claims_180d` do not count this
    complaint. `earlier_open_case` names an open case of the same passenger about the same event. `place_said`: where in
    `text` the words for `line` and `station` stand, if these were read from them; `place_unclear`: where several places
    stand of which none could be chosen.
    """

    channel: Channel
    text: str
    language: Language = Language.ZH
    line: str | None = None
    station: str | None = None
    category: Category | None = None
    claim_cny: Decimal | None = None
    proven_loss_cny: Decimal | None = None
    danger: bool = False
    injury: bool = False
    on_scene: bool = False
    in_court: bool = False
    earlier_open_case: str | None = None
    prior_contacts_90d: int = 0
    similar_claims_180d: int = 0
    final_reply_sent: bool = False
    our_reply_overdue: bool = False
    place_said: Spans = ()
    place_unclear: Spans = ()
