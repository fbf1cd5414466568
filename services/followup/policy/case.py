"""The case: one JSON document with everything that its rules look at, and no words of passenger or staff."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from services.followup.policy.records import Approval, ContactLimit, Granted
from services.followup.rules.clocks import ClockRun
from shared.contracts.base import Frozen, Instant
from shared.contracts.case_events import OfferTo, Person
from shared.contracts.complaint import CityOrder, Claim, Flags
from shared.contracts.vocabulary import (
    Category,
    Channel,
    Clock,
    EscalationCause,
    Kind,
    Language,
    Level,
    Outcome,
    PauseReason,
    Reason,
    Severity,
    State,
)

Lesson = Literal["cause", "responsible", "measure", "education"]
"""The four no-let-go fields 四不放过; the words themselves lie with the words of their version."""


class Pause(Frozen):
    """Why the resolve clock stands still, since when, and when that ends by itself (None: without limit)."""

    reason: PauseReason
    since: Instant
    resumes_at: Instant | None = None


class Absorbed(Frozen):
    """A case that was merged into this one; `taken`: where it counted from."""

    case_id: UUID
    number: str
    taken: Instant
    language: Language


class BeforeMerge(Frozen):
    """What a merged case gets back, and the case that it went into."""

    into: UUID
    state: State
    offer: OfferTo | None = None
    pause: Pause | None = None
    clocks: tuple[ClockRun, ...]


class Case(Frozen):
    """How a case stands after `version` facts.

    `level` is who must deal with it, `highest` the highest level that it has had or been offered to, `offers_from` the
    least level to which it may still be offered after the transfer that raised it. `offer` is pending until someone
    accepts; meanwhile the owner keeps the case. `replied`, `contacted` (reached), `attempts` and `unreachable`
    (call-backs) count since the last reopen or resolve. `clocks` holds every generation, in the order of starting.
    `rises`: why the level rose, each time. `approval` is there while the case awaits it, and only then; `absorbed` are
    the cases merged into this one, `before_merge` is there while it is merged itself, and only then.
    `children` is how many have been opened for it: their numbers are its own with `-1`, `-2` … behind.
    """

    case_id: UUID
    number: str
    version: int
    state: State
    kind: Kind
    reason: Reason
    category: Category
    severity: Severity
    level: Level
    highest: Level
    rises: tuple[EscalationCause, ...] = ()
    proposed: bool = False
    uncertain: bool = False
    about_staff: bool = False
    about_user: str | None = None
    media: bool = False
    secondary: tuple[Reason, ...] = ()
    owner: Person | None = None
    offer: OfferTo | None = None
    offers_from: Level | None = None
    channel: Channel
    language: Language
    line: str | None = None
    station: str | None = None
    received_at: Instant
    taken_at: Instant | None = None
    occurred_at: Instant | None = None
    claim: Claim | None = None
    flags: Flags = Flags()
    passenger_ref: str | None = None
    related_number: str | None = None
    city_order: CityOrder | None = None
    transfers: int = 0
    reopened: int = 0
    outcome: Outcome | None = None
    lessons: tuple[Lesson, ...] = ()
    final_reply: bool = False
    replied: bool = False
    contacted: bool = False
    attempts: int = 0
    unreachable: int = 0
    surveyed: bool = False
    policy_version: str
    parent: str | None = None
    merged_into: str | None = None
    before_merge: BeforeMerge | None = None
    absorbed: tuple[Absorbed, ...] = ()
    children: int = 0
    demo: bool = False
    traceparent: str | None = None
    pause: Pause | None = None
    approval: Approval | None = None
    resolutions: tuple[Granted, ...] = ()
    contact_limit: ContactLimit | None = None
    clocks: tuple[ClockRun, ...] = ()

    @property
    def about_a_person(self) -> bool:
        """A complaint about one of ours: category STAFF, or said so."""
        return self.category is Category.STAFF or self.about_staff

    @property
    def underlying(self) -> State:
        """The state, or while a request awaits approval the one to which the case goes back."""
        return self.approval.back_to if self.approval else self.state

    @property
    def counts_from(self) -> datetime:
        """What its first clocks count from: the taking of the complaint, or of the earliest merged into it."""
        return min((self.taken, *(one.taken for one in self.absorbed)))

    @property
    def taken(self) -> Instant:
        """When the complaint was taken: what its first clocks start from."""
        return self.taken_at or self.received_at

    def clock(self, clock: Clock) -> ClockRun | None:
        """The latest generation of a clock, None if it never started."""
        return next((run for run in reversed(self.clocks) if run.clock is clock), None)

    def with_clock(self, run: ClockRun) -> Self:
        """The case with `run` in the place of its generation, or added."""
        key = (run.clock, run.generation)
        if any((one.clock, one.generation) == key for one in self.clocks):
            runs = tuple(run if (one.clock, one.generation) == key else one for one in self.clocks)
        else:
            runs = (*self.clocks, run)
        return self.model_copy(update={"clocks": runs})


__all__ = ["Absorbed", "BeforeMerge", "Case", "Lesson", "Pause"]
