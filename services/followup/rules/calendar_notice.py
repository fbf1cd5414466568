"""What a new calendar makes of a clock."""

from services.followup.rules.clock_run import ClockRun, Target
from services.followup.rules.clocks import moved, retime
from services.followup.rules.ladder import target_due
from services.followup.rules.working_time import WorkingTime
from shared.contracts.pack import Ladder


def renewed(run: ClockRun, time: WorkingTime, ladder: Ladder) -> ClockRun:
    """The clock as if it had started on the calendars as they are now; open targets too.

    What has fired stays fired, a breach stays a breach. One already stopped stays as it is.
    """
    if run.stopped_at is not None:
        return run
    targets = tuple(_renewed(run, target, time, ladder) for target in run.targets)
    return retime(run, run.term, time).model_copy(update={"targets": targets})


def _renewed(run: ClockRun, target: Target, time: WorkingTime, ladder: Ladder) -> Target:
    if target.missed_at is not None:
        return target
    due = target_due(run, target.started_at, time, ladder)
    for since, until, _ in run.pauses():
        if until is not None and since >= target.started_at:
            due = moved(run.runs, due, since, until, time)
    return target.model_copy(update={"due_at": due})


__all__ = ["renewed"]
