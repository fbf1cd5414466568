"""Levels that belong together: who takes a case, who may grant what, and who decides on what."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from services.routing.rules.checking.fault import Fault
from shared.contracts.pack import Ceiling, Handling, LevelRow, Pauses
from shared.contracts.vocabulary import Level

INSIDE = tuple(level for level in Level if level is not Level.L6)
CONDITIONS = ("severities", "categories", "reasons", "channels", "about_staff", "media")
NO_LIMIT = Decimal("Infinity")


def levels(rows: Sequence[LevelRow]) -> Iterator[Fault]:
    """A row has a name of its own, a level of ours and a condition that can hold."""
    seen: set[str] = set()
    for place, row in enumerate(rows):
        if row.id in seen:
            yield Fault(("levels", place, "id"), "repeated", {"given": row.id})
        seen.add(row.id)
        if row.level is Level.L6:
            yield Fault(("levels", place, "level"), "outside")
        given = {name: getattr(row, name) for name in CONDITIONS if getattr(row, name) is not None}
        if not given:
            yield Fault(("levels", place), "no_condition", {"expected": ", ".join(CONDITIONS)})
        for name, allowed in given.items():
            if allowed == ():
                yield Fault(("levels", place, name), "empty_list")


def ceilings(rows: Sequence[Ceiling]) -> Iterator[Fault]:
    """One for each level in order; a higher level may never grant less."""
    found = [row.level for row in rows]
    if found != list(INSIDE):
        yield Fault(("ceilings",), "ceiling_rows", {"given": ", ".join(found) or "-"})
        return
    for name in ("cash_cny", "medical_advance_cny"):
        for place, (lower, higher) in enumerate(pairwise(rows), start=1):
            before, after = getattr(lower, name), getattr(higher, name)
            if (NO_LIMIT if after is None else after) < (NO_LIMIT if before is None else before):
                params = {"level": lower.level.value, "limit": "∞" if before is None else before}
                yield Fault(("ceilings", place, name), "ceiling_falls", params)


def handling(rules: Handling) -> Iterator[Fault]:
    """Every level that decides is one of ours."""
    for name in type(rules).model_fields:
        if name.endswith("_level") and getattr(rules, name) is Level.L6:
            yield Fault(("handling", name), "outside")


def pauses(rules: Pauses) -> Iterator[Fault]:
    """Who grants an extension is one of ours."""
    if rules.extension_level is Level.L6:
        yield Fault(("pauses", "extension_level"), "outside")
