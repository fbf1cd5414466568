"""More time for a clock: an instant that someone granted, in the place of the one that its term gave."""

from calendar import monthrange
from datetime import datetime

from services.followup.rules.clock_run import ClockRun, Extension
from services.followup.rules.working_time import WorkingTime
from shared.clock import to_milliseconds
from shared.contracts.pack import Term


def extended(run: ClockRun, until: datetime, at: datetime, time: WorkingTime) -> ClockRun:
    """The clock is due at `until` (or stays due when it is due later); shares count to the new due from now on.

    What has fired stays fired, a breach stays a breach. While it is paused the new due moves at the resume as any does.
    """
    granted = Extension(at=to_milliseconds(at), until=max(to_milliseconds(until), run.due_at))
    return run.model_copy(update={"extended": granted, **_dues(run, granted.until, time)})


def still_extended(run: ClockRun, term: Term, due: datetime, time: WorkingTime) -> dict[str, object]:
    """What is left of an extension where the clock was recomputed by `term` to be due at `due`.

    It stands with its own instant, moved by the pauses that have ended since, unless the new term is the shorter one:
    more time for a lesser matter is none for a graver one. It never makes the clock due earlier.
    """
    granted = run.extended
    if granted is None or granted.lapsed:
        return {}
    if time.due(term, run.started_at) < time.due(run.term, run.started_at):
        return {"extended": granted.model_copy(update={"lapsed": True})}
    until: datetime = granted.until
    for since, end, _ in run.pauses():
        if end is not None and end > granted.at:
            until = time.advance(run.runs, until, time.elapsed(run.runs, since, end))
    return _dues(run, until, time) if until > due else {}


def months_later(at: datetime, months: int, time: WorkingTime) -> datetime:
    """The same local day and time so many months later, at the end of a shorter month its last day."""
    local = time.local(at)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return to_milliseconds(local.replace(year=year, month=month + 1, day=day))


def _dues(run: ClockRun, due: datetime, time: WorkingTime) -> dict[str, object]:
    """`due`, and the same without the running time of the finished pauses before it."""
    length = time.elapsed(run.runs, run.started_at, due)
    for since, until, _ in run.pauses():
        if until is not None:
            length -= time.elapsed(run.runs, since, until)
    return {"due_at": due, "unpaused_due_at": to_milliseconds(time.advance(run.runs, run.started_at, length))}


__all__ = ["extended", "months_later", "still_extended"]
