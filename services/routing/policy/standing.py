"""How a case stands after facts about it, as far as the passenger's next complaint depends on it.

Facts may come late (what was parked is tried again) and twice: each value carries the version that said it, and the
highest wins.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.case_events import CaseEvent, CaseNoted, CaseReopened, CaseReplied, CaseWithdrawn
from shared.contracts.vocabulary import Clock, ClockState, State

RUNS = (ClockState.RUNNING, ClockState.BREACHED)


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock is due as of a version; None while it is paused, and once it has ended."""

    version: int
    at: datetime | None


@dataclass(slots=True)
class Move:
    """What some facts changed; versions are 0 and dues None where none of them said so.

    `replied`, `final`, `reopened` are the versions of the last such fact; `final_at` is when the final reply was sent,
    `again_at` when the passenger asked to take the case up again.
    """

    case_id: UUID
    version: int
    state: State
    replied: int = 0
    final: int = 0
    final_at: datetime | None = None
    reopened: int = 0
    withdrawn: bool = False
    promised: Due | None = None
    response: Due | None = None
    again_at: tuple[datetime, ...] = ()


def moves(facts: Iterable[CaseEvent]) -> list[Move]:
    """One move per case from its facts, in whatever order."""
    by_case: dict[UUID, Move] = {}
    for fact in facts:
        move = by_case.setdefault(fact.case_id, Move(fact.case_id, fact.version, fact.state))
        if fact.version >= move.version:
            move.version, move.state = fact.version, fact.state
        _told(move, fact)
        move.promised = _later(move.promised, due(fact, Clock.RESOLVE))
        move.response = _later(move.response, due(fact, Clock.FIRST_RESPONSE))
    return list(by_case.values())


def due(fact: CaseEvent, clock: Clock) -> Due | None:
    """When `clock` is due as `fact` tells; None if it tells nothing of it."""
    told = [status for status in fact.clocks if status.clock is clock]
    if not told:
        return None
    return Due(fact.version, next((s.due_at for s in reversed(told) if s.state in RUNS and s.stopped_at is None), None))


def _told(move: Move, fact: CaseEvent) -> None:
    if isinstance(fact, CaseReplied):
        move.replied = max(move.replied, fact.version)
        if fact.final and fact.version > move.final:
            move.final, move.final_at = fact.version, fact.at
    elif isinstance(fact, CaseReopened):
        move.reopened = max(move.reopened, fact.version)
        if fact.by.system == "passenger":
            move.again_at += (fact.at,)
    elif isinstance(fact, CaseNoted):
        if fact.cause == "passenger_reopen":
            move.again_at += (fact.at,)
    elif isinstance(fact, CaseWithdrawn):
        move.withdrawn = True


def _later(known: Due | None, told: Due | None) -> Due | None:
    if known is None or told is None:
        return known or told
    return told if told.version >= known.version else known
