"""What the live stream tells of a fact: codes, levels and clocks, compact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import to_json

from services.reporting.policy.case import Case
from services.reporting.policy.facts import fact_of
from shared.clock import rfc3339
from shared.contracts.case_events import CaseEvent

CLOCK = ("clock", "due_at", "target_level", "needs_level")
DETAILS: Mapping[str, tuple[str, ...]] = {
    "contacted": ("medium", "reached"),
    "offered": ("transfers",),
    "escalated": ("from_level", "cause", "clock"),
    "paused": ("reason", "resumes_at"),
    "resumed": ("cause",),
    "replied": ("final",),
    "resolved": ("outcome",),
    "called_back": ("result", "satisfaction", "attempt"),
    "reopened": ("from_level", "reopened"),
    "surveyed": ("satisfaction",),
    "resolution_proposed": ("resolution", "granted"),
    "approval_requested": ("action", "needs_level"),
    "approved": ("action",),
    "refused": ("action",),
    "extended": ("until",),
    "contact_limited": ("medium", "review_at"),
    "abnormal_confirmed": ("reason",),
    "abnormal_overturned": ("reason", "from_reason", "from_level"),
    "reminded": CLOCK,
    "warned": CLOCK,
    "breached": CLOCK,
}
"""What a fact tells beside how the case stands."""


class Told(NamedTuple):
    """One row of the stream, in the order of its columns."""

    case_id: UUID
    version: int
    number: str
    fact: str
    at: datetime
    person: bool
    line: str | None
    station: str | None
    data: str


def told(event: CaseEvent, case: Case) -> Told:
    """The row for a fact, after the case has taken it."""
    fact = fact_of(event)
    data: dict[str, Any] = {
        "state": case.state,
        "level": case.level,
        "kind": case.kind,
        "category": case.category,
        "severity": case.severity,
    }
    for name in DETAILS.get(fact, ()):
        value = getattr(event, name, None)
        if value is not None:
            data[name] = rfc3339(value) if isinstance(value, datetime) else value
    return Told(
        case.case_id,
        case.version,
        case.number,
        fact,
        event.at,
        case.is_about_a_person,
        case.line,
        case.station,
        to_json(data).decode(),
    )
