"""What the bodies of actions of power can be refused for, beyond the table."""

from datetime import datetime

from services.followup.policy import requests as ask
from services.followup.policy.authority import must_ask
from services.followup.policy.case import Case
from services.followup.policy.change import FieldError
from services.followup.policy.rulebook import Rulebook, Staff
from shared.contracts.vocabulary import Clock, Kind, Resolution

NEED_AN_AMOUNT = (Resolution.REFUND, Resolution.MEDICAL_ADVANCE)


def second_request(case: Case, action: ask.Action, by: Staff, rulebook: Rulebook) -> str | None:
    """409: it would have to be asked for, and something is asked for already."""
    if case.approval is None or not isinstance(action, ask.Reply):
        return None
    return "approval_pending" if must_ask(case, action, by, rulebook) else None


def faults_of_power(case: Case, action: ask.Action, rulebook: Rulebook, now: datetime) -> tuple[FieldError, ...]:
    """422: sums, instants and reasons that do not fit."""
    if isinstance(action, ask.ProposeResolution):
        missing = action.type in NEED_AN_AMOUNT and action.amount_cny is None
        return (FieldError("/amount_cny", "required_here"),) if missing else ()
    if isinstance(action, ask.Extend):
        return _not_until(case, action.until, rulebook, now)
    if isinstance(action, ask.LimitContact):
        return (FieldError("/warned_at", "future"),) if action.warned_at > now else ()
    if isinstance(action, ask.ConfirmAbnormal):
        return (FieldError("/reason", "not_proposed"),) if action.reason not in (None, case.reason) else ()
    if isinstance(action, ask.OverturnAbnormal):
        abnormal = action.reason is not None and action.reason.kind is not Kind.NORMAL
        return (FieldError("/reason", "not_normal"),) if abnormal else ()
    return ()


def _not_until(case: Case, until: datetime, rulebook: Rulebook, now: datetime) -> tuple[FieldError, ...]:
    """An extension is more time than there was, and ends in time (the default pack: 15 working days from the start)."""
    run = case.clock(Clock.RESOLVE)
    if run is None:
        return ()
    if until <= max(run.due_at, now):
        return (FieldError("/until", "not_later"),)
    latest = rulebook.time.due(rulebook.pack.pauses.extension_limit, run.started_at)
    return (FieldError("/until", "beyond_extension"),) if until > latest else ()


__all__ = ["faults_of_power", "second_request"]
