"""What a clock shows at an instant: how much has run, how much is left, and whether its due is certain."""

from datetime import datetime, timedelta

from services.followup.rules.clock_run import ClockRun
from services.followup.rules.working_time import WorkingTime


def elapsed(run: ClockRun, now: datetime, time: WorkingTime) -> timedelta:
    """The running time since its start without pauses, until it stopped."""
    end = min(now, run.stopped_at) if run.stopped_at else now
    ran = time.elapsed(run.runs, run.started_at, end)
    for since, until, _ in run.pauses():
        ran -= time.elapsed(run.runs, since, min(until, end) if until else end)
    return ran


def remaining(run: ClockRun, now: datetime, time: WorkingTime) -> timedelta:
    """The running time that is left; negative by how much it is late."""
    return run.length(time) - elapsed(run, now, time)


def provisional(run: ClockRun, time: WorkingTime) -> bool:
    """Whether its due rests on a year whose calendar is not certain; what always runs needs no calendar."""
    return run.runs != "always" and time.provisional(run.started_at, run.due_at)


__all__ = ["elapsed", "provisional", "remaining"]
