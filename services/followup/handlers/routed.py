"""ComplaintRouted: a case opens; what it is one of many of is kept as a proposal."""

from collections.abc import Sequence
from datetime import datetime

from services.followup.handlers.merging import Merger, Pair
from services.followup.policy.change import Change
from services.followup.policy.opening import open_case
from services.followup.policy.rulebook import Rulebook
from services.followup.repository import cases, ledger, proposals
from services.followup.repository.ledger import Entry
from services.followup.repository.reference import Rulebooks
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.vocabulary import Reason
from shared.logging import get_logger
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection
from shared.telemetry import Tracing

log = get_logger()

Routed = Incoming[ComplaintRouted]


class OnRouted:
    """Opens cases; one that is open already stays as it is, a repetition is merged into the case that it repeats."""

    def __init__(self, rulebooks: Rulebooks, merger: Merger, tracing: Tracing) -> None:
        self._rulebooks = rulebooks
        self._tracing = tracing
        self._merger = merger

    async def __call__(self, tx: Connection, batch: Sequence[Routed]) -> None:
        """shared.messaging's Handler. Errors: `SlowDown` while reference data is missing."""
        now = await cases.now(tx)
        routed = await _with_known_earlier(tx, [one.event for one in batch])
        entries = [self._opened(event, one.trace, now) for event, one in zip(routed, batch, strict=True)]
        await proposals.keep(tx, routed)
        opened = await ledger.open_cases(tx, entries, routed)
        for entry in opened:
            await ledger.bear(tx, [entry.change], self._rulebooks.at(entry.case.taken), now, self._tracing)
        new = {entry.case.case_id for entry in opened}
        again = [_repetition(one.event) for one in batch if one.event.complaint.case_id in new]
        await self._merger.merge(tx, [pair for pair in again if pair])
        if len(opened) < len(batch):
            log.info("cases_open_already", count=len(batch) - len(opened))

    def _opened(self, event: ComplaintRouted, trace: str | None, now: datetime) -> Entry:
        taken = event.complaint.taken_at or event.complaint.received_at
        rulebook: Rulebook = self._rulebooks.at(taken)
        change: Change = open_case(event, rulebook, now, trace)
        return ledger.entry(change, rulebook)


async def _with_known_earlier(tx: Connection, events: Sequence[ComplaintRouted]) -> list[ComplaintRouted]:
    """A repetition is certain only of a case that is here and open; else a person is asked to look."""
    wanted = [e.earlier_case for e in events if e.earlier_case and e.decision.reason is Reason.A1]
    if not wanted:
        return list(events)
    known = await cases.open_among(tx, wanted)
    return [
        e.model_copy(update={"earlier_case": None})
        if e.decision.reason is Reason.A1 and e.earlier_case not in known
        else e
        for e in events
    ]


def _repetition(event: ComplaintRouted) -> Pair | None:
    if event.decision.reason is not Reason.A1 or event.earlier_case is None:
        return None
    return event.complaint.case_id, event.earlier_case


__all__ = ["OnRouted"]
