"""A person's verdict on what was proposed as abnormal."""

from services.followup.policy import requests as ask
from services.followup.policy.case import Case
from services.followup.policy.classifying import follow, row_level
from services.followup.policy.draft import Draft
from services.followup.policy.moving import rise
from services.followup.policy.powers import higher
from services.followup.policy.rulebook import Rulebook
from shared.contracts.case_authority import CaseAbnormalConfirmed, CaseAbnormalOverturned
from shared.contracts.case_events import OfferTo
from shared.contracts.vocabulary import EscalationCause, Level, Reason, Severity

KEPT = (EscalationCause.BREACH, EscalationCause.REOPENED, EscalationCause.THIRD_TRANSFER)
"""Rises that are the case's own, whatever it was taken for."""


def confirm(draft: Draft, action: ask.ConfirmAbnormal) -> None:
    """The proposal takes effect."""
    draft.set(proposed=False)
    draft.record(CaseAbnormalConfirmed, action.note, reason=draft.case.reason)


def overturn(draft: Draft, action: ask.OverturnAbnormal) -> None:
    """An ordinary complaint at the level of its own row; the state stays.

    An emergency (N3) is of the gravest severity; otherwise the severity is that of its facts and stays.
    """
    before, reason = draft.case, action.reason or Reason.N0
    severity = Severity.S1 if reason is Reason.N3 else before.severity
    draft.set(kind=reason.kind, reason=reason, severity=severity, proposed=False)
    level = level_as_ordinary(draft.case, draft.rulebook)
    if level.rank < before.level.rank:
        draft.set(level=level, offer=_offer_at(level, before))
    follow(draft, before)
    draft.record(
        CaseAbnormalOverturned,
        action.note,
        kind=reason.kind,
        reason=reason,
        severity=severity,
        from_reason=before.reason,
        from_level=before.level,
    )
    rise(draft, level, EscalationCause.RECLASSIFIED)


def level_as_ordinary(case: Case, rulebook: Rulebook) -> Level:
    """The level of the row, raised again as often as breaches and reopenings had raised it, and by a third transfer."""
    level = row_level(case, rulebook)
    for cause in case.rises:
        if cause in (EscalationCause.BREACH, EscalationCause.REOPENED):
            level = level.up()
    second = rulebook.pack.handling.second_reopen_level if case.reopened >= 2 else None
    return higher(level, second, case.offers_from)


def _offer_at(level: Level, before: Case) -> OfferTo | None:
    """An offer to the level that the case had follows it down, if the rise behind it is kept; other offers stay."""
    if before.offer is None or before.offer.level is not before.level:
        return before.offer
    return OfferTo(level=level) if any(cause in KEPT for cause in before.rises) else None


__all__ = ["confirm", "level_as_ordinary", "overturn"]
