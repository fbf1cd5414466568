"""The end of a case, and its return: resolve, call-back, reopen, withdraw, close."""

import json

from services.followup.policy import requests as ask
from services.followup.policy.approving import drop
from services.followup.policy.checks import LESSONS
from services.followup.policy.clockwork import cancel, cancel_all, meet, start, start_call_back
from services.followup.policy.draft import Draft
from services.followup.policy.moving import lift, offer_to_level
from services.followup.policy.powers import higher
from shared.contracts.case_events import (
    CaseCalledBack,
    CaseClosed,
    CaseEscalated,
    CaseReopened,
    CaseResolved,
    CaseWithdrawn,
)
from shared.contracts.vocabulary import CallBackResult, Clock, EscalationCause, Outcome, State


def resolve(draft: Draft, action: ask.Resolve) -> None:
    """Settled; the call-back begins now, for the sampled share of cases where its term says so."""
    given = {name: getattr(action, name) for name in LESSONS if getattr(action, name) is not None}
    draft.set(state=State.RESOLVED, outcome=action.outcome, lessons=tuple(given), offer=None, attempts=0, unreachable=0)
    meet(draft, Clock.RESOLVE)
    start_call_back(draft)
    draft.record(CaseResolved, json.dumps(given, ensure_ascii=False) if given else None, outcome=action.outcome)
    draft.tell("resolved")


def call_back(draft: Draft, action: ask.CallBack) -> None:
    """Solved, not solved and the last attempt in vain meet the call-back; not solved reopens one level up."""
    in_vain = action.result is CallBackResult.UNREACHABLE
    draft.set(attempts=draft.case.attempts + 1, unreachable=draft.case.unreachable + in_vain)
    if not in_vain or draft.case.unreachable >= draft.rulebook.pack.handling.unreachable_call_backs:
        meet(draft, Clock.CALL_BACK)
    draft.record(
        CaseCalledBack,
        result=action.result,
        satisfaction=action.satisfaction,
        servqual=action.servqual.as_fact() if action.servqual else None,
        attempt=draft.case.attempts,
    )
    if action.result is CallBackResult.NOT_SOLVED:
        reopen(draft)


def reopen(draft: Draft, words: str | None = None) -> None:
    """The case runs again one level up, the second time at least at L4, with the full time to resolve."""
    before = draft.case
    handling, count = draft.rulebook.pack.handling, before.reopened + 1
    level = higher(before.level.up(), handling.second_reopen_level if count >= 2 else None)
    draft.set(state=State.IN_PROGRESS, reopened=count, outcome=None, lessons=(), replied=False, contacted=False)
    cancel(draft, Clock.CALL_BACK)
    terms = draft.rulebook.pack.severities[before.severity]
    start(draft, Clock.RESOLVE, terms.resolve, draft.now)
    rose = lift(draft, level, EscalationCause.REOPENED)
    draft.record(CaseReopened, words, from_level=before.level, reopened=count)
    if rose:
        draft.record(CaseEscalated, from_level=before.level, cause=EscalationCause.REOPENED)
    elif draft.case.owner is None and draft.case.offer is None:
        offer_to_level(draft)
    resolve_clock = draft.case.clock(Clock.RESOLVE)
    draft.tell("deadline_changed", due=resolve_clock.due_at if resolve_clock else None)


def withdraw(draft: Draft, words: str | None) -> None:
    """Resolved as withdrawn and closed at once; no call-back follows, and nobody decides what awaited approval."""
    drop(draft)
    draft.set(pause=None)
    draft.record(CaseWithdrawn, words)
    draft.set(state=State.RESOLVED, outcome=Outcome.WITHDRAWN)
    meet(draft, Clock.RESOLVE)
    draft.record(CaseResolved, outcome=Outcome.WITHDRAWN)
    close(draft)


def close(draft: Draft) -> None:
    """The file is closed: nothing runs any more."""
    draft.set(state=State.CLOSED, offer=None)
    cancel_all(draft)
    draft.record(CaseClosed)
    draft.tell("closed")


__all__ = ["call_back", "close", "reopen", "resolve", "withdraw"]
