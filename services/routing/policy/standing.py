"""How a case stands after facts about it, as far as the passenger's next complaint depends on it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.case_events import CaseEvent, CaseReopened, CaseReplied
from shared.contracts.vocabulary import Clock, ClockState, State

RUNS = (ClockState.RUNNING, ClockState.BREACHED)


@dataclass(slots=True)
class Move:
    """What some facts changed. `answered` None: not that; `clock`: they touched *resolve*, now due at `promised_at`."""

    case_id: UUID
    version: int
    state: State
    answered: bool | None = None
    final_reply: bool = False
    clock: bool = False
    promised_at: datetime | None = None


def moves(facts: Iterable[CaseEvent]) -> list[Move]:
    """One move per case from its facts in their order."""
    by_case: dict[UUID, Move] = {}
    for fact in facts:
        move = by_case.setdefault(fact.case_id, Move(fact.case_id, fact.version, fact.state))
        move.version, move.state = fact.version, fact.state
        if isinstance(fact, CaseReplied):
            move.answered, move.final_reply = True, move.final_reply or fact.final
        elif isinstance(fact, CaseReopened):
            move.answered = False
        if any(status.clock is Clock.RESOLVE for status in fact.clocks):
            move.clock, move.promised_at = True, promised(fact)
    return list(by_case.values())


def promised(fact: CaseEvent) -> datetime | None:
    """When the *resolve* clock that `fact` tells of is due; None while it is paused, and once it has ended."""
    due = [s.due_at for s in fact.clocks if s.clock is Clock.RESOLVE and s.state in RUNS]
    return due[-1] if due else None
