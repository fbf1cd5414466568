"""What a change leaves in the case's trace: each clock that ended, each breach, each rise, with its true times."""

from collections.abc import Iterable

from services.followup.policy.case import Case
from services.followup.policy.change import Change
from shared.contracts.case_events import CaseBreached, CaseEscalated, CaseEvent, ClockStatus
from shared.telemetry import Attributes, Tracing


def write(tracing: Tracing, changes: Iterable[Change]) -> None:
    """The spans of changes that are committed; under the case's own place, which was handed on by intake."""
    for change in changes:
        for fact in change.events:
            _write(tracing, change.case, fact)


def _write(tracing: Tracing, case: Case, fact: CaseEvent) -> None:
    for status in fact.clocks:
        if status.stopped_at is not None:
            about = {**_about(fact, status.clock.value), **_ended(status)}
            span = tracing.span(f"clock {status.clock}", case.traceparent, attributes=about, start=status.started_at)
            span.end(status.stopped_at)
    if isinstance(fact, CaseBreached):
        span = tracing.span(
            f"breach {fact.clock}", case.traceparent, attributes=_about(fact, fact.clock.value), start=fact.due_at
        )
        span.end(fact.at)
    elif isinstance(fact, CaseEscalated):
        about = {"psc.case.number": fact.number, "psc.authority.level": fact.level.value}
        about |= {"psc.authority.from_level": fact.from_level.value, "psc.escalation.cause": fact.cause.value}
        tracing.span("escalation", case.traceparent, attributes=about, start=fact.at).end(fact.at)


def _about(fact: CaseEvent, clock: str) -> dict[str, str]:
    return {"psc.case.number": fact.number, "psc.sla.clock": clock, "psc.authority.level": fact.level.value}


def _ended(status: ClockStatus) -> Attributes:
    return {
        "psc.sla.state": status.state.value,
        "psc.sla.generation": status.generation,
        "psc.sla.breached": status.breached_at is not None,
    }
