"""Correcting how a case is classified, and what follows: clocks, level, owner, proposal."""

from services.followup.policy import requests as ask
from services.followup.policy.case import Case, Pause
from services.followup.policy.checks import LEAST_SEVERITY, wanted_reason, wanted_severity
from services.followup.policy.clockwork import correct_arrival, retime_all, run_again, stop_for
from services.followup.policy.draft import Draft
from services.followup.policy.moving import offer_to_level, rise
from services.followup.policy.powers import higher, person_floor
from services.followup.policy.rulebook import Rulebook
from shared.contracts.case_events import CaseEvent, CaseReclassified
from shared.contracts.pack import LevelFacts
from shared.contracts.reference import Station
from shared.contracts.vocabulary import Clock, EscalationCause, Level, PauseReason, Reason, Severity, State


def reclassify(draft: Draft, action: ask.Reclassify) -> None:
    """The case as it is classified now; its level rises to the new row and never falls."""
    before = draft.case
    draft.set(**_corrected(before, action, draft.rulebook), uncertain=False)
    follow(draft, before)
    _pause_by_reason(draft)
    lost = _owner_is_barred(draft)
    if lost:
        draft.set(owner=None)
    _keep_request_from_below(draft)
    draft.record(CaseReclassified, action.note, **_as_classified(draft.case))
    rise(draft, row_level(draft.case, draft.rulebook), EscalationCause.RECLASSIFIED)
    if draft.case.level is before.level and (lost or _offer_is_barred(draft)):
        offer_to_level(draft)


def follow(draft: Draft, before: Case) -> None:
    """What another severity does to clocks, and that the passenger hears of a new deadline."""
    if draft.case.severity is not before.severity:
        retime_all(draft)
    correct_arrival(draft, before)
    _tell_new_deadline(draft, before)


def row_level(case: Case, rulebook: Rulebook) -> Level:
    """The level that the authority table gives the case as it is classified; about a person at least L3."""
    facts = LevelFacts(
        kind=case.kind,
        reason=case.reason,
        category=case.category,
        severity=case.severity,
        channel=case.channel,
        about_staff=case.about_staff,
        media=case.media,
        claim_cny=case.claim.amount_cny if case.claim else None,
    )
    level, _ = rulebook.pack.starting_level(facts)
    return higher(level, person_floor(case, rulebook.pack))


def needs_confirming(reason: Reason, rulebook: Rulebook) -> bool:
    """Whether a reason is a judgement of conduct that a person must confirm."""
    return any(row.reason is reason and row.confirm_level is not None for row in rulebook.pack.reasons)


def _corrected(case: Case, action: ask.Reclassify, rulebook: Rulebook) -> dict[str, object]:
    reason = wanted_reason(case, action) or case.reason
    severity = wanted_severity(case, action)
    least = LEAST_SEVERITY.get(reason, Severity.INFO)
    fields: dict[str, object] = {
        "kind": reason.kind,
        "reason": reason,
        "category": action.category or case.category,
        "severity": severity if severity.gravity >= least.gravity else least,
    }
    if action.station is not None and (station := rulebook.places.station(action.station)):
        fields |= {"station": station.name, "line": _line_at(station, case.line)}
    if reason is not case.reason:
        fields["proposed"] = needs_confirming(reason, rulebook)
    if isinstance(action.about_staff, str):
        fields |= {"about_staff": True, "about_user": action.about_staff}
    elif action.about_staff is not None:
        fields |= {"about_staff": action.about_staff, "about_user": case.about_user if action.about_staff else None}
    return fields


def _line_at(station: Station, line: str | None) -> str | None:
    """The line of a corrected station: the one that was known if it stops there, else its only one."""
    if line in station.lines:
        return line
    return station.lines[0] if len(station.lines) == 1 else None


def _pause_by_reason(draft: Draft) -> None:
    """A received case in court stands still from the start; one that is no longer in court runs."""
    case = draft.case
    if case.underlying is not State.RECEIVED or (case.reason is Reason.A11) == (case.pause is not None):
        return
    if case.pause is None:
        stop_for(draft, Pause(reason=PauseReason.IN_COURT, since=draft.now))
    else:
        run_again(draft, draft.now)


def _owner_is_barred(draft: Draft) -> bool:
    owner, case = draft.case.owner, draft.case
    if owner is None or not case.about_a_person:
        return False
    return owner.level.rank < draft.rulebook.pack.handling.person_level.rank or owner.user == case.about_user


def _keep_request_from_below(draft: Draft) -> None:
    """What awaits approval on a case about a person is decided by those who see it."""
    floor, asked = person_floor(draft.case, draft.rulebook.pack), draft.case.approval
    if floor is not None and asked is not None:
        draft.set(approval=asked.model_copy(update={"needs": higher(asked.needs, floor)}))


def _offer_is_barred(draft: Draft) -> bool:
    offer, case = draft.case.offer, draft.case
    if offer is None or not case.about_a_person:
        return False
    below = offer.level is not None and offer.level.rank < draft.rulebook.pack.handling.person_level.rank
    return below or (offer.user is not None and offer.user == case.about_user)


def _as_classified(case: Case) -> dict[str, object]:
    names = CaseReclassified.model_fields.keys() & Case.model_fields.keys() - CaseEvent.model_fields.keys()
    return {name: getattr(case, name) for name in names}


def _tell_new_deadline(draft: Draft, before: Case) -> None:
    old, new = before.clock(Clock.RESOLVE), draft.case.clock(Clock.RESOLVE)
    if new is not None and old is not None and new.due_at != old.due_at:
        draft.tell("deadline_changed", due=new.due_at)


__all__ = ["follow", "needs_confirming", "reclassify", "row_level"]
