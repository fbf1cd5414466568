"""Repetitions (A1): the machine merges them into the open case that they repeat."""

from collections.abc import Sequence
from uuid import UUID

from services.followup.policy.change import Change
from services.followup.policy.merging import repeats
from services.followup.repository import cases, ledger, merges
from services.followup.repository.reference import Rulebooks
from shared.storage.pool import Connection

Pair = tuple[UUID, UUID]
"""A case, and the one that it repeats."""


class Merger:
    """Merges cases that are here; where the earlier one has not come yet, the merge waits for it."""

    def __init__(self, rulebooks: Rulebooks) -> None:
        self._rulebooks = rulebooks

    async def merge(self, tx: Connection, pairs: Sequence[Pair]) -> list[Change]:
        """Merge each that still can be, in this order; returns what became of the cases."""
        changes: list[Change] = []
        if not pairs:
            return changes
        found = await cases.lock(tx, sorted({case_id for pair in pairs for case_id in pair}))
        await merges.keep(tx, [pair for pair in pairs if pair[0] in found and pair[1] not in found])
        now = await cases.now(tx)
        rulebook = self._rulebooks.at(now)
        for later, earlier in pairs:
            if later not in found or earlier not in found:
                continue
            change = repeats(found[later], found[earlier], rulebook, now)
            if change is not None:
                await ledger.save(tx, ledger.entries(change, rulebook))
                found |= {one.case.case_id: one.case for one in change.all}
                changes.append(change)
        return changes

    async def catch_up(self, tx: Connection, size: int) -> list[Change]:
        """Merge what waited for a case that has come."""
        return await self.merge(tx, await merges.take_ready(tx, size))


__all__ = ["Merger", "Pair"]
