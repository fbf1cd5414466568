"""The table of actions: from which states, under which condition, by whom.

A check answers with a stable code (why not) or a level (the lowest that may); None: nothing stands in the way.
Staff in scope are the shell's matter: what they cannot see is unknown to them before any check here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Rulebook, Staff
from shared.contracts.pack import Handling
from shared.contracts.vocabulary import Clock, Level, Role, State

OPEN = frozenset(state for state in State if state.is_open)
HANDLED = OPEN - {State.RECEIVED}
WORKED = frozenset({State.ACCEPTED, State.IN_PROGRESS})
SETTLED = frozenset({State.RESOLVED, State.CLOSED})

Condition = Callable[[Case, Staff], str | None]
Power = Callable[[Case, Staff, Handling], Level | None]
"""The level that is lacking, or None: the actor may."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: an action is refused (409) outside `states` or where `unless` says why, forbidden (403) by `who`."""

    states: frozenset[State]
    who: Power
    unless: Condition | None = None


def higher(*levels: Level | None) -> Level:
    """The highest of the levels given, L1 if none is."""
    return max((level for level in levels if level), key=lambda level: level.rank, default=Level.L1)


def short_of(level: Level, by: Staff) -> Level | None:
    """`level` if the actor is below it; admin takes no case action, whatever the level."""
    return level if by.role is Role.ADMIN or by.rank < level.rank else None


def may(case: Case, by: Staff, least: Level = Level.L1) -> Level | None:
    """The owner, or whoever has at least the case's level; either at least `least`."""
    anyone = higher(case.level, least)
    is_owner = case.owner is not None and case.owner.user == by.user
    return anyone if short_of(least if is_owner else anyone, by) else None


def offers_floor(case: Case, handling: Handling) -> Level | None:
    """The least level to which a case may be offered: after a raising transfer its level, about a person L3."""
    floors = [case.offers_from, handling.person_level if case.about_a_person else None]
    return higher(*floors) if any(floors) else None


def _may(case: Case, by: Staff, handling: Handling) -> Level | None:
    return may(case, by)


def _in_scope(case: Case, by: Staff, handling: Handling) -> Level | None:
    return Level.L1 if by.role is Role.ADMIN else None


def _who_accepts(case: Case, by: Staff, handling: Handling) -> Level | None:
    if case.state is State.RECEIVED:
        return short_of(case.level, by)
    offered = case.offer.level if case.offer else None
    return short_of(higher(offered, offers_floor(case, handling)), by)


def _not_offered(case: Case, by: Staff) -> str | None:
    if case.state is State.RECEIVED:
        return None
    if case.offer is None:
        return "no_offer"
    return None if case.offer.level is not None or by.is_offered(case.offer) else "offered_to_another"


def _at_the_top(case: Case, by: Staff) -> str | None:
    return "highest_level" if case.level.rank >= Level.L5.rank else None


def _not_closable(case: Case, by: Staff) -> str | None:
    if not (case.replied or case.contacted):
        return "not_answered"
    call_back = case.clock(Clock.CALL_BACK)
    return "call_back_running" if call_back is not None and call_back.stopped_at is None else None


TABLE: dict[str, Row] = {
    "accept": Row(OPEN, _who_accepts, _not_offered),
    "contact": Row(HANDLED | {State.RESOLVED}, _may),
    "arrive": Row(OPEN, lambda case, by, handling: short_of(handling.arrive_level, by)),
    "note": Row(frozenset(State), _in_scope),
    "transfer": Row(WORKED | {State.RECEIVED, State.WAITING}, _may),
    "escalate": Row(OPEN, _may, _at_the_top),
    "pause": Row(WORKED, _may),
    "resume": Row(frozenset({State.WAITING}), _may),
    "reclassify": Row(OPEN, lambda case, by, handling: may(case, by, handling.reclassify_level)),
    "reply": Row(HANDLED | {State.RESOLVED}, _may),
    "resolve": Row(WORKED, _may),
    "call-back": Row(frozenset({State.RESOLVED}), _may),
    "reopen": Row(SETTLED, _may),
    "close": Row(frozenset({State.RESOLVED}), _may, _not_closable),
}
"""In the order of CASE; actions that do not exist yet are not here."""


def barred(case: Case, action: str, by: Staff) -> str | None:
    """Why `action` does not fit the case as it stands (409); `state`: not from this state."""
    row = TABLE[action]
    if case.state not in row.states:
        return "state"
    return row.unless(case, by) if row.unless else None


def lacking(case: Case, action: str, by: Staff, rulebook: Rulebook) -> Level | None:
    """The lowest level that may (403), None if the actor may."""
    return TABLE[action].who(case, by, rulebook.pack.handling)


__all__ = ["TABLE", "Row", "barred", "higher", "lacking", "may", "offers_floor", "short_of"]
