"""A case's clocks in the API's shape: how each stands, what it asked of the levels above, and how it was counted."""

from datetime import datetime, timedelta
from typing import Any

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Rulebook
from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun, Target
from shared.clock import rfc3339
from shared.contracts.base import Words
from shared.contracts.vocabulary import Language


def latest(case: Case) -> list[ClockRun]:
    """The latest generation of each clock that has started, in the order of their starting."""
    by_clock = {run.clock: run for run in case.clocks}
    return list(by_clock.values())


def brief(run: ClockRun) -> dict[str, Any]:
    """How a clock stands, as far as its record says without any working out."""
    return {
        "clock": run.clock.value,
        "generation": run.generation,
        "state": run.state.value,
        "started_at": rfc3339(run.started_at),
        "due_at": rfc3339(run.due_at),
        "stopped_at": _instant(run.stopped_at),
        "breached_at": _instant(run.breached_at),
        "targets": [_target(target) for target in run.targets],
    }


def deadline_json(run: ClockRun, case: Case, rulebook: Rulebook, now: datetime) -> dict[str, Any]:
    """One deadline as of `now`, with the generations before it."""
    time = rulebook.time
    earlier = [brief(one) for one in case.clocks if one.clock is run.clock and one.generation < run.generation]
    return {
        **brief(run),
        "elapsed": iso(clocks.elapsed(run, now, time)),
        "remaining": iso(clocks.remaining(run, now, time)),
        "provisional": clocks.provisional(run, time),
        "calendar_version": time.version(run.started_at, run.due_at),
        "history": earlier,
    }


def explained(case: Case, rulebook: Rulebook, now: datetime, language: Language) -> list[dict[str, Any]]:
    """Every deadline with what counted, what did not, and why."""
    return [
        {**deadline_json(run, case, rulebook, now), **_explanation(run, rulebook, now, language)}
        for run in latest(case)
    ]


def iso(duration: timedelta) -> str:
    """ISO 8601, hours as the largest unit because a working day is none: `PT27H30M`; negative with a sign before it."""
    milliseconds = duration // timedelta(milliseconds=1)
    sign, rest = ("-", -milliseconds) if milliseconds < 0 else ("", milliseconds)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    seconds = f"{rest // 1000}.{rest % 1000:03}".removesuffix(".000")
    parts = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + (f"{seconds}S" if rest else "")
    return f"{sign}PT{parts or '0S'}"


def _explanation(run: ClockRun, rulebook: Rulebook, now: datetime, language: Language) -> dict[str, Any]:
    found = clocks.explain(run, now, rulebook.time)
    return {
        "segments": [
            {
                "from": rfc3339(one.since),
                "to": _instant(one.to),
                "counts": one.counts,
                "why": _said(one.why, language),
            }
            for one in found.segments
        ],
        "windows": [{"from": rfc3339(one.since), "to": rfc3339(one.to)} for one in found.windows],
        "explanation": [_said(sentence, language) for sentence in found.sentences],
    }


def _said(words: Words, language: Language) -> str:
    return words.zh if language is Language.ZH else words.en


def _target(target: Target) -> dict[str, Any]:
    return {
        "level": target.level.value,
        "started_at": rfc3339(target.started_at),
        "due_at": rfc3339(target.due_at),
        "missed_at": _instant(target.missed_at),
    }


def _instant(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None
