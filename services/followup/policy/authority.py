"""What a level may grant alone, and to whom it must turn for more (the default pack: ceilings; CASE: approvals).

Ceilings are those in force at the action. What was granted on a case before counts; a medical advance is summed apart.
"""

from dataclasses import dataclass
from decimal import Decimal

from services.followup.policy import requests as ask
from services.followup.policy.case import Case
from services.followup.policy.rulebook import Rulebook, Staff
from shared.contracts.pack import Ceiling
from shared.contracts.vocabulary import Level, Resolution

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Alone:
    """What someone may still grant on a case alone, CNY; None is without limit."""

    cash_cny: Decimal | None
    medical_advance_cny: Decimal | None


def granted_sum(case: Case, advance: bool) -> Decimal:
    """What was granted on the case: its medical advances, or all the rest."""
    counted = [one for one in case.resolutions if (one.type is Resolution.MEDICAL_ADVANCE) == advance]
    return sum((one.amount_cny or ZERO for one in counted), ZERO)


def granting_level(case: Case, action: ask.Action, rulebook: Rulebook) -> Level | None:
    """The lowest level with the power for what the body asks; None where the table alone says who may."""
    if isinstance(action, ask.ProposeResolution):
        return _lowest_for(case, action, rulebook)
    if isinstance(action, ask.Reply):
        return rulebook.pack.handling.final_reply_level if action.final else None
    return granted_by(action.action, rulebook)


def granted_by(action: str, rulebook: Rulebook) -> Level | None:
    """The level that grants an action whatever its body says, None if there is none."""
    pack = rulebook.pack
    if action == ask.Extend.action:
        return pack.pauses.extension_level
    return pack.contact_limits.level if action in (ask.LimitContact.action, ask.LiftLimit.action) else None


def must_ask(case: Case, action: ask.Action, by: Staff, rulebook: Rulebook) -> Level | None:
    """The level that must approve what `by` asks; None: it is within their own power."""
    level = granting_level(case, action, rulebook)
    return level if level is not None and by.rank < level.rank else None


def alone(case: Case, by: Staff, rulebook: Rulebook) -> Alone:
    """What `by` may still grant without asking."""
    if by.level is None:
        return Alone(ZERO, ZERO)
    ceiling = rulebook.pack.ceiling(Level(f"L{min(by.rank, Level.L5.rank)}"))
    cash, advance = (_left(_of(ceiling, one), granted_sum(case, one)) for one in (False, True))
    return Alone(cash, advance)


def _lowest_for(case: Case, action: ask.ProposeResolution, rulebook: Rulebook) -> Level:
    advance = action.type is Resolution.MEDICAL_ADVANCE
    wanted = granted_sum(case, advance) + (action.amount_cny or ZERO)
    if not action.amount_cny:
        return Level.L1
    for ceiling in rulebook.pack.ceilings:
        most = _of(ceiling, advance)
        if most is None or wanted <= most:
            return ceiling.level
    return Level.L5


def _of(ceiling: Ceiling, advance: bool) -> Decimal | None:
    return ceiling.medical_advance_cny if advance else ceiling.cash_cny


def _left(most: Decimal | None, granted: Decimal) -> Decimal | None:
    return None if most is None else max(most - granted, ZERO)


__all__ = ["Alone", "alone", "granted_by", "granted_sum", "granting_level", "must_ask"]
