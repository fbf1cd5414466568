"""Who may: level against level, owner, offers. Each answers with the level that is lacking; None: the actor may."""

from collections.abc import Callable

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Staff
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Level, Role, State

Power = Callable[[Case, Staff, Pack], Level | None]
"""The level that is lacking, or None: the actor may."""


def higher(*levels: Level | None) -> Level:
    """The highest of the levels given, L1 if none is."""
    return max((level for level in levels if level), key=lambda level: level.rank, default=Level.L1)


def short_of(level: Level, by: Staff) -> Level | None:
    """`level` if the actor is below it; admin takes no case action, whatever the level."""
    return level if by.role is Role.ADMIN or by.rank < level.rank else None


def may(case: Case, by: Staff, least: Level = Level.L1) -> Level | None:
    """The owner (or who stands in for them), or whoever has at least the case's level; either at least `least`."""
    anyone = higher(case.level, least)
    is_owner = case.owner is not None and case.owner.user in by.names
    return anyone if short_of(least if is_owner else anyone, by) else None


def offers_floor(case: Case, pack: Pack) -> Level | None:
    """The least level to which a case may be offered: after a raising transfer its level, about a person L3."""
    floors = [case.offers_from, person_floor(case, pack)]
    return higher(*floors) if any(floors) else None


def person_floor(case: Case, pack: Pack) -> Level | None:
    """The least level for a case about a person, None for any other."""
    return pack.handling.person_level if case.about_a_person else None


def owner_or_level(case: Case, by: Staff, pack: Pack) -> Level | None:
    """*May* as the table of the life of a case says it."""
    return may(case, by)


def at_least(level: Callable[[Pack], Level]) -> Power:
    """Whoever has a level that the pack names, whatever the case's."""
    return lambda case, by, pack: short_of(level(pack), by)


def may_at_least(level: Callable[[Pack], Level]) -> Power:
    """*May*, and at least a level that the pack names."""
    return lambda case, by, pack: may(case, by, level(pack))


def in_scope(case: Case, by: Staff, pack: Pack) -> Level | None:
    """Every member of staff who sees the case."""
    return Level.L1 if by.role is Role.ADMIN else None


def who_accepts(case: Case, by: Staff, pack: Pack) -> Level | None:
    """A received case: its level; else whom it is offered, a level offered to or any above it."""
    if case.state is State.RECEIVED:
        return short_of(case.level, by)
    offered = case.offer.level if case.offer else None
    return short_of(higher(offered, offers_floor(case, pack)), by)


def who_decides(case: Case, by: Staff, pack: Pack) -> Level | None:
    """The level that a request needs or any above it, never whoever asked."""
    needs = case.approval.needs if case.approval else Level.L5
    return needs if is_own_request(case, by) else short_of(needs, by)


def is_own_request(case: Case, by: Staff) -> bool:
    """Whether the actor asked for what awaits approval."""
    return case.approval is not None and case.approval.was_asked_by(by.user)


def who_confirms(case: Case, by: Staff, pack: Pack) -> Level | None:
    """The level that the proposed reason asks for, whatever the case's."""
    return short_of(pack.reason(case.reason).confirm_level or pack.handling.person_level, by)


__all__ = [
    "Power",
    "at_least",
    "higher",
    "in_scope",
    "is_own_request",
    "may",
    "may_at_least",
    "offers_floor",
    "owner_or_level",
    "person_floor",
    "short_of",
    "who_accepts",
    "who_confirms",
    "who_decides",
]
