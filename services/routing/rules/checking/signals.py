"""What routing reads in a text: groups that rules look for are there and say something, weights name groups."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from services.routing.rules.checking.fault import Fault, likely
from services.routing.rules.checking.shape import fields_of
from services.routing.rules.phrases import PhraseBook, PhraseError
from services.routing.rules.signals import Group, Signals
from shared.contracts.vocabulary import Category


def signals(content: Mapping[str, Any], read: AbstractSet[str], models: AbstractSet[str] | None) -> list[Fault]:
    """Faults of a pack's `signals`. `read`: the groups that rules look for; `models`: those that a release brings,
    None where that is not known.
    """
    good, faults = fields_of(Signals, content, ("signals",))
    groups: Mapping[str, Group] | None = good.get("groups")
    if groups is not None:
        faults += _groups(groups, read)
        faults += _weights(good.get("categories", {}), groups)
    model = good.get("model")
    if model is not None and models is not None and model not in models:
        params = {"given": model, "expected": ", ".join(sorted(models)), "maybe": likely(model, models)}
        faults.append(Fault(("signals", "model"), "not_allowed", params))
    return faults


def _groups(groups: Mapping[str, Group], read: AbstractSet[str]) -> Iterator[Fault]:
    for name in sorted(read - set(groups)):
        yield Fault(("signals", "groups", name), "group_missing", {"maybe": likely(name, set(groups) - read)})
    for name, group in groups.items():
        if not (group.zh or group.en):
            yield Fault(("signals", "groups", name), "group_empty")
        if _refused((*group.zh, *group.en)) is not None:
            yield from _phrases(name, group)


def _phrases(name: str, group: Group) -> Iterator[Fault]:
    for language, phrases in (("zh", group.zh), ("en", group.en)):
        for place, phrase in enumerate(phrases):
            why = _refused((phrase,))
            if why is not None:
                yield Fault(("signals", "groups", name, language, place), "phrase", {"message": why})


def _refused(phrases: Sequence[str]) -> str | None:
    """Why one of these cannot be looked up; together they are compiled in half the time."""
    try:
        PhraseBook([("", phrases)])
    except PhraseError as error:
        return str(error)
    return None


def _weights(categories: Mapping[Category, Mapping[str, int]], groups: Mapping[str, Group]) -> Iterator[Fault]:
    for category, weights in categories.items():
        for name, weight in weights.items():
            at = ("signals", "categories", category.value, name)
            if name not in groups:
                yield Fault(at, "unknown_group", {"given": name, "maybe": likely(name, groups)})
            elif weight < 1:
                yield Fault(at, "at_least", {"limit": 1})
