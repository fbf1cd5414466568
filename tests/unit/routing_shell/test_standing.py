"""How a case stands after facts about it."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from services.routing.policy.standing import Due, Move, due, moves
from shared.contracts.case_events import (
    Actor,
    CaseAccepted,
    CaseEvent,
    CaseNoted,
    CasePaused,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    CaseWithdrawn,
    ClockStatus,
    Person,
)
from shared.contracts.vocabulary import Clock, ClockState, Level, Outcome, PauseReason, State

AT = datetime(2026, 11, 25, tzinfo=UTC)
DUE = datetime(2026, 12, 2, tzinfo=UTC)
ONE, TWO = UUID(int=1), UUID(int=2)


def clock(state: ClockState, which: Clock = Clock.RESOLVE, **fields: Any) -> ClockStatus:
    return ClockStatus(clock=which, generation=1, state=state, started_at=AT, due_at=DUE, **fields)


def fact(version: int, case: UUID = ONE, **fields: Any) -> dict[str, Any]:
    base = {"case_id": case, "number": "PS-1", "version": version, "at": AT, "by": Actor(user="a")}
    return {**base, "state": State.IN_PROGRESS, "level": Level.L1, **fields}


def reopened(version: int, **fields: Any) -> CaseReopened:
    return CaseReopened(**fact(version, **fields), from_level=Level.L1, reopened=1)


def test_facts_of_a_case_become_one_move_that_tells_the_last() -> None:
    found = moves(
        [
            CaseAccepted(**fact(2, state=State.ACCEPTED), owner=Person(user="a", level=Level.L1)),
            CaseReplied(**fact(2, TWO), final=True),
            CaseReplied(**fact(3), final=False),
        ]
    )
    assert found == [
        Move(ONE, 3, State.IN_PROGRESS, replied=3),
        Move(TWO, 2, State.IN_PROGRESS, replied=2, final=2, final_at=AT),
    ]


def test_in_whatever_order_they_come_the_highest_version_wins() -> None:
    later = AT + timedelta(days=1)
    facts: list[CaseEvent] = [
        CaseReplied(**fact(2, clocks=(clock(ClockState.RUNNING),)), final=True),
        reopened(3),
        CaseReplied(**fact(4, at=later), final=True),
        CasePaused(**fact(5, state=State.WAITING, clocks=(clock(ClockState.PAUSED),)), reason=PauseReason.IN_COURT),
        CaseWithdrawn(**fact(6, state=State.CLOSED)),
    ]
    expected = Move(ONE, 6, State.CLOSED, 4, 4, later, 3, withdrawn=True, promised=Due(5, None))
    assert [moves(order) for order in permutations(facts)] == [[expected]] * 120


def test_a_passenger_who_asks_to_take_the_case_up_again_turned_to_us_again() -> None:
    late = AT + timedelta(hours=1)
    by = Actor(system="passenger")
    asked = [
        reopened(4, by=by),
        CaseNoted(**fact(6, by=by, at=late), cause="passenger_reopen"),
        reopened(5),
        CaseNoted(**fact(7, by=by), cause="passenger_answer"),
    ]
    [move] = moves(asked)
    assert move.again_at == (AT, late)


def test_a_clock_is_due_while_it_runs() -> None:
    for state, expected in (
        (ClockState.RUNNING, DUE),
        (ClockState.BREACHED, DUE),
        (ClockState.PAUSED, None),
        (ClockState.MET, None),
        (ClockState.CANCELLED, None),
    ):
        paused = CasePaused(**fact(2, clocks=(clock(state),)), reason=PauseReason.IN_COURT)
        assert due(paused, Clock.RESOLVE) == Due(2, expected), state
        assert due(paused, Clock.FIRST_RESPONSE) is None
    met_late = clock(ClockState.BREACHED, Clock.FIRST_RESPONSE, breached_at=AT, stopped_at=AT)
    assert due(CaseReplied(**fact(3, clocks=(met_late,)), final=False), Clock.FIRST_RESPONSE) == Due(3, None)


def test_a_move_tells_of_the_clocks_that_its_facts_touched() -> None:
    [still] = moves([CasePaused(**fact(2, clocks=(clock(ClockState.PAUSED),)), reason=PauseReason.IN_COURT)])
    assert (still.promised, still.response) == (Due(2, None), None)
    response = clock(ClockState.MET, Clock.FIRST_RESPONSE)
    [replied] = moves([CaseReplied(**fact(2, clocks=(response,)), final=False)])
    assert (replied.promised, replied.response) == (None, Due(2, None))
    [ended] = moves([CaseResolved(**fact(3, clocks=(clock(ClockState.MET),)), outcome=Outcome.GOODWILL)])
    assert ended.promised == Due(3, None)
