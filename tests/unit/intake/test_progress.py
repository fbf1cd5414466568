"""How a case stands for its passenger, and what may be asked, state by state."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from services.intake.policy.progress import Progress, advance, can, says, state_for_passenger, take_in
from shared.contracts.case_events import (
    CaseAccepted,
    CaseClosed,
    CaseContacted,
    CaseEscalated,
    CaseEvent,
    CaseNoted,
    CasePaused,
    CaseReclassified,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseResumed,
    CaseSurveyed,
    CaseWithdrawn,
    Person,
)
from shared.contracts.vocabulary import (
    Category,
    EscalationCause,
    Kind,
    Level,
    Medium,
    Outcome,
    PauseReason,
    Reason,
    Severity,
    State,
)
from tests.unit.intake.builders import NOW, fact, opened, resolve_clock


def after(*events: CaseEvent) -> Progress:
    """The case after these facts, in this order."""
    progress: Progress | None = None
    for event in events:
        progress = advance(progress, event)
    assert progress is not None
    return progress


def accepted(version: int, user: str = "wang", level: Level = Level.L1, **fields: Any) -> CaseEvent:
    return fact(CaseAccepted, version, State.ACCEPTED, owner=Person(user=user, level=level), **fields)


def paused(version: int, reason: PauseReason) -> CaseEvent:
    return fact(CasePaused, version, State.WAITING, reason=reason)


def replied(version: int, state: State = State.IN_PROGRESS, final: bool = False) -> CaseEvent:
    return fact(CaseReplied, version, state, final=final)


def resolved(version: int) -> CaseEvent:
    return fact(CaseResolved, version, State.RESOLVED, outcome=Outcome.NOT_UPHELD)


def reopened(version: int) -> CaseEvent:
    return fact(CaseReopened, version, State.IN_PROGRESS, from_level=Level.L1, reopened=1)


ASKED, COURT = PauseReason.WAITING_FOR_PASSENGER, PauseReason.IN_COURT
STANDS = {
    "opened": ([opened()], "received", ("withdraw",)),
    "accepted": ([opened(), accepted(2)], "in_progress", ("withdraw",)),
    "waiting for the passenger": ([opened(), accepted(2), paused(3, ASKED)], "waiting_for_you", ("answer", "withdraw")),
    "in court": ([opened(), accepted(2), paused(3, COURT)], "in_progress", ("withdraw",)),
    "approval asked while paused": (
        [opened(), paused(2, ASKED), fact(CaseNoted, 3, State.AWAITING_APPROVAL)],
        "in_progress",
        ("withdraw",),
    ),
    "paused again after the approval": (
        [opened(), paused(2, ASKED), fact(CaseNoted, 3, State.AWAITING_APPROVAL), fact(CaseNoted, 4, State.WAITING)],
        "waiting_for_you",
        ("answer", "withdraw"),
    ),
    "resumed": (
        [opened(), paused(2, ASKED), fact(CaseResumed, 3, State.IN_PROGRESS, cause="passenger_answered")],
        "in_progress",
        ("withdraw",),
    ),
    "waiting again for another reason": (
        [
            opened(),
            paused(2, ASKED),
            fact(CaseResumed, 3, State.IN_PROGRESS, cause="ended"),
            fact(CaseNoted, 4, State.WAITING),
        ],
        "in_progress",
        ("withdraw",),
    ),
    "replied": ([opened(), accepted(2), replied(3)], "answered", ("withdraw",)),
    "replied by an incident before anyone accepted": (
        [opened(), replied(2, State.RECEIVED)],
        "answered",
        ("withdraw",),
    ),
    "waiting after a reply": ([opened(), replied(2), paused(3, ASKED)], "waiting_for_you", ("answer", "withdraw")),
    "resolved": ([opened(), accepted(2), resolved(3)], "answered", ("reopen", "survey")),
    "surveyed": (
        [opened(), resolved(2), fact(CaseSurveyed, 3, State.RESOLVED, satisfaction=5)],
        "answered",
        ("reopen",),
    ),
    "reopened": ([opened(), replied(2), resolved(3), reopened(4)], "in_progress", ("withdraw",)),
    "closed": ([opened(), resolved(2), fact(CaseClosed, 3, State.CLOSED)], "closed", ("reopen", "survey")),
    "final reply": (
        [opened(), replied(2, final=True), resolved(3), fact(CaseClosed, 4, State.CLOSED)],
        "closed",
        ("survey",),
    ),
    "withdrawn": ([opened(), fact(CaseWithdrawn, 2, State.CLOSED)], "closed", ("reopen", "survey")),
}


@pytest.mark.parametrize(("events", "state", "allowed"), STANDS.values(), ids=STANDS)
def test_a_case_stands_for_its_passenger_as_the_page_says(
    events: list[CaseEvent], state: str, allowed: tuple[str, ...]
) -> None:
    progress = after(*events)
    assert (state_for_passenger(progress), can(progress)) == (state, allowed)


def test_before_the_case_is_opened_nothing_can_be_asked() -> None:
    assert (state_for_passenger(None), can(None)) == ("received", ())


def test_what_is_promised_is_the_latest_due_of_resolve() -> None:
    later, again = NOW + timedelta(days=8), NOW + timedelta(days=20)
    moved = fact(CaseResumed, 2, State.IN_PROGRESS, cause="ended", clocks=(resolve_clock(later),))
    both = (resolve_clock(again, generation=2), resolve_clock(later))
    assert after(opened()).promised_at == NOW + timedelta(days=5)
    assert after(opened(), moved).promised_at == later
    assert after(opened(), moved, accepted(3)).promised_at == later
    restarted = fact(CaseReopened, 3, State.IN_PROGRESS, from_level=Level.L1, reopened=1, clocks=both)
    assert after(opened(), moved, restarted).promised_at == again


def test_a_reply_counts_until_the_case_is_reopened_and_a_final_one_for_ever() -> None:
    progress = after(opened(), replied(2, final=True), resolved(3), reopened(4))
    assert (progress.replied_at, progress.resolved_at, progress.final_reply) == (None, None, True)
    assert advance(progress, replied(5)).final_reply
    assert progress.reopened_at == NOW + timedelta(minutes=4)


ABOUT: dict[str, Any] = {
    "kind": Kind.NORMAL,
    "reason": Reason.N0,
    "category": Category.STAFF,
    "severity": Severity.S4,
    "about_staff": False,
    "proposed": False,
    "uncertain": False,
}


def turned(**fields: Any) -> Progress:
    """An accepted case after a correction."""
    return after(opened(), accepted(2), fact(CaseReclassified, 3, State.ACCEPTED, **{**ABOUT, **fields}))


def test_a_correction_says_whom_the_case_is_about_and_who_has_it() -> None:
    taken = turned(about_user="zhao", about_staff=True)
    assert (taken.about_person, taken.about_user, taken.owner, taken.owner_level) == (True, "zhao", None, None)
    passed = turned(owner=Person(user="qian", level=Level.L3))
    assert (passed.about_person, passed.about_user, passed.owner, passed.owner_level) == (True, None, "qian", Level.L3)
    back = advance(taken, fact(CaseReclassified, 4, State.ACCEPTED, **{**ABOUT, "category": Category.TICKET}))
    assert (back.about_person, back.about_user) == (False, None)


def test_who_is_named_makes_it_a_case_about_a_person() -> None:
    assert turned(category=Category.TICKET, about_user="zhao").about_person


def test_a_correction_that_names_no_owner_takes_the_case_only_if_it_is_about_a_person() -> None:
    assert turned().owner is None
    assert turned(category=Category.TRAIN).owner == "wang"


def test_what_is_internal_is_not_told() -> None:
    escalated = fact(CaseEscalated, 2, State.RECEIVED, from_level=Level.L1, cause=EscalationCause.ASKED)
    tried = fact(CaseContacted, 2, State.IN_PROGRESS, medium=Medium.PHONE, reached=False)
    reached = fact(CaseContacted, 2, State.IN_PROGRESS, medium=Medium.PHONE, reached=True)
    assert [says(e) for e in (escalated, tried, reached, paused(3, ASKED))] == [
        None,
        None,
        "contacted",
        "waiting_for_passenger",
    ]


def test_facts_take_effect_in_their_order_whatever_order_they_come_in() -> None:
    story = [opened(), accepted(2), replied(3), resolved(4)]
    for order in permutations(story):
        progress: Progress | None = None
        waiting: list[CaseEvent] = []
        for event in order:
            progress, _, waiting = take_in(progress, [*waiting, event])
        assert progress == after(*story)
        assert waiting == []


def test_a_fact_that_is_known_changes_nothing_and_one_too_early_waits() -> None:
    progress = after(opened(), accepted(2))
    assert take_in(progress, [opened(), accepted(2)]) == (progress, [], [])
    early = resolved(4)
    assert take_in(progress, [early]) == (progress, [], [early])
