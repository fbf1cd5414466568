"""A case as the next complaint of its passenger remembers it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.routing.rules.fingerprint import Fingerprint
from shared.contracts.vocabulary import Category, Kind, State


@dataclass(frozen=True, slots=True)
class Past:
    """`at` is when the passenger turned to us first, `again_at` when once more about the same case (to reopen it).

    `promised_at` and `response_due` are when the settlement and the first response are due, while these clocks run.
    `follows` is the case that it repeats (an A1) or adds to (an N2). `claimed`: money was asked for.
    """

    case_id: UUID
    number: str
    passenger_ref: str | None
    at: datetime
    kind: Kind
    category: Category
    line: str | None = None
    station: str | None = None
    claimed: bool = False
    fingerprint: Fingerprint | None = None
    follows: UUID | None = None
    state: State = State.RECEIVED
    withdrawn: bool = False
    answered: bool = False
    final_at: datetime | None = None
    promised_at: datetime | None = None
    response_due: datetime | None = None
    again_at: tuple[datetime, ...] = ()

    @property
    def is_repeat(self) -> bool:
        """Whether it only repeats another case: no claim and no matter of its own."""
        return self.follows is not None and self.kind is Kind.ABNORMAL

    @property
    def root(self) -> UUID:
        """The case whose matter it is."""
        return self.follows or self.case_id

    def overdue(self, at: datetime) -> bool:
        """Whether at this instant the passenger waits longer than promised: for any response, or for an answer."""
        unheard = self.response_due is not None and self.response_due < at
        unanswered = self.promised_at is not None and self.promised_at < at and not self.answered
        return self.state.is_open and (unheard or unanswered)

    def contacts(self, start: datetime, end: datetime) -> int:
        """How often the passenger turned to us about it after `start`, until `end`."""
        return sum(1 for at in (self.at, *self.again_at) if start < at <= end)
