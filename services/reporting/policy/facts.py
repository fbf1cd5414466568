"""What each fact does to a case's row. Facts without an entry only advance the version, state and level."""

from collections.abc import Callable, Mapping
from typing import Any

from services.reporting.policy.case import Case
from services.reporting.policy.clocks import follow_clocks
from services.reporting.policy.marks import Mark
from services.reporting.policy.proposals import CONDUCT, decided, proposed, waits
from shared.contracts import case_events as events
from shared.contracts.case_authority import CaseAbnormalOverturned
from shared.contracts.case_events import CaseEvent
from shared.contracts.vocabulary import CallBackResult, Kind, Outcome, State

SATISFIED_FROM = 4
"""Of 1 to 5."""

LASTING = (
    Mark.ABNORMAL_PROPOSED
    | Mark.ABNORMAL_CONFIRMED
    | Mark.ABNORMAL_OVERTURNED
    | Mark.MERGED
    | Mark.ACKNOWLEDGE_DECIDED
    | Mark.ACKNOWLEDGE_ON_TIME
    | Mark.FIRST_RESPONSE_DECIDED
    | Mark.FIRST_RESPONSE_ON_TIME
    | Mark.RESOLVE_DECIDED
    | Mark.RESOLVE_ON_TIME
    | Mark.ARRIVAL_DECIDED
    | Mark.ARRIVAL_ON_TIME
    | Mark.BREACHED
).value
"""Marks that facts set and clear; the others follow from the row."""

OPEN_STATES = frozenset(state.value for state in State if state.is_open)
UPHELD = frozenset({Outcome.UPHELD.value, Outcome.PARTLY_UPHELD.value})
IN_TIME = (Mark.ACCEPTED | Mark.FIRST_RESPONSE_ON_TIME).value


def fact_of(event: CaseEvent) -> str:
    """`psc.case.opened.v1` is the fact `opened`."""
    return event.type.split(".")[2]


def opened(event: events.CaseOpened, trace_id: str | None) -> Case:
    """The first row of a case, from its full snapshot. Codes are kept as the enums they came as: those are strings."""
    case = Case(
        case_id=event.case_id,
        number=event.number,
        version=event.version,
        state=event.state,
        kind=event.kind,
        reason=event.reason,
        category=event.category,
        severity=event.severity,
        level=event.level,
        proposed=event.proposed,
        uncertain=event.uncertain,
        about_staff=event.about_staff,
        channel=event.channel,
        language=event.language,
        line=event.line,
        station=event.station,
        received_at=event.received_at,
        taken_at=event.taken_at,
        occurred_at=event.occurred_at,
        passenger_ref=event.passenger_ref,
        parent=event.parent,
        policy_version=event.policy_version,
        trace_id=trace_id,
        demo=event.demo,
    )
    _propose(case)
    follow_clocks(case, event)
    return case


def advance(case: Case, event: CaseEvent) -> None:
    """Take the next fact: its version must be the row's plus one."""
    case.version = event.version
    case.state = event.state.value
    case.level = event.level.value
    change = CHANGES.get(fact_of(event))
    if change is not None:
        change(case, event)
    follow_clocks(case, event)


def settle_marks(case: Case) -> None:
    """Bring the marks that follow from the row up to date; once per batch and case."""
    marks = case.marks & LASTING
    complaint = case.kind != Kind.NON_COMPLAINT
    for mark, holds in (
        (Mark.COMPLAINT, complaint),
        (Mark.OPEN, case.state in OPEN_STATES),
        (Mark.CLOSED, case.state == State.CLOSED),
        (Mark.ACCEPTED, case.accepted_at is not None),
        (Mark.SETTLED, complaint and case.outcome is not None),
        (Mark.LIABLE, complaint and case.outcome in UPHELD),
        (Mark.RESOLVED, case.resolved_at is not None and case.state not in OPEN_STATES),
        (Mark.CALLED_BACK, case.valid_call_backs > 0),
        (Mark.TRANSFERRED, case.transfers > 0),
        (Mark.ESCALATED, case.escalations > 0),
        (Mark.REOPENED, case.reopened > 0),
        (Mark.REWORKED, case.refused > 0 or case.reopened > 0),
        (Mark.ONCE_RESOLVED, case.resolved_at is not None or case.reopened > 0),
        (Mark.WITHOUT_STATION, case.station is None),
    ):
        if holds:
            marks |= mark.value
    if marks & IN_TIME == IN_TIME:
        marks |= Mark.ANSWERED_IN_TIME.value
    case.marks = marks


