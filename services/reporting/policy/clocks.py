"""What a fact's clocks mean for rates: the first generation counts, by when it is due."""

from services.reporting.policy.case import Breach, Case, ClockRow
from services.reporting.policy.marks import Mark
from shared.contracts.case_events import CaseBreached, CaseEvent, ClockStatus
from shared.contracts.vocabulary import Clock, ClockState

RATED: dict[Clock, tuple[str, int, int]] = {
    Clock.ACKNOWLEDGE: ("acknowledge_due_at", Mark.ACKNOWLEDGE_DECIDED.value, Mark.ACKNOWLEDGE_ON_TIME.value),
    Clock.FIRST_RESPONSE: (
        "first_response_due_at",
        Mark.FIRST_RESPONSE_DECIDED.value,
        Mark.FIRST_RESPONSE_ON_TIME.value,
    ),
    Clock.RESOLVE: ("resolve_due_at", Mark.RESOLVE_DECIDED.value, Mark.RESOLVE_ON_TIME.value),
    Clock.ARRIVAL: ("arrival_due_at", Mark.ARRIVAL_DECIDED.value, Mark.ARRIVAL_ON_TIME.value),
}
"""Clocks that have a rate: the column of its due instant, and its two marks."""

BREACHED = Mark.BREACHED.value


def follow_clocks(case: Case, event: CaseEvent) -> None:
    """Keep the due instants and the verdicts of first generations, and whether any clock was missed."""
    for status in event.clocks:
        if status.breached_at is not None:
            case.marks |= BREACHED
        if status.generation == 1 and status.clock in RATED:
            column, decided, on_time = RATED[status.clock]
            setattr(case, column, status.due_at)
            case.marks = case.marks & ~(decided | on_time) | _verdict(status, decided, on_time)
    if isinstance(event, CaseBreached) and event.target_level is None:
        case.marks |= BREACHED
        _, decided, on_time = RATED.get(event.clock, ("", 0, 0))
        if event.generation == 1:
            case.marks = case.marks & ~on_time | decided


def _verdict(status: ClockStatus, decided: int, on_time: int) -> int:
    """Missed, met in time, or neither: what still runs, stands still or was cancelled says nothing."""
    if status.state is ClockState.CANCELLED:
        return 0
    if status.breached_at is not None:
        return decided
    return decided | on_time if status.state is ClockState.MET else 0


def clock_rows(event: CaseEvent) -> list[ClockRow]:
    """The clocks that the fact tells of."""
    return [
        ClockRow(
            event.case_id,
            status.clock,
            status.generation,
            status.state,
            status.started_at,
            status.due_at,
            status.stopped_at,
            status.breached_at,
        )
        for status in event.clocks
    ]


def breach_of(event: CaseEvent) -> Breach | None:
    """The clock that was missed, with the case's level then; a missed target is no breach of its own."""
    if isinstance(event, CaseBreached) and event.target_level is None:
        return Breach(event.case_id, event.clock.value, event.generation, event.at, event.level.value)
    return None
