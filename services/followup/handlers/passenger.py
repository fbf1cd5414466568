"""What passengers ask: taken in the order in which they asked, after whatever waited for the case to come."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.followup.policy.case import Case
from services.followup.policy.change import Change
from services.followup.policy.passenger import passenger
from services.followup.policy.rulebook import Rulebook
from services.followup.repository import cases, early, ledger, locking, spans
from services.followup.repository.early import Asked
from services.followup.repository.reference import Rulebooks
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection
from shared.telemetry import Tracing


class OnPassenger:
    """Changes cases as their passengers ask; a request that overtook its case waits in a table."""

    def __init__(self, rulebooks: Rulebooks, tracing: Tracing) -> None:
        self._rulebooks = rulebooks
        self._tracing = tracing

    async def __call__(self, tx: Connection, batch: Sequence[Incoming[Any]]) -> None:
        """shared.messaging's Handler. Errors: `SlowDown` while reference data is missing."""
        asked = [Asked(one.id, one.event, one.trace) for one in batch]
        changes = await self.take(tx, {one.event.case_id for one in asked}, asked)
        spans.write(self._tracing, changes)

    async def catch_up(self, tx: Connection, size: int) -> list[Change]:
        """Take what waited for cases that have come, of up to `size` cases; returns the changes."""
        ready = await early.ready(tx, size)
        return await self.take(tx, set(ready), ()) if ready else []

    async def take(self, tx: Connection, case_ids: set[UUID], asked: Sequence[Asked]) -> list[Change]:
        """Take what waited for these cases, then `asked`; what has no case yet is kept.

        A merged case's passenger asks of the case that goes on for it.
        """
        found = await cases.lock(tx, sorted(case_ids))
        await early.keep(tx, [one for one in asked if one.event.case_id not in found])
        if not found:
            return []
        now = await cases.now(tx)
        rulebook = self._rulebooks.at(now)
        waited = await early.take(tx, list(found))
        going_on = await locking.lock_going_on(tx, found)
        by_case: dict[UUID, list[Asked]] = defaultdict(list)
        for case_id in found:
            here = (one for one in asked if one.event.case_id == case_id)
            by_case[going_on[case_id].case_id] += [*waited.get(case_id, ()), *here]
        entries = []
        for case in {case.case_id: case for case in going_on.values()}.values():
            if all_asked := by_case[case.case_id]:
                change = one_by_one(case, all_asked, rulebook, now)
                entries.append(ledger.entry(change, rulebook, all_asked[-1].trace))
        await ledger.save(tx, entries)
        return [entry.change for entry in entries]


def one_by_one(case: Case, asked: Iterable[Asked], rulebook: Rulebook, now: datetime) -> Change:
    """All requests of one case as one change."""
    whole = Change(case, (), (), {})
    for one in asked:
        step = passenger(whole.case, one.event, rulebook, now)
        whole = Change(step.case, whole.events + step.events, whole.told + step.told, {**whole.words, **step.words})
    return whole


__all__ = ["OnPassenger"]
