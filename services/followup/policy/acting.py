"""What staff do: the order of checks, then the effect."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.followup.policy import classifying, handling, moving, settling
from services.followup.policy import requests as ask
from services.followup.policy.case import Case
from services.followup.policy.change import AllowedAction, Change, Refusal
from services.followup.policy.checks import barred_by_body, faults, lacking_for_body
from services.followup.policy.draft import CLOCK, Draft
from services.followup.policy.rulebook import Rulebook, Staff
from services.followup.policy.sight import sees
from services.followup.policy.table import TABLE, barred, lacking
from services.followup.policy.ticking import settle
from shared.contracts.vocabulary import Level, Role

EFFECTS: dict[type[ask.Action], Callable[[Draft, Any], None]] = {
    ask.Contact: handling.contact,
    ask.Arrive: lambda draft, _: handling.arrive(draft),
    ask.Note: handling.note,
    ask.Escalate: moving.escalate,
    ask.PauseRequest: handling.pause,
    ask.Resume: lambda draft, _: handling.resume(draft),
    ask.Reclassify: classifying.reclassify,
    ask.Reply: handling.reply,
    ask.Resolve: settling.resolve,
    ask.CallBack: settling.call_back,
    ask.Reopen: lambda draft, action: settling.reopen(draft, action.reason),
    ask.Close: lambda draft, _: settling.close(draft),
}


def act(
    case: Case, action: ask.Action, by: Staff, rulebook: Rulebook, now: datetime, *, offered: Level | None = None
) -> Change | Refusal:
    """Do `action`, or say why not: 409 transition-refused, then 403, then 422 (CASE's order after the version).

    What fell due before `now` is fired first, so that a late timer changes no outcome; an action at the very instant
    is in time. `offered`: the level of the user, or the highest at the station or unit, that a transfer names, as far
    as the shell knows it.
    """
    draft = _settled(case, rulebook, now)
    refusal = _refusal(draft.case, action, by, rulebook, offered)
    if refusal is not None:
        return refusal
    draft.by = by.actor
    if isinstance(action, ask.Accept):
        moving.accept(draft, by.user, by.level or Level.L1)
    elif isinstance(action, ask.Transfer):
        moving.transfer(draft, action, offered)
    else:
        EFFECTS[type(action)](draft, action)
    return draft.change()


def refused(case: Case, action: str, by: Staff, rulebook: Rulebook, now: datetime) -> Refusal | None:
    """What refuses `action` (a key of REQUESTS) whatever its body says: for a door to ask before it reads the body."""
    current = _settled(case, rulebook, now).case
    why = barred(current, action, by)
    if why is not None:
        return _unfitting(current, why, by, rulebook)
    return _forbidden(by, lacking(current, action, by, rulebook))


def allowed_actions(case: Case, by: Staff, rulebook: Rulebook, now: datetime) -> list[AllowedAction]:
    """Every action that exists, and whether it is allowed now; the same checks as `act`, without a body."""
    current = _settled(case, rulebook, now).case
    return [_allowed(current, action, by, rulebook) for action in TABLE]


def _settled(case: Case, rulebook: Rulebook, now: datetime) -> Draft:
    draft = Draft(case, rulebook, now, CLOCK)
    settle(draft, including_now=False)
    return draft


def _refusal(case: Case, action: ask.Action, by: Staff, rulebook: Rulebook, offered: Level | None) -> Refusal | None:
    why = barred(case, action.action, by) or barred_by_body(case, action, rulebook, offered)
    if why is not None:
        return _unfitting(case, why, by, rulebook)
    needs = lacking_for_body(case, action, by, rulebook) or lacking(case, action.action, by, rulebook)
    if needs is not None:
        return _forbidden(by, needs)
    errors = faults(case, action, rulebook)
    return Refusal("invalid", "invalid", errors=errors) if errors else None


def _unfitting(case: Case, why: str, by: Staff, rulebook: Rulebook) -> Refusal:
    return Refusal("transition-refused", why, allowed=tuple(_allowed(case, name, by, rulebook) for name in TABLE))


def _forbidden(by: Staff, needs: Level | None) -> Refusal | None:
    return Refusal("forbidden", _why_forbidden(by), needs_level=needs) if needs else None


def _why_forbidden(by: Staff) -> str:
    return "admin" if by.role is Role.ADMIN else "level"


def _allowed(case: Case, action: str, by: Staff, rulebook: Rulebook) -> AllowedAction:
    if not sees(case, by):  # as after a correction that takes the case out of one's own sight
        return AllowedAction(action, allowed=False, why="out_of_sight")
    why, needs = barred(case, action, by), None
    if why is None:
        needs = lacking(case, action, by, rulebook)
        why = _why_forbidden(by) if needs else None
    return AllowedAction(action, allowed=why is None, why=why, needs_level=needs)
