"""Bodies of the actions that are a matter of power: proposals, their approval, extensions, contact limits, verdicts."""

from services.followup.policy.request_base import Amount, Name, Request, Text, When
from shared.contracts.vocabulary import Medium, Reason, Resolution


class Extend(Request):
    """Ask for more time to resolve, once and before it is over; `until` is the new due instant."""

    action = "extend"
    until: When
    reason: Text


class ProposeResolution(Request):
    """Offer the passenger something; above one's ceiling (the case's sums count) it awaits approval."""

    action = "propose-resolution"
    type: Resolution
    amount_cny: Amount | None = None
    note: Text


class Approve(Request):
    """Grant what was asked for."""

    action = "approve"
    note: Text | None = None


class Refuse(Request):
    """Drop what was asked for."""

    action = "refuse"
    reason: Text


class ConfirmAbnormal(Request):
    """What was proposed as abnormal is so; `reason`, if given, is the one proposed."""

    action = "confirm-abnormal"
    note: Text
    reason: Reason | None = None


class OverturnAbnormal(Request):
    """What was proposed as abnormal is an ordinary complaint, for `reason` (N0 unless given)."""

    action = "overturn-abnormal"
    note: Text
    reason: Reason | None = None


class LimitContact(Request):
    """Limit how the passenger reaches us to one medium and contact; `warned_at`: when they were warned in writing."""

    action = "limit-contact"
    medium: Medium
    contact: Name
    warned_at: When
    reason: Text


class LiftLimit(Request):
    """Let the passenger reach us as anyone may."""

    action = "lift-limit"
    reason: Text


__all__ = [
    "Approve",
    "ConfirmAbnormal",
    "Extend",
    "LiftLimit",
    "LimitContact",
    "OverturnAbnormal",
    "ProposeResolution",
    "Refuse",
]
