"""Facts about what may be decided by whom: proposals, approvals, extensions, contact limits, verdicts on the abnormal.

Like all facts about cases they carry codes, sums and instants, never what was written.
"""

from typing import Literal

from shared.contracts.base import Instant
from shared.contracts.case_events import CaseEvent
from shared.contracts.complaint import Money
from shared.contracts.vocabulary import Kind, Level, Medium, Reason, Resolution, Severity

Asked = Literal["propose-resolution", "extend", "limit-contact", "lift-limit", "reply"]
"""Actions that become a request where they are above the actor's power; `reply`: a final one."""


class CaseResolutionProposed(CaseEvent):
    """Something is offered to the passenger. `granted`: at once, within the actor's ceiling; else see `approved`."""

    type: Literal["psc.case.resolution_proposed.v1"] = "psc.case.resolution_proposed.v1"
    resolution: Resolution
    amount_cny: Money | None = None
    granted: bool


class CaseApprovalRequested(CaseEvent):
    """What was asked for takes `needs_level`, the lowest level that has the power."""

    type: Literal["psc.case.approval_requested.v1"] = "psc.case.approval_requested.v1"
    action: Asked
    needs_level: Level
    resolution: Resolution | None = None
    amount_cny: Money | None = None
    until: Instant | None = None
    medium: Medium | None = None


class CaseApproved(CaseEvent):
    """What was asked for is granted; what follows from it is a fact of its own, a resolution is in force with this."""

    type: Literal["psc.case.approved.v1"] = "psc.case.approved.v1"
    action: Asked
    resolution: Resolution | None = None
    amount_cny: Money | None = None


class CaseRefused(CaseEvent):
    """What was asked for is dropped."""

    type: Literal["psc.case.refused.v1"] = "psc.case.refused.v1"
    action: Asked


class CaseExtended(CaseEvent):
    """The case has until `until` to be resolved; its clock says so too."""

    type: Literal["psc.case.extended.v1"] = "psc.case.extended.v1"
    until: Instant


class CaseContactLimited(CaseEvent):
    """The passenger reaches us by one medium and one contact, after a written warning."""

    type: Literal["psc.case.contact_limited.v1"] = "psc.case.contact_limited.v1"
    medium: Medium
    warned_at: Instant
    review_at: Instant
    appeal_until: Instant


class CaseLimitLifted(CaseEvent):
    """The passenger may reach us as anyone may."""

    type: Literal["psc.case.limit_lifted.v1"] = "psc.case.limit_lifted.v1"


class CaseAbnormalConfirmed(CaseEvent):
    """A person confirmed what was proposed."""

    type: Literal["psc.case.abnormal_confirmed.v1"] = "psc.case.abnormal_confirmed.v1"
    reason: Reason


class CaseAbnormalOverturned(CaseEvent):
    """A person found the proposal wrong: how the case is classified now. `from_reason`: what had been proposed."""

    type: Literal["psc.case.abnormal_overturned.v1"] = "psc.case.abnormal_overturned.v1"
    kind: Kind
    reason: Reason
    severity: Severity
    from_reason: Reason
    from_level: Level
