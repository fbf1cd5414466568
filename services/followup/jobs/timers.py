"""Clocks that fire."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from prometheus_client import Gauge

from services.followup.policy.change import Change
from services.followup.policy.ticking import fire
from services.followup.repository import cases, ledger, spans
from services.followup.repository.ledger import Entry
from services.followup.repository.reference import Rulebooks
from shared.errors import passes
from shared.logging import get_logger
from shared.storage.pool import Connection, Pool
from shared.telemetry import Tracing

log = get_logger()

LEAST_REST_SECONDS = 0.01
LAG = Gauge("psc_timer_lag_seconds", "How long the most overdue timer has been due")


class Timers:
    """Fires what is due, on the database's clock; several processes may do so at once."""

    def __init__(
        self, pool: Pool, rulebooks: Rulebooks, tracing: Tracing, wake: Callable[[], None], *, pace: float, size: int
    ) -> None:
        self._pool = pool
        self._rulebooks = rulebooks
        self._tracing = tracing
        self._wake = wake
        self._pace = pace
        self._size = size

    async def run(self) -> None:
        """Fire for ever: at once while there is more, else at the next instant, or after the pace at the latest."""
        while True:
            await self._rulebooks.complete()
            ahead = await cases.seconds_to_next_timer(self._pool)
            LAG.set(0 if ahead is None else max(0.0, -ahead))
            is_due = ahead is not None and ahead <= 0
            if is_due and await self.round():
                continue
            # What is due and was not ours is in another's hands.
            rest = self._pace if ahead is None or is_due else min(self._pace, ahead)
            await asyncio.sleep(max(rest, LEAST_REST_SECONDS))

    async def round(self, only: Sequence[UUID] | None = None) -> int:
        """Fire for one batch of due cases; returns how many were due.

        A case that cannot be fired must not hold up the others: each is then tried alone, and put off if it fails.
        """
        due: list[UUID] = []
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                changes = await self._fire(connection, only, due)
        except Exception as error:
            if passes(error) or not due:
                raise
            await self._each_alone(due, error)
            return len(due)
        if changes:
            self._wake()
            spans.write(self._tracing, changes)
            log.info("timers_fired", cases=len(changes), facts=sum(len(change.events) for change in changes))
        return len(due)

    async def _fire(self, tx: Connection, only: Sequence[UUID] | None, due: list[UUID]) -> list[Change]:
        claimed = await cases.claim_due(tx, self._size, only)
        due += [case.case_id for case in claimed]
        if not claimed:
            return []
        now = await cases.now(tx)
        rulebook = self._rulebooks.at(now)
        fired = [(case, fire(case, rulebook, now)) for case in claimed]
        entries: list[Entry] = [ledger.entry(change, rulebook) for _, change in fired if change]
        await ledger.save(tx, entries)
        await ledger.retime(tx, [case for case, change in fired if change is None], rulebook)
        return [one.change for one in entries]

    async def _each_alone(self, due: Sequence[UUID], error: Exception) -> None:
        if len(due) > 1:
            for case_id in due:
                await self.round([case_id])
            return
        log.error("timer_put_off", case_id=str(due[0]), exc_info=error)
        await cases.put_off(self._pool, due[0])
