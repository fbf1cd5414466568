"""What a body refers to: whom it names, as the accounts know them, and the request that it decides."""

from pydantic_core import from_json

from services.followup.policy import requests as ask
from services.followup.policy.approving import words_of
from services.followup.policy.case import Case
from services.followup.policy.rulebook import Rulebook
from services.followup.repository import accounts, cases, locking
from shared.contracts.decision import ChildDecision
from shared.contracts.vocabulary import Level, Role
from shared.storage.pool import Connection
from shared.web.problems import Problem, invalid


async def named(tx: Connection, action: ask.Action, rulebook: Rulebook) -> tuple[Level | None, Problem | None]:
    """The level of the user, or the highest at the station, that a transfer names; what is wrong with a user named."""
    if isinstance(action, ask.Reclassify) and isinstance(action.about_staff, str):
        account = await accounts.find(tx, action.about_staff)
        return None, None if account else invalid("/about_staff", "unknown_user")
    if not isinstance(action, ask.Transfer):
        return None, None
    if action.to.user is not None:
        return await _user(tx, action.to.user)
    station = rulebook.places.station(action.to.station) if action.to.station is not None else None
    return await accounts.highest_at(tx, station.name) if station else None, None


async def what_was_asked(tx: Connection, action: ask.Action, case: Case) -> dict[str, str] | None:
    """The words of the request that is about to be approved; None for any other action."""
    if not isinstance(action, ask.Approve) or case.approval is None:
        return None
    return words_of(case.approval, await cases.written(tx, case))


async def children_found(tx: Connection, action: ask.Action, case: Case) -> list[ChildDecision]:
    """The children that routing found in the proposal that is about to be confirmed."""
    kept = await cases.children_found(tx, case.case_id) if isinstance(action, ask.ConfirmAbnormal) else None
    return [ChildDecision.model_validate(one) for one in from_json(kept)] if kept else []


async def other_number(tx: Connection, number: str, action: str, body: bytes) -> str | None:
    """The number of the case that this one would go into, or went into; before anything is locked or checked.

    Both are locked at once, in one order, so that two who merge each into the other do not wait for ever.
    """
    if action == ask.Unmerge.action:
        return await locking.merged_into(tx, number)
    if action != ask.Merge.action:
        return None
    try:
        return ask.Merge.model_validate_json(body).into.strip().upper()
    except ValueError:
        return None


async def _user(tx: Connection, user: str) -> tuple[Level | None, Problem | None]:
    account = await accounts.find(tx, user)
    if account is None:
        return None, invalid("/to/user", "unknown_user")
    return account.level, invalid("/to/user", "takes_no_cases") if account.role is Role.ADMIN else None


__all__ = ["children_found", "named", "other_number", "what_was_asked"]
