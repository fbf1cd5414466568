"""The table of actions: from which states, under which condition, by whom.

A check answers with a stable code (why not) or a level (the lowest that may); None: nothing stands in the way.
Staff in scope are the shell's matter: what they cannot see is unknown to them before any check here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from services.followup.policy.case import Case
from services.followup.policy.powers import (
    Power,
    at_least,
    in_scope,
    may_at_least,
    owner_or_level,
    who_accepts,
    who_confirms,
    who_decides,
)
from services.followup.policy.rulebook import Rulebook, Staff
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Clock, Level, State

OPEN = frozenset(state for state in State if state.is_open)
HANDLED = OPEN - {State.RECEIVED}
WORKED = frozenset({State.ACCEPTED, State.IN_PROGRESS})
SETTLED = frozenset({State.RESOLVED, State.CLOSED})
AWAITING = frozenset({State.AWAITING_APPROVAL})

Condition = Callable[[Case, Staff, Pack], str | None]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: an action is refused (409) outside `states` or where `unless` says why, forbidden (403) by `who`."""

    states: frozenset[State]
    who: Power
    unless: Condition | None = None


def _not_offered(case: Case, by: Staff, pack: Pack) -> str | None:
    if case.state is State.RECEIVED:
        return None
    if case.offer is None:
        return "no_offer"
    return None if case.offer.level is not None or by.is_offered(case.offer) else "offered_to_another"


def _at_the_top(case: Case, by: Staff, pack: Pack) -> str | None:
    return "highest_level" if case.level.rank >= Level.L5.rank else None


def _not_extendable(case: Case, by: Staff, pack: Pack) -> str | None:
    run = case.clock(Clock.RESOLVE)
    if run is None or run.breached_at is not None:
        return "expired"
    return "extended_already" if run.extended is not None else None


def _not_proposed(case: Case, by: Staff, pack: Pack) -> str | None:
    return None if case.proposed else "not_proposed"


def _one_request_at_a_time(case: Case, by: Staff, pack: Pack) -> str | None:
    """What would become a request while another awaits its decision."""
    return "approval_pending" if case.approval and by.rank < pack.contact_limits.level.rank else None


def _not_limited(case: Case, by: Staff, pack: Pack) -> str | None:
    return "not_limited" if case.contact_limit is None else _one_request_at_a_time(case, by, pack)


def _not_closable(case: Case, by: Staff, pack: Pack) -> str | None:
    if not (case.replied or case.contacted):
        return "not_answered"
    call_back = case.clock(Clock.CALL_BACK)
    return "call_back_running" if call_back is not None and call_back.stopped_at is None else None


def _not_merged(case: Case, by: Staff, pack: Pack) -> str | None:
    return None if case.merged_into else "not_merged"


TABLE: dict[str, Row] = {
    "accept": Row(OPEN, who_accepts, _not_offered),
    "contact": Row(HANDLED | {State.RESOLVED}, owner_or_level),
    "arrive": Row(OPEN, at_least(lambda pack: pack.handling.arrive_level)),
    "note": Row(frozenset(State), in_scope),
    "transfer": Row(WORKED | {State.RECEIVED, State.WAITING}, owner_or_level),
    "escalate": Row(OPEN, owner_or_level, _at_the_top),
    "pause": Row(WORKED, owner_or_level),
    "resume": Row(frozenset({State.WAITING}), owner_or_level),
    "extend": Row(WORKED | {State.WAITING}, owner_or_level, _not_extendable),
    "reclassify": Row(OPEN, may_at_least(lambda pack: pack.handling.reclassify_level)),
    "propose-resolution": Row(WORKED, owner_or_level),
    "approve": Row(AWAITING, who_decides),
    "refuse": Row(AWAITING, who_decides),
    "confirm-abnormal": Row(OPEN, who_confirms, _not_proposed),
    "overturn-abnormal": Row(OPEN, who_confirms, _not_proposed),
    "limit-contact": Row(OPEN | {State.RESOLVED}, owner_or_level, _one_request_at_a_time),
    "lift-limit": Row(OPEN | {State.RESOLVED}, owner_or_level, _not_limited),
    "reply": Row(HANDLED | {State.RESOLVED}, owner_or_level),
    "resolve": Row(WORKED, owner_or_level),
    "call-back": Row(frozenset({State.RESOLVED}), owner_or_level),
    "reopen": Row(SETTLED, owner_or_level),
    "merge": Row(OPEN, owner_or_level),
    "unmerge": Row(frozenset({State.CLOSED}), owner_or_level, _not_merged),
    "split": Row(OPEN, owner_or_level),
    "close": Row(frozenset({State.RESOLVED}), owner_or_level, _not_closable),
}
"""In the order of CASE; actions that do not exist yet are not here."""


def barred(case: Case, action: str, by: Staff, rulebook: Rulebook) -> str | None:
    """Why `action` does not fit the case as it stands (409); `state`: not from this state."""
    row = TABLE[action]
    if case.merged_into is not None and action != "unmerge":
        return "merged"
    if case.state not in row.states:
        return "state"
    return row.unless(case, by, rulebook.pack) if row.unless else None


def lacking(case: Case, action: str, by: Staff, rulebook: Rulebook) -> Level | None:
    """The lowest level that may (403), None if the actor may."""
    return TABLE[action].who(case, by, rulebook.pack)


__all__ = ["TABLE", "Row", "barred", "lacking"]
