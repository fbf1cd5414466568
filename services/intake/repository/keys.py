"""Who may post: terminal and integration keys, hashed, and remembered for some seconds."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from shared.security.keyed import hashed
from shared.storage.pool import Pool
from shared.storage.queries import load

queries = load(__file__, "keys.sql")

Kind = Literal["terminal", "integration", "demo"]

FRESH_SECONDS = 3.0
AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose key it is; `id` scopes its idempotency keys."""

    id: str
    kind: Kind
    station: str | None = None


class Keyring:
    """All live keys in memory, read again when they are some seconds old or an unknown one is shown."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._senders: dict[str, Sender] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def sender(self, key: str) -> Sender | None:
        """Whose key it is, None for one that is unknown or revoked."""
        await self._refresh(FRESH_SECONDS)
        secret = hashed(key)
        known = self._senders.get(secret)
        if known is None:
            await self._refresh(AGAIN_SECONDS)
            known = self._senders.get(secret)
        return known

    async def _refresh(self, older_than: float) -> None:
        now = asyncio.get_running_loop().time
        if now() - self._read_at <= older_than:
            return
        async with self._reading:
            if now() - self._read_at <= older_than:
                return
            rows = [row async for row in queries.live_keys(self._pool)]
            self._senders = {row["hash"]: Sender(str(row["id"]), row["kind"], row["station"]) for row in rows}
            self._read_at = now()


async def seed(pool: Pool, kind: Kind, key: str, station: str | None = None) -> None:
    """Make a key known that comes with the settings."""
    await queries.seed_key(pool, kind=kind, hash=hashed(key), label=f"seed {kind}", station=station)
