"""What a clock fires next: reminder, warning, breach, then the target of each level (the default pack: ladder)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from services.followup.rules.clock_run import ClockRun, Target
from services.followup.rules.working_time import WorkingTime
from shared.clock import to_milliseconds
from shared.contracts.pack import Ladder
from shared.contracts.vocabulary import Level

MICROSECOND = timedelta(microseconds=1)
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Threshold:
    """The next that fires, at the earliest whole millisecond at which it is true.

    A breach without `level` is the clock's own, one with a level is that of the target there.
    """

    at: datetime
    what: Literal["remind", "warn", "breach"]
    level: Level | None = None


def next_threshold(run: ClockRun, time: WorkingTime, ladder: Ladder) -> Threshold | None:
    """What fires next, even if its instant has passed; None while the clock is paused or after it stopped.

    A share is reached at the earliest instant at which that share of the running time between start and unpaused due
    has run, pauses left out. Nothing fires twice; after its breach a clock fires its targets only.
    """
    if not run.running:
        return None
    if run.breached_at is not None:
        missed_next = min((one for one in run.targets if one.missed_at is None), key=_due, default=None)
        return Threshold(missed_next.due_at, "breach", missed_next.level) if missed_next else None
    if run.reminded_at is None:
        return _not_after_due(run, Threshold(_remind_at(run, time, ladder), "remind"))
    if run.warned_at is None and run.remind_after_minutes is None:
        return _not_after_due(run, Threshold(_share_at(run, ladder.warn_share, time), "warn"))
    return Threshold(run.due_at, "breach")


def fired(run: ClockRun, threshold: Threshold) -> ClockRun:
    """The clock with a threshold on record, as of the threshold's own instant."""
    if threshold.level is not None:
        return run.model_copy(update={"targets": tuple(_missed(one, threshold) for one in run.targets)})
    field = {"remind": "reminded_at", "warn": "warned_at", "breach": "breached_at"}[threshold.what]
    return run.model_copy(update={field: threshold.at})


def open_target(run: ClockRun, level: Level, at: datetime, time: WorkingTime, ladder: Ladder) -> ClockRun:
    """A target at `level` from `at` on: a share of the clock's length in the same running time.

    The length is that of its term, without pauses, and the minimum counts in the same running time too.
    """
    at = to_milliseconds(at)
    target = Target(level=level, started_at=at, due_at=target_due(run, at, time, ladder))
    return run.model_copy(update={"targets": (*run.targets, target)})


def target_due(run: ClockRun, at: datetime, time: WorkingTime, ladder: Ladder) -> datetime:
    """When a target that opens at `at` is due, if nothing pauses."""
    length = time.elapsed(run.runs, run.started_at, time.due(run.term, run.started_at))
    amount = max(_share_of(length, ladder.target_share), timedelta(minutes=ladder.target_minimum_minutes))
    return time.advance(run.runs, at, amount)


def _remind_at(run: ClockRun, time: WorkingTime, ladder: Ladder) -> datetime:
    if run.remind_after_minutes is not None:
        return _when_has_run(run, timedelta(minutes=run.remind_after_minutes), time)
    return _share_at(run, ladder.remind_share, time)


def _share_at(run: ClockRun, share: float, time: WorkingTime) -> datetime:
    return _when_has_run(run, _share_of(run.length(time), share), time)


def _when_has_run(run: ClockRun, amount: timedelta, time: WorkingTime) -> datetime:
    """The earliest instant at which `amount` has run without the finished pauses."""
    since = run.started_at
    if len(run.segments) > 1:
        for paused, resumed, _ in run.pauses():
            ran = time.elapsed(run.runs, since, paused)
            if ran >= amount or resumed is None:
                break
            amount, since = amount - ran, resumed
    return time.advance(run.runs, since, amount)


def _share_of(length: timedelta, share: float) -> timedelta:
    """To the millisecond above: earlier, the share would not have run yet."""
    top, bottom = _fraction(share)
    return -(-(length // MICROSECOND * top) // (bottom * 1000)) * MILLISECOND


@lru_cache(maxsize=64)
def _fraction(share: float) -> tuple[int, int]:
    """The decimal that was written, not its nearest binary fraction."""
    return Fraction(repr(share)).as_integer_ratio()


def _not_after_due(run: ClockRun, threshold: Threshold) -> Threshold:
    return threshold if threshold.at <= run.due_at else Threshold(run.due_at, threshold.what)


def _missed(target: Target, threshold: Threshold) -> Target:
    is_it = target.level is threshold.level and target.missed_at is None
    return target.model_copy(update={"missed_at": threshold.at}) if is_it else target


def _due(target: Target) -> datetime:
    return target.due_at


__all__ = ["Threshold", "fired", "next_threshold", "open_target", "target_due"]
