"""A deadline explains itself: what counted, what did not, and why, to the minute."""

from datetime import datetime

from pydantic import ConfigDict, Field

from services.followup.rules import sentences
from services.followup.rules.clock_run import ClockRun
from services.followup.rules.reading import elapsed, provisional, remaining
from services.followup.rules.working_time import WorkingTime
from shared.contracts.base import Frozen, Instant, Words


class Stretch(Frozen):
    """From one segment of the clock to the next; `to` is None while it lasts."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    since: Instant = Field(alias="from")
    to: Instant | None
    counts: bool
    why: Words


class Counted(Frozen):
    """A window of working time that counts, [from, to)."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, serialize_by_alias=True)

    since: Instant = Field(alias="from")
    to: Instant


class Explanation(Frozen):
    """`windows` reach to the stop, else to the due instant or, when that has passed, to now; pauses are left out.

    Together they last as long as the clock, or as what has run when it stopped, stands still or is late.
    """

    segments: tuple[Stretch, ...]
    windows: tuple[Counted, ...]
    sentences: tuple[Words, ...]


def explain(run: ClockRun, now: datetime, time: WorkingTime) -> Explanation:
    """The clock as of `now`."""
    segments = tuple(_stretches(run))
    end = run.stopped_at or max(run.due_at, now)
    windows = tuple(
        Counted(since=opens, to=closes)
        for one in segments
        if one.counts
        for opens, closes in time.windows(run.runs, one.since, one.to or end)
    )
    texts = [sentences.term(run, time), sentences.started(run, time), *sentences.days(run, time)]
    texts += [sentences.paused(run, since, until, time) for since, until, _ in run.pauses()]
    if run.extended is not None:
        texts.append(sentences.extended(run.extended, time))
    texts += [sentences.due(run, time)]
    if provisional(run, time):
        texts.append(sentences.provisional(run, time))
    texts.append(sentences.stands(run, elapsed(run, now, time), remaining(run, now, time), time))
    return Explanation(segments=segments, windows=windows, sentences=tuple(texts))


def _stretches(run: ClockRun) -> list[Stretch]:
    found = []
    for place, segment in enumerate(run.segments):
        if segment.what == "stop":
            break
        following = run.segments[place + 1].at if place + 1 < len(run.segments) else None
        counts = segment.what != "pause"
        why = sentences.RUNS[run.runs] if counts else sentences.pause_reason(segment.reason)
        if following is None or following > segment.at:
            found.append(Stretch(since=segment.at, to=following, counts=counts, why=why))
    return found


__all__ = ["Counted", "Explanation", "Stretch", "explain"]
