"""Two cases become one, and part again. Each is a draft of its own; the changes are written together."""

from datetime import datetime

from services.followup.policy.approving import drop
from services.followup.policy.case import Absorbed, BeforeMerge, Case
from services.followup.policy.change import Change
from services.followup.policy.clockwork import OF_SEVERITY, cancel_all
from services.followup.policy.draft import ROUTING, Draft
from services.followup.policy.rulebook import Rulebook
from services.followup.policy.ticking import settled
from services.followup.rules import clocks
from shared.contracts.case_joining import CaseAbsorbed, CaseMerged, CaseReleased, CaseUnmerged
from shared.contracts.vocabulary import Clock, Reason, State

FIRST = 1
"""Only the first generation of a clock counts from the taking of the complaint."""


def merge(draft: Draft, target: Draft) -> None:
    """The case is closed and goes on as the target, which takes the earlier start.

    A request that awaits approval is dropped; what the case gets back by `unmerge` is kept with it.
    """
    drop(draft)
    case, into = draft.case, target.case
    kept = BeforeMerge(into=into.case_id, state=case.state, offer=case.offer, pause=case.pause, clocks=case.clocks)
    cancel_all(draft)
    draft.set(state=State.CLOSED, offer=None, pause=None, merged_into=into.number, before_merge=kept)
    draft.record(CaseMerged, into=into.number, into_case_id=into.case_id)
    draft.tell("merged")
    one = Absorbed(case_id=case.case_id, number=case.number, taken=case.counts_from, language=case.language)
    target.by = draft.by
    _count_again(target, (*into.absorbed, one))
    target.record(CaseAbsorbed, merged=case.number, started_at=target.case.counts_from)
    draft.along_with(target)


def repeats(case: Case, earlier: Case, rulebook: Rulebook, now: datetime) -> Change | None:
    """The machine's own merge of a repetition (A1), once both are here.

    None where one of them is settled by now, or the case has been found to be something else.
    """
    if case.reason is not Reason.A1 or case.merged_into or not (case.state.is_open and earlier.state.is_open):
        return None
    draft = settled(case, rulebook, now)
    draft.by = ROUTING
    merge(draft, settled(earlier, rulebook, now))
    return draft.change()


def unmerge(draft: Draft, target: Draft) -> None:
    """The case has its state again, and its clocks as if they had never stopped; the target its start as without it."""
    case = draft.case
    kept = case.before_merge
    assert kept is not None  # noqa: S101 - the table lets only a merged case part
    draft.set(state=kept.state, offer=kept.offer, pause=kept.pause, merged_into=None, before_merge=None)
    for run in kept.clocks:
        if run.stopped_at is None:
            draft.move(run)
    draft.record(CaseUnmerged, out_of=target.case.number)
    resolve = draft.case.clock(Clock.RESOLVE)
    draft.tell("deadline_changed", due=resolve.due_at if resolve else None)
    target.by = draft.by
    _count_again(target, tuple(one for one in target.case.absorbed if one.case_id != case.case_id))
    target.record(CaseReleased, unmerged=case.number, started_at=target.case.counts_from)
    draft.along_with(target)


def _count_again(target: Draft, absorbed: tuple[Absorbed, ...]) -> None:
    """The first clocks that still wait count from where the case counts from now."""
    before = target.case.counts_from
    target.set(absorbed=absorbed)
    start = target.case.counts_from
    if start == before:
        return
    for clock in OF_SEVERITY:
        run = target.case.clock(clock)
        if run is not None and run.generation == FIRST and run.stopped_at is None:
            target.move(clocks.restarted(run, start, target.rulebook.time))


__all__ = ["merge", "repeats", "unmerge"]
