"""The moves of a clock, pure: start, pause, resume, meet, cancel, a new term; what is stored in, what is stored out.

`due_at` changes only by a resume, a new term or an extension: never by a breach, never because a pack changed.
"""

from datetime import datetime

from services.followup.rules.clock_run import ClockRun, Segment, Target, status
from services.followup.rules.explaining import Explanation, explain
from services.followup.rules.extending import extended, still_extended
from services.followup.rules.ladder import Threshold, fired, next_threshold, open_target
from services.followup.rules.reading import elapsed, provisional, remaining
from services.followup.rules.working_time import WorkingTime
from shared.clock import to_milliseconds
from shared.contracts.pack import Running, Term
from shared.contracts.vocabulary import Clock


def start(
    clock: Clock,
    term: Term,
    at: datetime,
    time: WorkingTime,
    *,
    generation: int = 1,
    paused: str | None = None,
    remind_after_minutes: int | None = None,
) -> ClockRun:
    """A clock starts; `paused` is the reason for which it stands still from its start on (in court).

    `remind_after_minutes`: its own reminder in the place of the ladder's reminder and warning (arrival).
    """
    at = to_milliseconds(at)
    due = time.due(term, at)
    segments = [Segment(at=at, what="start", reason="started")]
    if paused is not None:
        segments.append(Segment(at=at, what="pause", reason=str(paused)))
    return ClockRun(
        clock=clock,
        generation=generation,
        term=term,
        remind_after_minutes=remind_after_minutes,
        started_at=at,
        unpaused_due_at=due,
        due_at=due,
        segments=tuple(segments),
    )


def pause(run: ClockRun, at: datetime, reason: str, time: WorkingTime) -> ClockRun:
    """The clock stands still from `at`; `due_at` stays as the pause found it. Errors: ValueError unless it runs."""
    if not run.running:
        raise ValueError(f"{run.clock} does not run")
    return _with(run, _next(run, at, "pause", reason))


def resume(run: ClockRun, at: datetime, time: WorkingTime) -> ClockRun:
    """The clock runs again from `at`: due moves by exactly its running time that passed in the pause.

    So do targets that are open. A breach stays: it happened. Errors: ValueError unless it is paused.
    """
    if not run.is_paused:
        raise ValueError(f"{run.clock} is not paused")
    since, segment = run.segments[-1].at, _next(run, at, "resume", run.segments[-1].reason)
    return _with(
        run,
        segment,
        due_at=moved(run.runs, run.due_at, since, segment.at, time),
        targets=tuple(_target_moved(run.runs, target, since, segment.at, time) for target in run.targets),
    )


def meet(run: ClockRun, at: datetime) -> ClockRun:
    """What the clock waited for is there; one already stopped stays as it is.

    After its due instant without a breach on record: breached as of its due. At the very instant it is in time, and
    so is a clock that stands still since before.
    """
    if run.stopped_at is not None:
        return run
    stop = _next(run, at, "stop", "met")
    ran_until = run.segments[-1].at if run.is_paused else stop.at
    late = run.breached_at is None and ran_until > run.due_at
    return _with(run, stop, stopped_at=stop.at, breached_at=run.due_at if late else run.breached_at)


def cancel(run: ClockRun, at: datetime) -> ClockRun:
    """Nobody waits for the clock any more; one already stopped stays as it is."""
    if run.stopped_at is not None:
        return run
    stop = _next(run, at, "stop", "cancelled")
    return _with(run, stop, stopped_at=stop.at, cancelled=True)


def retime(run: ClockRun, term: Term, time: WorkingTime) -> ClockRun:
    """A new term (new severity): recomputed from its start, with its finished pauses, also while paused.

    What has fired stays fired, a breach stays a breach; open targets keep their due. One already stopped stays as it
    is. An extension stands unless the new term is the shorter one.
    """
    if run.stopped_at is not None:
        return run
    unpaused = due = time.due(term, run.started_at)
    for since, until, _ in run.pauses():
        if until is not None:
            due = moved(term.runs, due, since, until, time)
    fresh = {"term": term, "unpaused_due_at": unpaused, "due_at": due}
    return run.model_copy(update={**fresh, **still_extended(run, term, due, time)})


def restarted(run: ClockRun, at: datetime, time: WorkingTime) -> ClockRun:
    """The clock as if it had started at `at` with its own term; what has fired stays fired. One already stopped stays
    as it is."""
    if run.stopped_at is not None or run.started_at == at:
        return run
    first = run.segments[0].model_copy(update={"at": at})
    moved_start = run.model_copy(update={"started_at": at, "segments": (first, *run.segments[1:])})
    return retime(moved_start, run.term, time)


def moved(runs: Running, due: datetime, since: datetime, until: datetime, time: WorkingTime) -> datetime:
    """A due instant after a pause: later by the running time that passed in it."""
    return time.advance(runs, due, time.elapsed(runs, since, until))


def _target_moved(runs: Running, target: Target, since: datetime, until: datetime, time: WorkingTime) -> Target:
    if target.missed_at is not None:
        return target
    return target.model_copy(update={"due_at": moved(runs, target.due_at, since, until, time)})


def _next(run: ClockRun, at: datetime, what: str, reason: str) -> Segment:
    """The next segment; what is told late or out of order cannot lie before what is already on record."""
    return Segment.model_validate(
        {"at": max(to_milliseconds(at), run.segments[-1].at), "what": what, "reason": str(reason)}
    )


def _with(run: ClockRun, segment: Segment, **fields: datetime | bool | tuple[Target, ...] | None) -> ClockRun:
    return run.model_copy(update={"segments": (*run.segments, segment), **fields})


__all__ = [
    "ClockRun",
    "Explanation",
    "Segment",
    "Target",
    "Threshold",
    "cancel",
    "elapsed",
    "explain",
    "extended",
    "fired",
    "meet",
    "next_threshold",
    "open_target",
    "pause",
    "provisional",
    "remaining",
    "resume",
    "retime",
    "start",
    "status",
]