def _propose(case: Case) -> None:
    if case.proposed and case.reason in CONDUCT:
        case.marks |= Mark.ABNORMAL_PROPOSED.value
        case.proposals = proposed(case.proposals, case.reason)
    elif waits(case.proposals) and not case.proposed:
        # Classified otherwise, or no longer as a proposal: what was proposed did not stand.
        _overturn(case)


def _overturn(case: Case) -> None:
    case.marks |= Mark.ABNORMAL_OVERTURNED.value
    case.proposals = decided(case.proposals, "overturned")


def _accepted(case: Case, event: events.CaseAccepted) -> None:
    case.owner_user, case.owner_level = event.owner.user, event.owner.level.value
    case.accepted_at = case.accepted_at or event.at


def _offered(case: Case, event: events.CaseOffered) -> None:
    case.transfers = event.transfers


def _escalated(case: Case, _: CaseEvent) -> None:
    case.escalations += 1


def _reclassified(case: Case, event: events.CaseReclassified) -> None:
    case.kind, case.reason = event.kind.value, event.reason.value
    case.category, case.severity = event.category.value, event.severity.value
    case.line, case.station, case.about_user = event.line, event.station, event.about_user
    case.about_staff = event.about_staff or event.about_user is not None
    # Only a case about a person is taken from whoever has it; facts of before owners were told name none either.
    if event.owner is not None:
        case.owner_user, case.owner_level = event.owner.user, event.owner.level.value
    elif case.is_about_a_person:
        case.owner_user = case.owner_level = None
    case.proposed, case.uncertain = event.proposed, event.uncertain
    _propose(case)


def _resolved(case: Case, event: events.CaseResolved) -> None:
    case.outcome, case.resolved_at = event.outcome.value, event.at


def _called_back(case: Case, event: events.CaseCalledBack) -> None:
    if event.result is CallBackResult.UNREACHABLE:
        return
    case.valid_call_backs += 1
    case.solved_call_backs += event.result is CallBackResult.SOLVED
    case.satisfied_call_backs += (event.satisfaction or 0) >= SATISFIED_FROM


def _reopened(case: Case, event: events.CaseReopened) -> None:
    case.reopened, case.outcome = event.reopened, None
    case.resolved_at = case.closed_at = None


def _closed(case: Case, event: CaseEvent) -> None:
    case.closed_at = event.at
    # A proposal that nobody confirmed before the end counts as overturned.
    if case.proposed and case.marks & Mark.ABNORMAL_PROPOSED.value:
        _overturn(case)


def _refused(case: Case, _: CaseEvent) -> None:
    case.refused += 1


def _merged(case: Case, _: CaseEvent) -> None:
    case.marks |= Mark.MERGED.value


def _unmerged(case: Case, _: CaseEvent) -> None:
    case.marks &= ~Mark.MERGED.value


def _abnormal_confirmed(case: Case, _: CaseEvent) -> None:
    case.proposed = False
    case.marks |= Mark.ABNORMAL_CONFIRMED.value
    case.proposals = decided(case.proposals, "confirmed")


def _abnormal_overturned(case: Case, event: CaseEvent) -> None:
    if isinstance(event, CaseAbnormalOverturned):
        case.kind, case.reason, case.severity = event.kind.value, event.reason.value, event.severity.value
    case.proposed = False
    _overturn(case)


CHANGES: Mapping[str, Callable[[Case, Any], None]] = {
    "accepted": _accepted,
    "offered": _offered,
    "escalated": _escalated,
    "reclassified": _reclassified,
    "resolved": _resolved,
    "called_back": _called_back,
    "reopened": _reopened,
    "closed": _closed,
    # Facts that count although we know no more of them than what every fact tells.
    "refused": _refused,
    "merged": _merged,
    "unmerged": _unmerged,
    "abnormal_confirmed": _abnormal_confirmed,
    "abnormal_overturned": _abnormal_overturned,
}
