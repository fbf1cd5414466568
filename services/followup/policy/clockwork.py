"""The clocks of a case under change: which term each has, when it starts, and what it needs to move."""

from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from services.followup.policy.case import Case, Pause
from services.followup.policy.draft import Draft
from services.followup.rules import clocks
from shared.contracts.pack import Pack, Term
from shared.contracts.vocabulary import Clock, PauseReason, Severity

OF_SEVERITY = (Clock.ACKNOWLEDGE, Clock.FIRST_RESPONSE, Clock.RESOLVE)
"""The clocks that run from the taking of the complaint, with a term by severity."""


def severity_term(pack: Pack, severity: Severity, clock: Clock) -> Term:
    """The term of one of OF_SEVERITY."""
    row = pack.severities[severity]
    return {Clock.ACKNOWLEDGE: row.acknowledge, Clock.FIRST_RESPONSE: row.first_response, Clock.RESOLVE: row.resolve}[
        clock
    ]


def needs_arrival(case: Case) -> bool:
    """A supervisor must come: danger, or the passenger is on the scene."""
    return case.severity is Severity.S1 or case.flags.on_scene


def is_sampled(case_id: UUID, share: float) -> bool:
    """Whether a case belongs to the sampled share: by hash of its id, so that every retry says the same."""
    digest = blake2b(case_id.bytes, digest_size=8).digest()
    return int.from_bytes(digest) < share * 2**64


def start(draft: Draft, clock: Clock, term: Term, at: datetime, *, paused: PauseReason | None = None) -> None:
    """Start the next generation of a clock; `paused`: it stands still from its start."""
    last = draft.case.clock(clock)
    generation = last.generation + 1 if last else 1
    draft.move(clocks.start(clock, term, at, draft.rulebook.time, generation=generation, paused=paused))


def start_arrival(draft: Draft, at: datetime) -> None:
    """Start the next generation of the arrival, with its own reminder in the place of the ladder's."""
    last, terms = draft.case.clock(Clock.ARRIVAL), draft.rulebook.pack.arrival
    term = Term(amount=terms.due_minutes, unit="minutes", runs="always", source=terms.source)
    generation = last.generation + 1 if last else 1
    run = clocks.start(
        Clock.ARRIVAL,
        term,
        at,
        draft.rulebook.time,
        generation=generation,
        remind_after_minutes=terms.remind_minutes,
    )
    draft.move(run)


def start_call_back(draft: Draft) -> None:
    """The call-back starts now, if the severity has one and the case is sampled."""
    term = draft.rulebook.pack.severities[draft.case.severity].call_back
    if term is not None and is_sampled(draft.case.case_id, term.sample):
        start(draft, Clock.CALL_BACK, term, draft.now)


def correct_arrival(draft: Draft, before: Case) -> None:
    """After a correction: an arrival that it brings starts now; one that nobody awaits any more is cancelled."""
    needed = needs_arrival(draft.case)
    if needed and not needs_arrival(before):
        start_arrival(draft, draft.now)
    elif not needed:
        cancel(draft, Clock.ARRIVAL)


def meet(draft: Draft, clock: Clock) -> None:
    """The clock has what it waited for, if it is still waiting."""
    run = draft.case.clock(clock)
    if run is not None and run.stopped_at is None:
        draft.move(clocks.meet(run, draft.now))


def cancel(draft: Draft, clock: Clock) -> None:
    """Nobody waits for the clock any more."""
    run = draft.case.clock(clock)
    if run is not None and run.stopped_at is None:
        draft.move(clocks.cancel(run, draft.now))


def cancel_all(draft: Draft) -> None:
    """Cancel whatever still runs."""
    for clock in Clock:
        cancel(draft, clock)


def stop_for(draft: Draft, pause: Pause) -> None:
    """The resolve clock stands still; only this one can."""
    draft.set(pause=pause)
    run = draft.case.clock(Clock.RESOLVE)
    if run is not None and run.stopped_at is None:
        draft.move(clocks.pause(run, pause.since, pause.reason, draft.rulebook.time))


def run_again(draft: Draft, at: datetime) -> None:
    """The resolve clock runs again from `at`."""
    draft.set(pause=None)
    run = draft.case.clock(Clock.RESOLVE)
    if run is not None and run.stopped_at is None:
        draft.move(clocks.resume(run, at, draft.rulebook.time))


def retime_all(draft: Draft) -> None:
    """A new severity: what still runs is recomputed from its own start, by the pack under which it started."""
    for clock in OF_SEVERITY:
        run = draft.case.clock(clock)
        if run is not None and run.stopped_at is None:
            pack = draft.rulebook.pack_at(run.started_at)
            term = severity_term(pack, draft.case.severity, clock)
            draft.move(clocks.retime(run, term, draft.rulebook.time))
