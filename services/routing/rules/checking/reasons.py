"""Reasons that belong together: one row for each, who confirms it, and in which order abnormal ones count.

A judgement of somebody's conduct needs a person, whatever a pack says; danger needs none and comes first.
"""

import re
from collections.abc import Iterator, Sequence

from services.routing.rules.checking.fault import Fault
from shared.contracts.pack import ReasonRow
from shared.contracts.vocabulary import Kind, Level, Reason

DANGER = (Reason.A7, Reason.A8)
MACHINE = (Reason.A1, *DANGER, Reason.A11)
"""Abnormal reasons that the machine decides: they judge nobody's conduct."""

ORDERED = tuple(reason for reason in Reason if reason.kind is Kind.ABNORMAL and reason is not Reason.A1)
"""A1 is not among them: a repetition counts only when nothing else does."""

CASE_NUMBER = "{earlier_case}"
"""What a `recourse` may leave open."""


def rows(reasons: Sequence[ReasonRow]) -> Iterator[Fault]:
    """Exactly one row for every reason."""
    found = [row.reason for row in reasons]
    if missing := [reason.value for reason in Reason if reason not in found]:
        yield Fault(("reasons",), "reasons_missing", {"names": ", ".join(missing)})
    for place, row in enumerate(reasons):
        if row.reason in found[:place]:
            yield Fault(("reasons", place, "reason"), "repeated", {"given": row.reason.value})
        yield from _confirmed(place, row)
        yield from _recourse(place, row)


def _recourse(place: int, row: ReasonRow) -> Iterator[Fault]:
    """Whoever is judged abnormal is told what may be done about it."""
    if row.recourse is None:
        if row.reason.kind is Kind.ABNORMAL:
            yield Fault(("reasons", place, "recourse"), "no_recourse", {"given": row.reason.value})
        return
    for language in ("zh", "en"):
        for name in re.findall(r"\{.*?\}", getattr(row.recourse, language)):
            if name != CASE_NUMBER:
                params = {"given": name, "expected": CASE_NUMBER}
                yield Fault(("reasons", place, "recourse", language), "not_allowed", params)


def _confirmed(place: int, row: ReasonRow) -> Iterator[Fault]:
    at = ("reasons", place, "confirm_level")
    if row.reason.kind is not Kind.ABNORMAL or row.reason in MACHINE:
        if row.confirm_level is not None:
            code = "danger_waits" if row.reason in DANGER else "confirmed_by_machine"
            yield Fault(at, code, {"given": row.reason.value})
        return
    least = Level.L4 if row.reason is Reason.A12 else Level.L3
    if row.confirm_level is None:
        yield Fault(at, "needs_a_person", {"given": row.reason.value, "limit": least.value})
    elif row.confirm_level is Level.L6:
        yield Fault(at, "outside")
    elif row.confirm_level.rank < least.rank:
        yield Fault(at, "confirmed_too_low", {"given": row.reason.value, "limit": least.value})


def order(abnormal: Sequence[Reason]) -> Iterator[Fault]:
    """Every abnormal reason but A1 once, danger before all."""
    at = ("abnormal_order",)
    if missing := [reason.value for reason in ORDERED if reason not in abnormal]:
        yield Fault(at, "order_missing", {"names": ", ".join(missing)})
    for place, reason in enumerate(abnormal):
        if reason not in ORDERED:
            yield Fault((*at, place), "order_foreign", {"given": reason.value})
        elif reason in abnormal[:place]:
            yield Fault((*at, place), "repeated", {"given": reason.value})
        elif reason in DANGER and any(other not in DANGER for other in abnormal[:place]):
            yield Fault((*at, place), "danger_first", {"given": reason.value})
