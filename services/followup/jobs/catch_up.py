"""Requests whose case has come."""

from collections.abc import Callable

from services.followup.handlers.passenger import OnPassenger
from services.followup.repository import spans
from shared.storage.pool import Pool
from shared.telemetry import Tracing


class CatchUp:
    """Takes requests that waited for their case."""

    def __init__(self, pool: Pool, passengers: OnPassenger, tracing: Tracing, wake: Callable[[], None]) -> None:
        self._pool = pool
        self._passengers = passengers
        self._tracing = tracing
        self._wake = wake

    async def round(self) -> int:
        """Take those of up to a hundred cases; returns how many changed."""
        async with self._pool.acquire() as connection, connection.transaction():
            changes = await self._passengers.catch_up(connection, 100)
        if changes:
            self._wake()
            spans.write(self._tracing, changes)
        return len(changes)
