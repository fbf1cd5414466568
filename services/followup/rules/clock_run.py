"""One clock of a case as it is stored: its term, its segments, and what has fired."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from services.followup.rules.working_time import WorkingTime
from shared.contracts.base import Frozen, Instant
from shared.contracts.case_events import ClockStatus
from shared.contracts.pack import Running, Term
from shared.contracts.vocabulary import Clock, ClockState, Level


class Segment(Frozen):
    """An entry of a clock's append-only list: from `at` on, `what` holds, for `reason`."""

    at: Instant
    what: Literal["start", "pause", "resume", "stop"]
    reason: str


class Target(Frozen):
    """What a breach asks of the level above: meet the clock by `due_at`, or it rises again."""

    level: Level
    started_at: Instant
    due_at: Instant
    missed_at: Instant | None = None


class Extension(Frozen):
    """More time, granted at `at`: due at `until`. `lapsed`: a graver severity has taken it away."""

    at: Instant
    until: Instant
    lapsed: bool = False


class ClockRun(Frozen):
    """A generation of a clock. Every instant is to the millisecond.

    `term` is the one with which it started, whatever packs came later. `unpaused_due_at` is the due instant as if it
    had never paused; `due_at` has every finished pause in it, not the one that goes on. `remind_after_minutes` takes
    the place of the ladder's reminder, and there is no warning then (arrival).
    """

    clock: Clock
    generation: int
    term: Term
    remind_after_minutes: int | None = None
    started_at: Instant
    unpaused_due_at: Instant
    due_at: Instant
    segments: tuple[Segment, ...]
    stopped_at: Instant | None = None
    cancelled: bool = False
    reminded_at: Instant | None = None
    warned_at: Instant | None = None
    breached_at: Instant | None = None
    targets: tuple[Target, ...] = ()
    extended: Extension | None = None

    @property
    def runs(self) -> Running:
        """The time in which it runs."""
        return self.term.runs

    @property
    def is_cancelled(self) -> bool:
        """Nobody waits for it any more."""
        return self.cancelled

    @property
    def is_paused(self) -> bool:
        """It stands still, and is neither met nor cancelled."""
        return self.segments[-1].what == "pause"

    @property
    def running(self) -> bool:
        """Neither stopped nor paused."""
        return self.stopped_at is None and not self.is_paused

    @property
    def state(self) -> ClockState:
        """Cancelled, else breached for good once it is, else met, paused or running."""
        if self.cancelled:
            return ClockState.CANCELLED
        if self.breached_at is not None:
            return ClockState.BREACHED
        if self.stopped_at is not None:
            return ClockState.MET
        return ClockState.PAUSED if self.is_paused else ClockState.RUNNING

    def pauses(self) -> Iterator[tuple[datetime, datetime | None, str]]:
        """(from, to, reason) in order; `to` is None for the pause that goes on. A stop ends a pause."""
        since: Segment | None = None
        for segment in self.segments:
            if segment.what == "pause":
                since = segment
            elif since is not None:
                yield since.at, segment.at, since.reason
                since = None
        if since is not None:
            yield since.at, None, since.reason

    def length(self, time: WorkingTime) -> timedelta:
        """The running time between start and unpaused due: what the clock is long."""
        return time.elapsed(self.runs, self.started_at, self.unpaused_due_at)


def status(run: ClockRun) -> ClockStatus:
    """How the clock stands, as events tell it."""
    return ClockStatus.model_construct(
        clock=run.clock,
        generation=run.generation,
        state=run.state,
        started_at=run.started_at,
        due_at=run.due_at,
        stopped_at=run.stopped_at,
        breached_at=run.breached_at,
    )


__all__ = ["ClockRun", "Extension", "Segment", "Target", "status"]
