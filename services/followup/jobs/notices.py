"""Calendar notices: a new version of a year moves the deadlines of open cases that rest on it."""

from collections.abc import Callable

from services.followup.policy.change import Change
from services.followup.policy.retiming import on_calendar
from services.followup.repository import calendars, cases, ledger
from services.followup.repository.reference import Rulebooks
from shared.logging import get_logger
from shared.storage.pool import Pool

log = get_logger()


class Notices:
    """Brings the clocks of open cases onto the calendars as they are; several processes may do so at once."""

    def __init__(self, pool: Pool, rulebooks: Rulebooks, wake: Callable[[], None], *, size: int) -> None:
        self._pool = pool
        self._rulebooks = rulebooks
        self._wake = wake
        self._size = size

    async def round(self) -> int:
        """Look through every case that rests on other calendars; returns how many deadlines moved."""
        await self._rulebooks.complete()
        moved = 0
        while found := await self._some():
            moved += len([change for change in found if change is not None])
        if moved:
            self._wake()
            log.info("clocks_retimed", cases=moved)
        return moved

    async def _some(self) -> list[Change | None]:
        async with self._pool.acquire() as connection, connection.transaction():
            now = await cases.now(connection)
            rulebook = self._rulebooks.at(now)
            found = await calendars.claim(connection, rulebook.time.versions, self._size)
            changes = [on_calendar(case, rulebook, now) for case in found]
            await ledger.save(connection, [ledger.entry(change, rulebook) for change in changes if change])
            await calendars.mark(connection, rulebook.time.versions, found)
        return changes
