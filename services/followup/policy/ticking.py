"""What time does to a case: reminders, warnings, breaches, escalations, and the end of a pause."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.followup.policy.case import Case
from services.followup.policy.change import Change
from services.followup.policy.draft import CLOCK, Draft
from services.followup.policy.handling import resume
from services.followup.policy.moving import rise
from services.followup.policy.rulebook import Rulebook
from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun, Threshold
from shared.contracts.case_events import CaseBreached, CaseReminded, CaseWarned, ClockEvent
from shared.contracts.pack import Ladder
from shared.contracts.vocabulary import Clock, EscalationCause

What = Literal["remind", "warn", "breach", "resume"]


@dataclass(frozen=True, slots=True)
class Timer:
    """The next instant of one running clock; `resume` is the end of its pause."""

    clock: Clock
    generation: int
    due_at: datetime
    what: What


FACTS: dict[str, type[ClockEvent]] = {"remind": CaseReminded, "warn": CaseWarned, "breach": CaseBreached}


def timers(case: Case, rulebook: Rulebook) -> tuple[Timer, ...]:
    """One timer per clock that has an instant ahead (or overdue), the earliest first."""
    found = [timer for run in case.clocks if (timer := _timer(case, run, rulebook)) is not None]
    return tuple(sorted(found, key=lambda timer: timer.due_at))


def next_due(case: Case, rulebook: Rulebook) -> datetime | None:
    """When `fire` must be called next, None when nothing runs."""
    due = timers(case, rulebook)
    return due[0].due_at if due else None


def fire(case: Case, rulebook: Rulebook, now: datetime) -> Change | None:
    """Everything due at or before `now`, in the order of its instants; None if nothing is (so twice is once).

    Facts say `now` as their instant: a timer that is late shows by how much. A target opens at `now` too, so that
    those who are asked late are not late at once; a pause ends at its own instant, as the passenger was told.
    """
    draft = Draft(case, rulebook, now, CLOCK)
    settle(draft, including_now=True)
    return draft.change() if draft.changed else None


def settled(case: Case, rulebook: Rulebook, now: datetime) -> Draft:
    """A draft in which whatever fell due before `now` has fired: for what people do at this very instant."""
    draft = Draft(case, rulebook, now, CLOCK)
    settle(draft, including_now=False)
    return draft


def settle(draft: Draft, *, including_now: bool) -> None:
    """Fire within a change; without `including_now`, an action at the very instant comes before what is due at it."""
    while (due := _earliest(draft)) is not None and (
        due.due_at < draft.now or (including_now and due.due_at == draft.now)
    ):
        run = draft.case.clock(due.clock)
        threshold = _next_threshold(run, draft.rulebook) if run else None
        if due.what == "resume":
            resume(draft, "pause_expired")
        elif run is not None and threshold is not None:
            _pass(draft, run, threshold)


def _earliest(draft: Draft) -> Timer | None:
    due = timers(draft.case, draft.rulebook)
    return due[0] if due else None


def _timer(case: Case, run: ClockRun, rulebook: Rulebook) -> Timer | None:
    pause = case.pause
    if run.clock is Clock.RESOLVE and pause is not None and pause.resumes_at is not None and run.stopped_at is None:
        return Timer(run.clock, run.generation, pause.resumes_at, "resume")
    threshold = _next_threshold(run, rulebook)
    return Timer(run.clock, run.generation, threshold.at, threshold.what) if threshold else None


def _next_threshold(run: ClockRun, rulebook: Rulebook) -> Threshold | None:
    return clocks.next_threshold(run, rulebook.time, _ladder(run, rulebook))


def _ladder(run: ClockRun, rulebook: Rulebook) -> Ladder:
    return rulebook.pack_at(run.started_at).ladder


def _pass(draft: Draft, run: ClockRun, threshold: Threshold) -> None:
    """Record what has passed; a breach raises the level and opens a target there, once per level.

    An approval that is late raises the level that must decide, not the case's.
    """
    missed = threshold.what == "breach"
    approval = draft.case.approval if run.clock is Clock.APPROVAL else None
    target = (approval.needs if approval else draft.case.level).up()
    run = clocks.fired(run, threshold)
    if missed and target not in {one.level for one in run.targets}:
        run = clocks.open_target(run, target, draft.now, draft.rulebook.time, _ladder(run, draft.rulebook))
    if missed:
        draft.move(run)
    else:
        draft.set(clocks=draft.case.with_clock(run).clocks)
    due = run.due_at if threshold.level is None else threshold.at
    told: dict[str, Any] = {"clock": run.clock, "generation": run.generation, "due_at": due}
    if missed and approval:
        draft.set(approval=approval.model_copy(update={"needs": target}))
        told["needs_level"] = target
    draft.record(FACTS[threshold.what], **told, target_level=threshold.level)
    if missed and not approval:
        rise(draft, target, EscalationCause.BREACH, clock=run.clock)
