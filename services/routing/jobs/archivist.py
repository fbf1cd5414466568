"""What files are no longer kept for is forgotten, once a day."""

import asyncio
from collections.abc import Awaitable, Callable

from services.routing import repository
from services.routing.policy.shelf import Shelf
from shared.clock import utc_now
from shared.logging import get_logger
from shared.storage.pool import Pool

log = get_logger()

DAY_SECONDS = 24 * 3600.0
BATCH = 500
"""Rows that are deleted at once, so that deciding never waits for it."""


class Archivist:
    """Forgets cases that are over, and decisions, for which the pack in force no longer has files kept."""

    def __init__(self, pool: Pool, shelf: Shelf, ready: Callable[[], Awaitable[None]]) -> None:
        """`ready` returns when there is a pack."""
        self._pool = pool
        self._shelf = shelf
        self._ready = ready

    async def run(self) -> None:
        """Forget now, then every day."""
        while True:
            await self._ready()
            await self.forget()
            await asyncio.sleep(DAY_SECONDS)

    async def forget(self) -> tuple[int, int]:
        """How many cases and decisions were forgotten; other processes may take their part."""
        edition = self._shelf.at(utc_now())
        if edition is None:
            return 0, 0
        months, limits = edition.pack.records.keep_months, edition.pack.thresholds
        days = max(limits.persistent_days, limits.professional_days)
        gone = [0, 0]
        for place, some in enumerate((repository.forget_cases, repository.forget_decisions)):
            while (count := await some(self._pool, months, days, BATCH)) > 0:
                gone[place] += count
        log.info("forgotten", cases=gone[0], decisions=gone[1], keep_months=months)
        return gone[0], gone[1]
