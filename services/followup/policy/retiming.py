"""A calendar notice moves what still runs."""

from datetime import datetime

from services.followup.policy.case import Case, Pause
from services.followup.policy.change import Change
from services.followup.policy.draft import CLOCK, Draft
from services.followup.policy.rulebook import Rulebook
from services.followup.rules.calendar_notice import renewed
from shared.contracts.case_events import CaseRetimed
from shared.contracts.vocabulary import Clock, PauseReason


def on_calendar(case: Case, rulebook: Rulebook, now: datetime) -> Change | None:
    """What still runs, worked out again on the calendars as they are; None where nothing moves.

    Nothing is fired here, also where a clock turns out to be late: its timers follow from the clock as it is then.
    """
    draft = Draft(case, rulebook, now, CLOCK)
    for run in case.clocks:
        new = renewed(run, rulebook.time, rulebook.pack_at(run.started_at).ladder)
        if new != run:
            draft.move(new)
    pause = _pause_renewed(case.pause, rulebook)
    if draft.case is case and pause == case.pause:
        return None
    draft.set(pause=pause)
    draft.record(CaseRetimed, calendars=rulebook.time.versions)
    _tell(draft, case)
    return draft.change()


def _pause_renewed(pause: Pause | None, rulebook: Rulebook) -> Pause | None:
    if pause is None or pause.reason is not PauseReason.WAITING_FOR_PASSENGER:
        return pause
    term = rulebook.pack_at(pause.since).pauses.waiting_for_passenger
    return pause.model_copy(update={"resumes_at": rulebook.time.due(term, pause.since)})


def _tell(draft: Draft, before: Case) -> None:
    """The passenger was told when the case would be resolved, and how long we wait for them."""
    old, new = before.clock(Clock.RESOLVE), draft.case.clock(Clock.RESOLVE)
    if old is not None and new is not None and old.due_at != new.due_at and not new.is_paused:
        draft.tell("deadline_changed", due=new.due_at)
    if draft.case.pause is not None and draft.case.pause != before.pause:
        draft.tell("paused", due=draft.case.pause.resumes_at)


__all__ = ["on_calendar"]
