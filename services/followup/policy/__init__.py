"""The rules of a case, pure: a case, an action, who acts and the instant in; a change or a refusal out."""

from services.followup.policy.acting import act, allowed_actions, refused
from services.followup.policy.case import Case, Pause
from services.followup.policy.change import AllowedAction, Change, FieldError, Refusal
from services.followup.policy.opening import open_case
from services.followup.policy.passenger import passenger
from services.followup.policy.requests import REQUESTS, Action, parse
from services.followup.policy.rulebook import Rulebook, Staff
from services.followup.policy.sight import sees
from services.followup.policy.ticking import Timer, fire, next_due, timers

__all__ = [
    "REQUESTS",
    "Action",
    "AllowedAction",
    "Case",
    "Change",
    "FieldError",
    "Pause",
    "Refusal",
    "Rulebook",
    "Staff",
    "Timer",
    "act",
    "allowed_actions",
    "fire",
    "next_due",
    "open_case",
    "parse",
    "passenger",
    "refused",
    "sees",
    "timers",
]
