"""The group commit: whatever waits is written by one transaction; nobody waits for a group to fill."""

import asyncio
from collections.abc import Sequence

from services.intake.policy.admission import Draft
from services.intake.repository import accepting
from services.intake.repository.accepting import Outcome
from shared.errors import passes
from shared.runtime import Runtime

LARGEST_GROUP = 500
WRITE_WITHIN_SECONDS = 15.0

Waiting = tuple[Draft, asyncio.Future[Outcome]]


class GroupCommit:
    """Accepts complaints. One writer takes what has come in while the transaction before was being committed."""

    def __init__(self, runtime: Runtime, *, together: bool = True) -> None:
        self._pool = runtime.pool
        self._wake_relay = runtime.relay.wake
        self._together = together
        self._waiting: list[Waiting] = []
        self._woken = asyncio.Event()

    async def accept(self, draft: Draft) -> Outcome:
        """Returns when it is committed. Errors: what passes by itself, and asyncpg.CheckViolationError."""
        if not self._together:
            return (await self._write([draft]))[0]
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, future))
        self._woken.set()
        return await future

    async def find(self, draft: Draft) -> Outcome | None:
        """What the draft's key holds already, without storing anything."""
        held = await accepting.find(self._pool, [draft])
        return held.get((draft.sender, draft.key, draft.digest))

    async def run(self) -> None:
        """Write groups until cancelled."""
        while True:
            await self._woken.wait()
            group, self._waiting = self._waiting[:LARGEST_GROUP], self._waiting[LARGEST_GROUP:]
            if not self._waiting:
                self._woken.clear()
            await self._settle(group)

    async def _settle(self, group: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._write([draft for draft, _ in group])
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            if len(group) > 1 and not passes(error):
                # One of them is bad, and its neighbours must not suffer for it.
                for one in group:
                    await self._settle([one])
                return
            for _, future in group:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), outcome in zip(group, outcomes, strict=True):
            if not future.done():
                future.set_result(outcome)

    async def _write(self, drafts: Sequence[Draft]) -> list[Outcome]:
        async with asyncio.timeout(WRITE_WITHIN_SECONDS):
            outcomes = await accepting.write(self._pool, drafts)
        self._wake_relay()
        return outcomes
