"""What time starts: clocks that fire, requests whose case has come; and what is done once at the start."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

from prometheus_client import Gauge

from services.followup.handlers.passenger import OnPassenger
from services.followup.policy.change import Change
from services.followup.policy.ticking import fire
from services.followup.repository import accounts, cases, ledger, reference, spans
from services.followup.repository.accounts import Passwords, Seed
from services.followup.repository.ledger import Entry
from services.followup.repository.reference import Rulebooks
from services.followup.rules.calendar_file import parse_calendar
from shared.contracts.reference import CalendarYear
from shared.errors import passes
from shared.logging import get_logger
from shared.storage.pool import Connection, Pool
from shared.telemetry import Tracing

log = get_logger()

CALENDARS = Path(__file__).with_name("calendars")
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


class AtStart:
    """What is done once: calendars and accounts that are new are kept and published."""

    def __init__(self, pool: Pool, passwords: Passwords, seeds: tuple[Seed, ...], wake: Callable[[], None]) -> None:
        self._pool = pool
        self._passwords = passwords
        self._seeds = seeds
        self._wake = wake

    async def calendars(self) -> None:
        """Publish the shipped calendars that are new."""
        async with self._pool.acquire() as connection, connection.transaction():
            new = [year.key for year in shipped_calendars() if await reference.publish_calendar(connection, year)]
        self._wake()
        log.info("calendars_published", new=new)

    async def accounts(self) -> None:
        """Create or correct the given accounts."""
        new = await accounts.seed(self._pool, self._passwords, self._seeds)
        self._wake()
        log.info("accounts_seeded", new=new)


def shipped_calendars() -> list[CalendarYear]:
    """The calendars that come with this release, by year."""
    return [parse_calendar(path.read_text(encoding="utf-8")) for path in sorted(CALENDARS.glob("*.yaml"))]
