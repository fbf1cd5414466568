"""What is done once at the start."""

from collections.abc import Callable
from pathlib import Path

from services.followup.repository import accounts, reference
from services.followup.repository.accounts import Passwords, Seed
from services.followup.rules.calendar_file import parse_calendar
from shared.contracts.reference import CalendarYear
from shared.logging import get_logger
from shared.storage.pool import Pool

log = get_logger()

CALENDARS = Path(__file__).parent.with_name("calendars")


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
