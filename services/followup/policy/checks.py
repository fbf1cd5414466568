"""What a body can be refused for, beyond the table: in the same order, 409, then 403, then 422."""

from services.followup.policy import requests as ask
from services.followup.policy.case import Case
from services.followup.policy.change import FieldError
from services.followup.policy.powers import may, offers_floor
from services.followup.policy.rulebook import Rulebook, Staff
from shared.contracts.vocabulary import Kind, Level, Outcome, Reason, Severity

LEAST_SEVERITY = {Reason.A7: Severity.S1, Reason.A8: Severity.S1, Reason.A9: Severity.S2, Reason.A12: Severity.S2}
"""Danger to a person is always S1; media coercion and extortion are at least S2 (the borderlines of routing)."""

NEED_ALL_FOUR = (Outcome.UPHELD, Outcome.PARTLY_UPHELD)
LESSONS = ("cause", "responsible", "measure", "education")


def barred_by_body(case: Case, action: ask.Action, rulebook: Rulebook, offered: Level | None) -> str | None:
    """409: the case forbids just this."""
    if isinstance(action, ask.Transfer):
        return _barred_offer(case, action.to, rulebook, offered)
    if isinstance(action, ask.Reclassify) and case.proposed and wanted_reason(case, action) is not case.reason:
        return "proposal_pending"
    return None


def barred_by_other(case: Case, action: ask.Action, other: Case | None) -> str | None:
    """409: the case that it would go on as, or part from, forbids it."""
    if not isinstance(action, ask.Merge | ask.Unmerge) or (other and other.case_id == case.case_id):
        return None
    if other is None:
        return "target_out_of_sight" if isinstance(action, ask.Unmerge) else None
    if other.merged_into is not None:
        return "target_merged"
    return "target_closed" if isinstance(action, ask.Merge) and not other.state.is_open else None


def faults_of_other(case: Case, action: ask.Action, other: Case | None) -> tuple[FieldError, ...]:
    """422: the case that it would go on as is not there, or is itself."""
    if not isinstance(action, ask.Merge):
        return ()
    if other is None:
        return (FieldError("/into", "unknown_number"),)
    return (FieldError("/into", "same_case"),) if other.case_id == case.case_id else ()


def lacking_for_body(case: Case, action: ask.Action, by: Staff, rulebook: Rulebook) -> Level | None:
    """403: this needs more than the action as such; the lowest level that may."""
    handling = rulebook.pack.handling
    if isinstance(action, ask.Reclassify) and _lowers_s1(case, action):
        return may(case, by, handling.lowering_s1_level)
    return None


def faults(case: Case, action: ask.Action, rulebook: Rulebook) -> tuple[FieldError, ...]:
    """422: fields that contradict or lack each other, or name what is not there."""
    if isinstance(action, ask.Transfer):
        return _nowhere(action.to, rulebook)
    if isinstance(action, ask.Resolve) and action.outcome in NEED_ALL_FOUR:
        return tuple(FieldError(f"/{name}", "missing") for name in LESSONS if getattr(action, name) is None)
    if isinstance(action, ask.Reclassify):
        unknown = action.station is not None and rulebook.places.station(action.station) is None
        return _misclassified(case, action) + ((FieldError("/station", "unknown_station"),) if unknown else ())
    return ()


def is_forced(case: Case, rulebook: Rulebook) -> bool:
    """Whether the next transfer is the one that raises the level, which happens once."""
    return case.offers_from is None and case.transfers + 1 >= rulebook.pack.handling.forced_transfer


def wanted_reason(case: Case, action: ask.Reclassify) -> Reason | None:
    """The reason that a reclassification leads to; None if only a kind is given that needs one."""
    if action.reason is not None:
        return action.reason
    if action.kind is None or action.kind is case.kind:
        return case.reason
    return Reason.N0 if action.kind is Kind.NORMAL else None


def wanted_severity(case: Case, action: ask.Reclassify) -> Severity:
    """The severity asked for; where none is given, an emergency is S1, and what becomes no complaint carries none."""
    if action.severity is not None:
        return action.severity
    if action.reason is Reason.N3:
        return Severity.S1
    reason = wanted_reason(case, action)
    becomes_none = reason is not None and reason.kind is Kind.NON_COMPLAINT and case.kind is not Kind.NON_COMPLAINT
    return Severity.INFO if becomes_none else case.severity


def _barred_offer(case: Case, to: ask.To, rulebook: Rulebook, offered: Level | None) -> str | None:
    if is_forced(case, rulebook):
        return None
    if to.user is not None and to.user == case.about_user:
        return "about_that_person"
    floor, level = offers_floor(case, rulebook.pack), to.level or offered
    if floor is None or level is None or level.rank >= floor.rank:
        return None
    below_transfer = case.offers_from is not None and level.rank < case.offers_from.rank
    return "below_forced_level" if below_transfer else "below_person_level"


def _nowhere(to: ask.To, rulebook: Rulebook) -> tuple[FieldError, ...]:
    """Only names that are known leave in facts: a closed list of units, the stations of the network."""
    if to.station is not None and rulebook.places.station(to.station) is None:
        return (FieldError("/to/station", "unknown_station"),)
    if to.unit is not None and to.unit not in rulebook.pack.units:
        return (FieldError("/to/unit", "unknown_unit"),)
    return ()


def _lowers_s1(case: Case, action: ask.Reclassify) -> bool:
    return case.severity is Severity.S1 and wanted_severity(case, action) is not Severity.S1


def _misclassified(case: Case, action: ask.Reclassify) -> tuple[FieldError, ...]:
    reason = wanted_reason(case, action)
    if reason is None:
        return (FieldError("/reason", "missing"),)
    found = []
    if action.kind is not None and action.kind is not reason.kind:
        found.append(FieldError("/kind", "contradicts_reason"))
    least = LEAST_SEVERITY.get(reason)
    if least and action.severity and action.severity.gravity < least.gravity:
        found.append(FieldError("/severity", "below_reason"))
    return tuple(found)


__all__ = [
    "LEAST_SEVERITY",
    "LESSONS",
    "barred_by_body",
    "barred_by_other",
    "faults",
    "faults_of_other",
    "is_forced",
    "lacking_for_body",
    "wanted_reason",
    "wanted_severity",
]
