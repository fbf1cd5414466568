"""What overtook the case that it is about: requests of passengers, merges."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from services.followup.policy.change import Change
from services.followup.repository import spans
from shared.storage.pool import Connection, Pool
from shared.telemetry import Tracing

Taking: TypeAlias = Callable[[Connection, int], Awaitable[list[Change]]]
"""Takes what waited for cases that have come, of up to so many; returns the changes."""
MOST = 100


class CatchUp:
    """Takes what waited for its case."""

    def __init__(self, pool: Pool, waiting: Sequence[Taking], tracing: Tracing, wake: Callable[[], None]) -> None:
        self._pool = pool
        self._waiting = waiting
        self._tracing = tracing
        self._wake = wake

    async def round(self) -> int:
        """Take some of each kind; returns how many cases changed."""
        return sum([await self._take(one) for one in self._waiting])

    async def _take(self, taking: Taking) -> int:
        async with self._pool.acquire() as connection, connection.transaction():
            changes = await taking(connection, MOST)
        if changes:
            self._wake()
            spans.write(self._tracing, [one for change in changes for one in change.all])
        return len(changes)
