"""Facts about cases that become one, part again, or have a part taken out."""

from typing import Literal
from uuid import UUID

from shared.contracts.base import Instant
from shared.contracts.case_events import CaseEvent


class CaseMerged(CaseEvent):
    """The case is closed, and goes on as the case `into`; its clocks are cancelled."""

    type: Literal["psc.case.merged.v1"] = "psc.case.merged.v1"
    into: str
    into_case_id: UUID


class CaseUnmerged(CaseEvent):
    """The case has the state that it had, and its clocks as if they had never stopped."""

    type: Literal["psc.case.unmerged.v1"] = "psc.case.unmerged.v1"
    out_of: str


class CaseAbsorbed(CaseEvent):
    """Another case was merged into this one; `started_at`, the earlier start, is where it counts from now."""

    type: Literal["psc.case.absorbed.v1"] = "psc.case.absorbed.v1"
    merged: str
    started_at: Instant


class CaseReleased(CaseEvent):
    """A case that was merged into this one is on its own again; `started_at` is where this one counts from now."""

    type: Literal["psc.case.released.v1"] = "psc.case.released.v1"
    unmerged: str
    started_at: Instant


class CaseSplit(CaseEvent):
    """A matter of its own was taken out of the case: it is the case `child` now."""

    type: Literal["psc.case.split.v1"] = "psc.case.split.v1"
    child: str
    child_case_id: UUID


__all__ = ["CaseAbsorbed", "CaseMerged", "CaseReleased", "CaseSplit", "CaseUnmerged"]
