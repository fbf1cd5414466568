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


KINDS = {
    "cases": repository.forget_cases,
    "decisions": repository.forget_decisions,
    "mass_events": repository.forget_mass_events,
}
"""In this order: what follows is kept as long as its cases are."""


class Archivist:
    """Forgets what the pack in force no longer has kept: cases that are over, their decisions and mass events."""

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

    async def forget(self) -> dict[str, int]:
        """How much of each kind was forgotten; other processes may take their part."""
        edition, gone = self._shelf.at(utc_now()), dict.fromkeys(KINDS, 0)
        if edition is None:
            return gone
        months, limits = edition.pack.records.keep_months, edition.pack.thresholds
        days = max(limits.persistent_days, limits.professional_days)
        for kind, some in KINDS.items():
            while (count := await some(self._pool, months, days, BATCH)) > 0:
                gone[kind] += count
        log.info("forgotten", keep_months=months, **gone)
        return gone
