"""Which cases a member of staff may see; the lists say the same in SQL (`in_sight`)."""

from dataclasses import dataclass, replace
from typing import Self

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Staff
from shared.contracts.case_events import OfferTo
from shared.contracts.vocabulary import Level, Role


@dataclass(frozen=True, slots=True)
class Sight:
    """`every`: all there is (L5 and admin). `persons`: cases about a person too, but none about `user`.

    `whole`: the whole network, places unknown included; else by `lines` and `stations`. What one owns, or is offered
    by name, at one's station or unit (`offered`), is in sight wherever it happened.
    """

    user: str
    every: bool
    persons: bool
    whole: bool
    lines: tuple[str, ...]
    stations: tuple[str, ...]
    offered: tuple[str, ...]

    @classmethod
    def of(cls, by: Staff) -> Self:
        """What `by` sees."""
        units = () if by.unit is None else (f"unit:{by.unit}",)
        return cls(
            user=by.user,
            every=by.role is Role.ADMIN or by.rank >= Level.L5.rank,
            persons=by.rank >= Level.L3.rank,
            whole=not by.lines and not by.stations,
            lines=by.lines,
            stations=by.stations,
            offered=(f"user:{by.user}", *(f"station:{one}" for one in by.stations), *units),
        )

    def includes(self, case: Case) -> bool:
        """Whether the case is in sight."""
        if self.every:
            return True
        own = case.owner is not None and case.owner.user == self.user
        here = self.whole or case.line in self.lines or case.station in self.stations
        person = not case.about_a_person or (self.persons and case.about_user != self.user)
        return person and (here or own or offered_to(case.offer) in self.offered)


def offered_to(offer: OfferTo | None) -> str | None:
    """To whom a case is offered beside a level, in one word; None for a level, which widens nobody's sight."""
    if offer is None:
        return None
    for kind in ("user", "station", "unit"):
        if (name := getattr(offer, kind)) is not None:
            return f"{kind}:{name}"
    return None


def sees(case: Case, by: Staff) -> bool:
    """Whether a case is known to `by`, or to someone they stand in for."""
    return Sight.of(by).includes(case) or any(lends_sight(one, by, case) for one in by.stands_in_for)


def lends_sight(absent: Staff, by: Staff, case: Case) -> bool:
    """Whether `by` sees a case in the place of `absent`: never one about either of them."""
    return case.about_user not in (absent.user, by.user) and Sight.of(absent).includes(case)


def in_whose_place(by: Staff, case: Case) -> Staff:
    """`by` as they act on this case: with the highest level of their own and of those they stand in for who see it.

    Among equals their own counts, unless the case is in the hands of, or offered to, just the absent one.
    """
    lenders = [one for one in by.stands_in_for if lends_sight(one, by, case)]
    if not lenders or by.role is Role.ADMIN:
        return by
    hands = (case.owner.user if case.owner else None, case.offer.user if case.offer else None)
    best = max((by, *lenders), key=lambda one: (one.rank, one.user in hands))
    return by if best is by else replace(by, level=best.level, acting_for=best.user)


__all__ = ["Sight", "in_whose_place", "lends_sight", "offered_to", "sees"]
