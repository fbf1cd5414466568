"""Complaints, places and facts that these tests decide with."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.intake.policy.requests import Posted, read_complaint
from services.intake.repository.network import read
from services.intake.settings import NETWORK
from shared.contracts.case_events import Actor, CaseEvent, CaseOpened, ClockStatus
from shared.contracts.vocabulary import (
    Category,
    Channel,
    Clock,
    ClockState,
    Kind,
    Language,
    Level,
    Reason,
    Severity,
    State,
)
from shared.places import Places

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
CASE = UUID("0199a3c2-7b1e-7c4d-9f10-2a6b8c1d3e5f")
NUMBER = "PS-20261125-000001"
PLACES = Places(read(NETWORK))


def posted(**fields: Any) -> Posted:
    """A complaint as it comes in."""
    return read_complaint(json.dumps({"channel": "web", "text": "车厢空调太冷", **fields}).encode())


def fact(type_: type[CaseEvent], version: int, state: State, /, **fields: Any) -> CaseEvent:
    """One fact about the case, a minute after the one before."""
    base = {"case_id": CASE, "number": NUMBER, "by": Actor(user="wang", level=Level.L1), "level": Level.L1}
    at = NOW + timedelta(minutes=version)
    return type_(**{**base, "version": version, "at": at, "state": state, **fields})


def opened(**fields: Any) -> CaseEvent:
    """The case's first fact."""
    snapshot = {
        "kind": Kind.NORMAL,
        "reason": Reason.N0,
        "category": Category.ENV,
        "severity": Severity.S4,
        "proposed": False,
        "uncertain": False,
        "about_staff": False,
        "channel": Channel.WEB,
        "language": Language.ZH,
        "received_at": NOW,
        "policy_version": "metro-default@1",
        "clocks": (resolve_clock(NOW + timedelta(days=5)),),
    }
    return fact(CaseOpened, 1, State.RECEIVED, **{**snapshot, **fields})


def resolve_clock(due_at: datetime, generation: int = 1) -> ClockStatus:
    """How the resolve clock stands."""
    return ClockStatus(
        clock=Clock.RESOLVE, generation=generation, state=ClockState.RUNNING, started_at=NOW, due_at=due_at
    )
