"""Counts for the figures, all of one instant."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.reporting.policy import fairness
from services.reporting.policy.ages import ages
from services.reporting.policy.counted import Breaches, Counted, Group, Times
from services.reporting.policy.marks import NAMES, Mark
from services.reporting.policy.selection import Selection
from services.reporting.policy.sight import Sight
from services.reporting.policy.window import Window
from services.reporting.repository.cases import seen
from shared.storage.pool import Connection, Pool
from shared.storage.queries import load

queries = load(__file__, "figures.sql")

RATED = ("acknowledge", "first_response", "resolve", "arrival")
VERDICTS = {f"{clock}_{verdict}": NAMES[f"{clock}_{verdict}"] for clock in RATED for verdict in ("decided", "on_time")}


class Counts:
    """Counts the projection."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def now(self) -> datetime:
        """The database's clock."""
        at: datetime = await queries.as_of(self._pool)
        return at

    async def count(self, narrowing: Selection, window: Window, sight: Sight) -> tuple[datetime, Counted]:
        """What the figures need, and the instant that it is of."""
        where = {
            "start": window.start,
            "end_": window.end,
            **seen(sight),
            "only_lines": list(narrowing.line),
            "only_stations": list(narrowing.station),
            "only_levels": list(narrowing.level),
            "only_kinds": list(narrowing.kind),
        }
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            as_of: datetime = await queries.as_of(connection)
            return as_of, await self._counted(connection, where, as_of)

    async def backlog(self, sight: Sight) -> tuple[datetime, list[int]]:
        """Every open case by age, the youngest first, and the instant that it is of."""
        as_of = await self.now()
        row = await queries.backlog(self._pool, **_steps(as_of), **seen(sight))
        return as_of, row["ages"]

    async def series(self, unit: str, window: Window, sight: Sight) -> dict[datetime, tuple[int, int]]:
        """Received and closed, by the beginning of each local hour or day that has any."""
        rows = queries.series(self._pool, unit=unit, start=window.start, end_=window.end, **seen(sight))
        return {row["at"]: (row["received"], row["closed"]) async for row in rows}

    async def proposals(
        self, selection: Selection, window: Window, sight: Sight
    ) -> tuple[datetime, list[fairness.Group]]:
        """Cases received in the window, by what was proposed of them, and the instant that it is of."""
        as_of = await self.now()
        rows = queries.proposals(
            self._pool,
            start=window.start,
            end_=window.end,
            complaint=Mark.COMPLAINT.value,
            **seen(sight),
            only_lines=list(selection.line),
            only_stations=list(selection.station),
            only_channels=list(selection.channel),
        )
        return as_of, [fairness.Group(**row) async for row in rows]

    async def _counted(self, tx: Connection, where: Mapping[str, Any], as_of: datetime) -> Counted:
        times = await queries.times_to_resolve(tx, **where, resolved=Mark.RESOLVED.value)
        rates = await queries.rates(tx, **where, merged=Mark.MERGED.value, **{n: m.value for n, m in VERDICTS.items()})
        return Counted(
            groups=[Group(**row) async for row in queries.groups(tx, **where, **_steps(as_of))],
            times=Times(**times),
            repeats=await queries.repeats(tx, **where, once_resolved=Mark.ONCE_RESOLVED.value),
            rates={clock: (rates[f"{clock}_decided"], rates[f"{clock}_on_time"]) for clock in RATED},
            breaches=[Breaches(**row) async for row in queries.breaches(tx, **where, breached=Mark.BREACHED.value)],
        )


def _steps(as_of: datetime) -> dict[str, datetime | None]:
    """Where one age ends and the next begins; the oldest has no beginning."""
    return dict(zip(("day", "three_days", "week", "month"), (age.start for age in ages(as_of)), strict=False))
