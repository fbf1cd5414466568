"""Cases, timelines and what is allowed, in the API's shapes."""

from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json

from services.followup.api.deadlines import brief, deadline_json, latest
from services.followup.api.granted import granted_json
from services.followup.api.words import why
from services.followup.policy.acting import allowed_actions
from services.followup.policy.case import Case
from services.followup.policy.change import AllowedAction
from services.followup.policy.children import child_numbers
from services.followup.policy.rulebook import Rulebook, Staff
from services.followup.repository.cases import Found, Happened, Listed
from shared.clock import rfc3339
from shared.contracts.case_authority import CaseApprovalRequested, CaseContactLimited
from shared.contracts.case_events import Actor, CaseEvent, CaseResolved
from shared.contracts.vocabulary import Kind, Language
from shared.telemetry import trace_id

FIELDS = {
    "case_id",
    "number",
    "version",
    "state",
    "kind",
    "reason",
    "category",
    "severity",
    "level",
    "proposed",
    "uncertain",
    "secondary",
    "owner",
    "offer",
    "channel",
    "language",
    "line",
    "station",
    "claim",
    "flags",
    "passenger_ref",
    "about_staff",
    "received_at",
    "taken_at",
    "occurred_at",
    "related_number",
    "transfers",
    "reopened",
    "outcome",
    "merged_into",
    "parent",
    "policy_version",
    "demo",
}
"""What a case shows of its document as it is."""
LATER: dict[str, Any] = {"incident": None}
"""Parts of the shape that nothing fills yet."""
SEVERAL = {kind.model_fields["type"].default for kind in (CaseResolved, CaseApprovalRequested, CaseContactLimited)}
"""Facts with which several things are written: they are kept as one JSON object."""
COMMON = set(CaseEvent.model_fields)


def case_json(found: Found, by: Staff, rulebook: Rulebook, language: Language) -> dict[str, Any]:
    """One case, whole, as `by` may act on it now."""
    case, now = found.case, found.now
    return {
        **_document(case, found.text),
        **granted_json(case, found.written),
        "place_unverified": found.place_unverified,
        "explanation": found.because,
        **_fairness(case, rulebook),
        "deadlines": [deadline_json(run, case, rulebook, now) for run in latest(case)],
        "allowed_actions": [allowed_json(one, language) for one in allowed_actions(case, by, rulebook, now)],
    }


def _fairness(case: Case, rulebook: Rulebook) -> dict[str, Any]:
    """Who confirms what is proposed, and what the passenger may do about an abnormal decision, by the pack in force."""
    row = rulebook.pack.reason(case.reason)
    may = row.recourse if case.kind is Kind.ABNORMAL else None
    return {
        "confirm_level": row.confirm_level.value if row.confirm_level and case.proposed else None,
        "recourse": may.told(case.merged_into).model_dump() if may else None,
    }


def listed_json(row: Listed) -> dict[str, Any]:
    """A case in a list: without what must be worked out."""
    due = rfc3339(row.due_at) if row.due_at else None
    case = row.case
    shown = {**_document(case, row.text), **granted_json(case, {})}
    return {**shown, "due_at": due, "deadlines": [brief(run) for run in latest(case)]}


def timeline_json(case: Case, happened: Sequence[Happened]) -> list[dict[str, Any]]:
    """The entries of a timeline; `data` is what a fact says beyond what all say, with the words that were written."""
    trace = trace_id(case.traceparent)
    return [
        {
            "at": rfc3339(one.at),
            "type": fact_name(one.type),
            "by": actor_json(one.by),
            "data": _data(one),
            "trace_id": trace,
            "version": one.version,
        }
        for one in happened
    ]


def allowed_json(one: AllowedAction, language: Language) -> dict[str, Any]:
    """Whether an action is allowed, and if not, why."""
    if one.allowed:
        return {"action": one.action, "allowed": True, **_within(one)}
    needs = one.needs_level.value if one.needs_level else None
    reason = why(one.why or "", language, one.needs_level)
    return {"action": one.action, "allowed": False, "why": reason, "needs_level": needs}


def _within(one: AllowedAction) -> dict[str, Any]:
    """What the actor may grant alone, or the level that an action becomes a request to."""
    if one.alone is not None:
        cash, advance = one.alone.cash_cny, one.alone.medical_advance_cny
        left = {"cash_cny": cash, "medical_advance_cny": advance}
        return {"alone": {name: None if most is None else float(most) for name, most in left.items()}}
    return {"granted_by": one.granted_by.value} if one.granted_by else {}


def actor_json(by: Actor) -> dict[str, Any]:
    """`{"user" | "system", "level"}`."""
    return by.model_dump(mode="json", exclude_none=True)


def fact_name(type_: str) -> str:
    """`case.accepted` of `psc.case.accepted.v1`."""
    return ".".join(type_.split(".")[1:3])


def _document(case: Case, text: str) -> dict[str, Any]:
    shown = case.model_dump(mode="json", include=FIELDS)
    return {**shown, **LATER, "children": child_numbers(case), "text": text, "trace_id": trace_id(case.traceparent)}


def _data(one: Happened) -> dict[str, Any]:
    own = {name: value for name, value in one.fact.items() if name not in COMMON}
    data = {**own, "state": one.fact["state"], "level": one.fact["level"]}
    if one.words is None:
        return data
    return {**data, **from_json(one.words)} if one.type in SEVERAL else {**data, "text": one.words}
