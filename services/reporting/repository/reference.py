"""Reference data that reporting keeps: calendars, the network, what staff may see."""

from services.reporting.policy.calendar import repeat_windows
from shared.contracts.base import Event
from shared.contracts.reference import CalendarPublished, CalendarYear, Network, NetworkPublished, StaffPublished
from shared.storage.pool import Connection, Pool
from shared.storage.queries import load

queries = load(__file__, "reference.sql")


class Reference:
    """The latest of each kind, in our own tables."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep_calendar(self, tx: Connection, event: CalendarPublished) -> None:
        """Keep a year's calendar and make the repeat windows again."""
        year = event.calendar
        await queries.keep(tx, key=year.key, kind="calendar", version=year.version, body=year.model_dump_json())
        years = [CalendarYear.model_validate_json(row["body"]) async for row in queries.calendars(tx)]
        windows = repeat_windows(years)
        await queries.forget_repeat_windows(tx)
        await queries.save_repeat_windows(tx, day=[day for day, _ in windows], until=[until for _, until in windows])

    async def keep_network(self, tx: Connection, event: NetworkPublished) -> None:
        """Keep the lines and stations."""
        await self._keep(tx, "network/metro", "network", event.network.version, event.network)

    async def keep_staff(self, tx: Connection, event: StaffPublished) -> None:
        """Keep what a member of staff may see; the latest said wins."""
        await self._keep(tx, f"staff/{event.user}", "staff", 0, event)

    async def network(self) -> Network | None:
        """The lines and stations, None until they have arrived."""
        body = await queries.network(self._pool)
        return Network.model_validate_json(body) if body else None

    async def _keep(self, tx: Connection, key: str, kind: str, version: int, body: Event | Network) -> None:
        await queries.keep(tx, key=key, kind=kind, version=version, body=body.model_dump_json())
