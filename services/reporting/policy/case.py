"""One case as reporting keeps it."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from shared.contracts.vocabulary import Category


@dataclass(slots=True)
class Case:
    """The row of a case, in the order of its columns. Changed in place, because a batch changes many."""

    case_id: UUID
    number: str
    version: int
    state: str
    kind: str
    reason: str
    category: str
    severity: str
    level: str
    proposed: bool
    uncertain: bool
    about_staff: bool
    channel: str
    language: str
    line: str | None
    station: str | None
    received_at: datetime
    taken_at: datetime | None
    occurred_at: datetime | None
    passenger_ref: str | None
    parent: str | None
    policy_version: str
    trace_id: str | None
    demo: bool
    owner_user: str | None = None
    owner_level: str | None = None
    outcome: str | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    transfers: int = 0
    escalations: int = 0
    reopened: int = 0
    refused: int = 0
    valid_call_backs: int = 0
    solved_call_backs: int = 0
    satisfied_call_backs: int = 0
    acknowledge_due_at: datetime | None = None
    first_response_due_at: datetime | None = None
    resolve_due_at: datetime | None = None
    arrival_due_at: datetime | None = None
    marks: int = 0
    about_user: str | None = None
    proposals: str = ""
    """Each time it was proposed as abnormal conduct (policy/proposals.py)."""

    @property
    def is_about_a_person(self) -> bool:
        """Seen from L3 up only."""
        return self.about_staff or self.category == Category.STAFF


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Case))


class ClockRow(NamedTuple):
    """How one clock of a case stands in one generation. A tuple, because each case brings several."""

    case_id: UUID
    clock: str
    generation: int
    state: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None
    breached_at: datetime | None


class Breach(NamedTuple):
    """A clock was missed at `at`, while the case stood at `level`."""

    case_id: UUID
    clock: str
    generation: int
    at: datetime
    level: str
