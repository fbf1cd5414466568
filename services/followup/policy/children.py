"""A matter inside a case becomes a normal case of its own: opened as any other, with the place and passenger of its
parent."""

from collections.abc import Sequence
from datetime import datetime

from services.followup.policy import requests as ask
from services.followup.policy.case import Case
from services.followup.policy.draft import Draft
from services.followup.policy.rulebook import Rulebook
from shared.contracts.case_joining import CaseSplit
from shared.contracts.complaint import Complaint, ComplaintRouted
from shared.contracts.decision import ChildDecision, Decision
from shared.contracts.pack import LevelFacts
from shared.ids import derived_id

NOT_OF_PARENT = {"case_id", "number", "received_at", "taken_at", "category", "claim", "city_order", "flags"}
OF_PARENT = Complaint.model_fields.keys() & Case.model_fields.keys() - NOT_OF_PARENT
"""What a child has of its parent: a claim, a city order and the passenger on the scene stay with the parent."""


def found_in(draft: Draft, children: Sequence[ChildDecision]) -> None:
    """The children that routing found are opened; their clocks count from their parent's start."""
    case = draft.case
    for child in children:
        _bear(draft, child, child.evidence, case.received_at, case.taken_at)


def split(draft: Draft, action: ask.Split) -> None:
    """Someone takes a matter out of the case; its clocks count from now."""
    case = draft.case
    what = ChildDecision(
        reason=action.reason,
        category=action.category or case.category,
        severity=action.severity or case.severity,
        evidence="",
    )
    child = _bear(draft, what, action.text, draft.now, None)
    draft.record(CaseSplit, action.text, child=child.number, child_case_id=child.case_id)


def child_numbers(case: Case) -> list[str]:
    """The numbers of the children that were opened."""
    return [f"{case.number}-{place}" for place in range(1, case.children + 1)]


def _bear(draft: Draft, what: ChildDecision, text: str, received_at: datetime, taken_at: datetime | None) -> Complaint:
    case = draft.case
    place = case.children + 1
    draft.set(children=place)
    complaint = Complaint(
        case_id=derived_id("child", case.case_id, place),
        number=f"{case.number}-{place}",
        category=None,
        received_at=received_at,
        taken_at=taken_at,
        text=text,
        **{name: getattr(case, name) for name in OF_PARENT},
    )
    draft.bear(ComplaintRouted(complaint=complaint, decision=_decision(case, what, draft.rulebook)))
    return complaint


def _decision(parent: Case, what: ChildDecision, rulebook: Rulebook) -> Decision:
    classified = {"kind": what.reason.kind, "reason": what.reason, "category": what.category, "severity": what.severity}
    facts = LevelFacts(**classified, channel=parent.channel, about_staff=False, media=False)
    level, _ = rulebook.pack.starting_level(facts)
    return Decision(**classified, level=level, policy_version=rulebook.pack.id)


__all__ = ["child_numbers", "found_in", "split"]
