"""How a case stands after facts about it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.routing.policy.standing import Move, moves, promised
from shared.contracts.case_events import (
    Actor,
    CaseAccepted,
    CasePaused,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    ClockStatus,
    Person,
)
from shared.contracts.vocabulary import Clock, ClockState, Level, Outcome, PauseReason, State

AT = datetime(2026, 11, 25, tzinfo=UTC)
DUE = datetime(2026, 12, 2, tzinfo=UTC)


def clock(state: ClockState, which: Clock = Clock.RESOLVE, due: datetime = DUE) -> ClockStatus:
    return ClockStatus(clock=which, generation=1, state=state, started_at=AT, due_at=due)


def fact(version: int, case: int = 1, **fields: Any) -> dict[str, Any]:
    base = {"case_id": UUID(int=case), "number": f"PS-{case}", "version": version, "at": AT, "by": Actor(user="a")}
    return {**base, "state": State.IN_PROGRESS, "level": Level.L1, **fields}


def test_facts_of_a_case_become_one_move_that_tells_the_last() -> None:
    found = moves(
        [
            CaseAccepted(**fact(2, state=State.ACCEPTED), owner=Person(user="a", level=Level.L1)),
            CaseReplied(**fact(2, case=2), final=True),
            CaseReplied(**fact(3), final=False),
        ]
    )
    assert found == [
        Move(UUID(int=1), 3, State.IN_PROGRESS, answered=True),
        Move(UUID(int=2), 2, State.IN_PROGRESS, answered=True, final_reply=True),
    ]


def test_a_final_reply_is_not_forgotten_and_a_reopened_case_waits_again() -> None:
    replied, reopened = CaseReplied(**fact(4), final=True), CaseReopened(**fact(5), from_level=Level.L1, reopened=1)
    [move] = moves([replied, reopened])
    assert (move.answered, move.final_reply) == (False, True)
    [twice] = moves([replied, CaseReplied(**fact(5), final=False)])
    assert twice.final_reply
    [again] = moves([reopened, CaseReplied(**fact(6), final=False)])
    assert (again.answered, again.final_reply) == (True, False)


def test_the_promise_is_when_the_resolve_clock_is_due_while_it_runs() -> None:
    for state, expected in (
        (ClockState.RUNNING, DUE),
        (ClockState.BREACHED, DUE),
        (ClockState.PAUSED, None),
        (ClockState.MET, None),
        (ClockState.CANCELLED, None),
    ):
        reason = PauseReason.IN_COURT
        assert promised(CasePaused(**fact(2, clocks=(clock(state),)), reason=reason)) == expected, state
    [still] = moves([CasePaused(**fact(2, clocks=(clock(ClockState.PAUSED),)), reason=PauseReason.IN_COURT)])
    assert (still.clock, still.promised_at) == (True, None)
    [ended] = moves([CaseResolved(**fact(3, clocks=(clock(ClockState.MET),)), outcome=Outcome.GOODWILL)])
    assert (ended.clock, ended.promised_at) == (True, None)


def test_other_clocks_leave_the_promise_alone() -> None:
    [move] = moves([CaseReplied(**fact(2, clocks=(clock(ClockState.MET, Clock.FIRST_RESPONSE),)), final=False)])
    assert (move.clock, move.promised_at) == (False, None)
