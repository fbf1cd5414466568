"""A pack made ready to decide with: its phrases compiled once, its numbers at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from services.routing.rules.library import Library
from services.routing.rules.model import Model
from services.routing.rules.signals import Signals
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Category


@dataclass(frozen=True)
class Rulebook:
    """One version of the policy, compiled. Safe to share between threads.

    `categories`: category → group → weight, as the pack gives it; `weights` is the same by group.
    """

    pack: Pack
    library: Library
    categories: Mapping[Category, Mapping[str, int]]
    weights: Mapping[str, Sequence[tuple[Category, int]]]
    model: Model | None = None


def compile_pack(pack: Pack, models: Mapping[str, Model] = MappingProxyType({})) -> Rulebook:
    """Compile `pack` (about 0.5 s). The one of `models` that it names votes; where that is missing, rules decide alone.

    Raises pydantic.ValidationError when `pack.signals` has not the shape of Signals, PhraseError when a phrase cannot
    be looked up.
    """
    signals = Signals.model_validate(pack.signals)
    weights: dict[str, list[tuple[Category, int]]] = {}
    for category, groups in signals.categories.items():
        for group, weight in groups.items():
            weights.setdefault(group, []).append((category, weight))
    return Rulebook(pack, Library(signals.groups), signals.categories, weights, models.get(signals.model or ""))
