"""Terms of a policy pack: how long a clock is, in which time it runs, and what limits to contact come with."""

from typing import Literal, Self

from pydantic import Field, model_validator

from shared.contracts.base import Frozen
from shared.contracts.vocabulary import Level

Unit = Literal["minutes", "hours", "days", "working_days"]
Running = Literal["always", "service_hours", "office_hours"]


class Term(Frozen):
    """The length of a clock and the time in which it runs.

    `days` are 24 h by the wall clock; `working_days` run in office hours and end at the close of the N-th working
    day after the start. `sample` is the share of cases (by hash of the case id) that have the clock at all.
    """

    amount: int = Field(gt=0)
    unit: Unit
    runs: Running
    sample: float = Field(default=1.0, gt=0, le=1)
    source: str

    @model_validator(mode="after")
    def _working_days_run_in_office_hours(self) -> Self:
        if (self.unit == "working_days") != (self.runs == "office_hours"):
            raise ValueError("working_days, and nothing else, run in office_hours")
        if self.unit == "days" and self.runs != "always":
            raise ValueError("days run always")
        return self


class ContactLimits(Frozen):
    """Who may limit how a passenger reaches us, when that is looked at again, and how long it is open to appeal."""

    level: Level
    review_months: int = Field(gt=0, le=24)
    appeal: Term
    source: str


DEFAULT_CONTACT_LIMITS = ContactLimits(
    level=Level.L4,
    review_months=6,
    appeal=Term(amount=10, unit="working_days", runs="office_hours", source="contact limits"),
    source="contact limits: imposed by L4 after a written warning, reviewed every 6 months",
)
"""Where a pack says nothing."""


__all__ = ["DEFAULT_CONTACT_LIMITS", "ContactLimits", "Running", "Term", "Unit"]
