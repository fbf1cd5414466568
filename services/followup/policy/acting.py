"""What staff do: the order of checks, then the effect."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.followup.policy import (
    abnormal,
    approving,
    children,
    classifying,
    granting,
    handling,
    merging,
    moving,
    settling,
)
from services.followup.policy import requests as ask
from services.followup.policy.authority import alone, granted_by, must_ask
from services.followup.policy.authority_checks import faults_of_power, second_request
from services.followup.policy.case import Case
from services.followup.policy.change import AllowedAction, Change, Refusal
from services.followup.policy.checks import barred_by_body, barred_by_other, faults, faults_of_other, lacking_for_body
from services.followup.policy.draft import Draft
from services.followup.policy.powers import is_own_request
from services.followup.policy.rulebook import Rulebook, Staff
from services.followup.policy.sight import in_whose_place, sees
from services.followup.policy.table import TABLE, barred, lacking
from services.followup.policy.ticking import settled
from shared.contracts.decision import ChildDecision
from shared.contracts.vocabulary import Level, Role

EFFECTS: dict[type[ask.Action], Callable[[Draft, Any], None]] = {
    ask.Contact: handling.contact,
    ask.Arrive: lambda draft, _: handling.arrive(draft),
    ask.Note: handling.note,
    ask.Escalate: moving.escalate,
    ask.PauseRequest: handling.pause,
    ask.Resume: lambda draft, _: handling.resume(draft),
    ask.Extend: lambda draft, action: granting.extend(draft, action.until, action.reason),
    ask.Reclassify: classifying.reclassify,
    ask.ProposeResolution: granting.propose_resolution,
    ask.Refuse: approving.refuse,
    ask.ConfirmAbnormal: abnormal.confirm,
    ask.OverturnAbnormal: abnormal.overturn,
    ask.LimitContact: lambda draft, action: granting.limit_contact(
        draft, action.medium, action.warned_at, contact=action.contact, reason=action.reason
    ),
    ask.LiftLimit: lambda draft, action: granting.lift_limit(draft, action.reason),
    ask.Reply: handling.reply,
    ask.Resolve: settling.resolve,
    ask.CallBack: settling.call_back,
    ask.Reopen: lambda draft, action: settling.reopen(draft, action.reason),
    ask.Split: children.split,
    ask.Close: lambda draft, _: settling.close(draft),
}
DECISIONS = (ask.Approve.action, ask.Refuse.action)


def act(
    case: Case,
    action: ask.Action,
    by: Staff,
    rulebook: Rulebook,
    now: datetime,
    *,
    offered: Level | None = None,
    said: Mapping[str, str] | None = None,
    other: Case | None = None,
    found: Sequence[ChildDecision] = (),
) -> Change | Refusal:
    """Do `action`, or say why not: 409 transition-refused, then 403, then 422 (CASE's order after the version).

    What is within the table and above the actor's own power becomes a request. What fell due before `now` is fired
    first, so that a late timer changes no outcome; an action at the very instant is in time. `offered`: the level of
    the user, or the highest at the station or unit, that a transfer names, as far as the shell knows it. `said`: what
    was written in the request that awaits approval. `other`: the case into which this one goes or went, if there is one
    that the actor sees;
    `found`: the children that routing found in a proposal.
    """
    draft = settled(case, rulebook, now)
    by = in_whose_place(by, draft.case)
    refusal = _refusal(draft, action, by, offered, other)
    if refusal is not None:
        return refusal
    draft.by = by.actor
    if isinstance(action, ask.Accept):
        moving.accept(draft, by.user, by.level or Level.L1)
    elif isinstance(action, ask.Transfer):
        moving.transfer(draft, action, offered)
    elif isinstance(action, ask.Merge | ask.Unmerge):
        assert other is not None  # noqa: S101 - refused without
        joined = merging.merge if isinstance(action, ask.Merge) else merging.unmerge
        joined(draft, settled(other, rulebook, now))
    elif isinstance(action, ask.Approve):
        approving.approve(draft, action, said or {})
    elif isinstance(action, approving.Requestable) and (needs := must_ask(draft.case, action, by, rulebook)):
        approving.ask_for(draft, action, needs)
    else:
        EFFECTS[type(action)](draft, action)
    if isinstance(action, ask.ConfirmAbnormal):
        children.found_in(draft, found)
    return draft.change()


def refused(case: Case, action: str, by: Staff, rulebook: Rulebook, now: datetime) -> Refusal | None:
    """What refuses `action` (a key of REQUESTS) whatever its body says: for a door to ask before it reads the body."""
    current = settled(case, rulebook, now).case
    by = in_whose_place(by, current)
    why = barred(current, action, by, rulebook)
    if why is not None:
        return _unfitting(current, why, by, rulebook)
    return _forbidden(current, action, by, lacking(current, action, by, rulebook))


def allowed_actions(case: Case, by: Staff, rulebook: Rulebook, now: datetime) -> list[AllowedAction]:
    """Every action that exists, and whether it is allowed now; the same checks as `act`, without a body."""
    current = settled(case, rulebook, now).case
    by = in_whose_place(by, current)
    return [_allowed(current, action, by, rulebook) for action in TABLE]


def _refusal(draft: Draft, action: ask.Action, by: Staff, offered: Level | None, other: Case | None) -> Refusal | None:
    case, rulebook = draft.case, draft.rulebook
    why = (
        barred(case, action.action, by, rulebook)
        or barred_by_body(case, action, rulebook, offered)
        or barred_by_other(case, action, other)
        or second_request(case, action, by, rulebook)
    )
    if why is not None:
        return _unfitting(case, why, by, rulebook)
    needs = lacking_for_body(case, action, by, rulebook) or lacking(case, action.action, by, rulebook)
    if needs is not None:
        return _forbidden(case, action.action, by, needs)
    errors = (
        faults(case, action, rulebook)
        or faults_of_power(case, action, rulebook, draft.now)
        or faults_of_other(case, action, other)
    )
    return Refusal("invalid", "invalid", errors=errors) if errors else None


def _unfitting(case: Case, why: str, by: Staff, rulebook: Rulebook) -> Refusal:
    return Refusal("transition-refused", why, allowed=tuple(_allowed(case, name, by, rulebook) for name in TABLE))


def _forbidden(case: Case, action: str, by: Staff, needs: Level | None) -> Refusal | None:
    return Refusal("forbidden", _why_forbidden(case, action, by), needs_level=needs) if needs else None


def _why_forbidden(case: Case, action: str, by: Staff) -> str:
    if by.role is Role.ADMIN:
        return "admin"
    return "own_request" if action in DECISIONS and is_own_request(case, by) else "level"


def _allowed(case: Case, action: str, by: Staff, rulebook: Rulebook) -> AllowedAction:
    if not sees(case, by):  # as after a correction that takes the case out of one's own sight
        return AllowedAction(action, allowed=False, why="out_of_sight")
    why, needs = barred(case, action, by, rulebook), None
    if why is None:
        needs = lacking(case, action, by, rulebook)
        why = _why_forbidden(case, action, by) if needs else None
    if why is not None:
        return AllowedAction(action, allowed=False, why=why, needs_level=needs)
    grants = granted_by(action, rulebook)
    return AllowedAction(
        action,
        allowed=True,
        granted_by=grants if grants and by.rank < grants.rank else None,
        alone=alone(case, by, rulebook) if action == ask.ProposeResolution.action else None,
    )
