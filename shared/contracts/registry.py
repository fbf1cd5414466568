"""Every event that travels, by its `ce_type`."""

from shared.contracts import case_authority as authority
from shared.contracts import case_events as case
from shared.contracts import case_joining as joining
from shared.contracts.base import Event
from shared.contracts.complaint import ComplaintReceived, ComplaintRouted
from shared.contracts.dead_letter import DeadLetterParked
from shared.contracts.passenger import (
    PassengerAnswered,
    PassengerReopened,
    PassengerSurveyed,
    PassengerTold,
    PassengerWithdrew,
)
from shared.contracts.reference import CalendarPublished, NetworkPublished, PackPublished, StaffPublished

CASE_EVENTS: tuple[type[case.CaseEvent], ...] = (
    case.CaseOpened,
    case.CaseAccepted,
    case.CaseContacted,
    case.CaseArrived,
    case.CaseNoted,
    case.CaseOffered,
    case.CaseEscalated,
    case.CasePaused,
    case.CaseResumed,
    case.CaseRetimed,
    case.CaseReclassified,
    joining.CaseMerged,
    joining.CaseUnmerged,
    joining.CaseAbsorbed,
    joining.CaseReleased,
    joining.CaseSplit,
    case.CaseReplied,
    case.CaseResolved,
    case.CaseCalledBack,
    case.CaseReopened,
    case.CaseAnswered,
    case.CaseWithdrawn,
    case.CaseSurveyed,
    case.CaseClosed,
    case.CaseReminded,
    case.CaseWarned,
    case.CaseBreached,
    authority.CaseResolutionProposed,
    authority.CaseApprovalRequested,
    authority.CaseApproved,
    authority.CaseRefused,
    authority.CaseExtended,
    authority.CaseContactLimited,
    authority.CaseLimitLifted,
    authority.CaseAbnormalConfirmed,
    authority.CaseAbnormalOverturned,
)
PASSENGER_EVENTS: tuple[type[Event], ...] = (
    PassengerReopened,
    PassengerAnswered,
    PassengerWithdrew,
    PassengerSurveyed,
)
REFERENCE_EVENTS: tuple[type[Event], ...] = (PackPublished, CalendarPublished, NetworkPublished, StaffPublished)

OTHER_EVENTS: tuple[type[Event], ...] = (ComplaintReceived, ComplaintRouted, PassengerTold, DeadLetterParked)

EVENTS: dict[str, type[Event]] = {
    event.model_fields["type"].default: event
    for event in (*OTHER_EVENTS, *CASE_EVENTS, *PASSENGER_EVENTS, *REFERENCE_EVENTS)
}
"""`ce_type` → model."""
