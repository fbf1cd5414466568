"""Packs, calendars and the network: every version in the database, and in memory what cases are decided with."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel

from services.followup.policy.rulebook import NOWHERE, Rulebook
from services.followup.rules.working_time import WorkingTime
from shared.contracts.pack import Pack
from shared.contracts.reference import CalendarPublished, CalendarYear, Network
from shared.errors import SlowDown
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.places import Places
from shared.storage.pool import Connection, Pool
from shared.storage.queries import load

queries = load(__file__, "reference.sql")

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a calendar was taken; `latest` is the version of its year that was here before, `zone` that of all."""

    new: bool
    latest: CalendarYear | None
    zone: str


async def keep_pack(tx: Connection, pack: Pack) -> None:
    """Keep a version of a pack; one that is here already is left as it is."""
    await queries.insert_pack(tx, id=pack.id, effective_from=pack.effective_from, pack=pack.model_dump_json())


async def keep_network(tx: Connection, network: Network) -> None:
    """Keep the network, if it is later than what is here."""
    await queries.put_network(tx, version=network.version, network=network.model_dump_json())


async def publish_calendar(tx: Connection, calendar: CalendarYear) -> bool:
    """Keep a version of a year's calendar and tell everyone, if it is new; returns whether it was."""
    document = calendar.model_dump_json()
    year = await queries.insert_calendar(tx, year=calendar.year, version=calendar.version, calendar=document)
    if year is None:
        return False
    event = CalendarPublished(calendar=calendar)
    await outbox.add(tx, [Outgoing(Topic.REFERENCE, calendar.key, derived_id(calendar.key), event)])
    return True


async def calendars(pool: Pool) -> list[CalendarYear]:
    """The latest version of each year, the latest year first."""
    years = [CalendarYear.model_validate_json(r["calendar"]) async for r in queries.calendars(pool)]
    return sorted(years, key=lambda year: year.year, reverse=True)


async def admit_calendar(tx: Connection, calendar: CalendarYear) -> Admission:
    """Publish the calendar if it is the next version of its year, in the zone of all; others wait meanwhile."""
    await queries.lock_calendars(tx)
    years = [CalendarYear.model_validate_json(r["calendar"]) async for r in queries.calendars(tx)]
    latest = next((one for one in years if one.year == calendar.year), None)
    zone = years[0].zone if years else calendar.zone
    is_next = calendar.version == (latest.version if latest else 0) + 1
    new = is_next and zone == calendar.zone and await publish_calendar(tx, calendar)
    return Admission(new, latest, zone)


class Rulebooks:
    """The rules in force at any instant, read again when the database has more versions.

    Every process reads for itself: only one of several receives what is published.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._held: tuple[int, int, int | None] = (0, 0, None)
        self._packs: list[Pack] = []
        self._books: list[Rulebook] = []
        self._complete = asyncio.Event()

    async def refresh(self) -> None:
        """Look for new versions."""
        row = await queries.held(self._pool)
        held = (row["packs"], row["calendars"], row["network"])
        if held == self._held:
            return
        found = [Pack.model_validate_json(r["pack"]) async for r in queries.packs(self._pool)]
        packs = sorted(found, key=lambda pack: pack.version)
        years = [CalendarYear.model_validate_json(r["calendar"]) async for r in queries.calendars(self._pool)]
        network = await queries.network(self._pool)
        if years:
            time = WorkingTime.of(years)
            places = Places(Network.model_validate_json(network)) if network else NOWHERE
            self._books = [Rulebook(pack, time, tuple(packs), places) for pack in packs]
        self._packs, self._held = packs, held
        if self._books:
            self._complete.set()

    async def complete(self) -> None:
        """Return when cases can be decided."""
        await self._complete.wait()

    def missing(self) -> str | None:
        """What is not here yet."""
        names = {"pack": self._packs, "calendars": self._held[1]}
        return ", ".join(name for name, there in names.items() if not there) or None

    def at(self, instant: datetime) -> Rulebook:
        """The rules in force at an instant: of the highest version whose time has come; before the first's, those of
        the first. Errors: `SlowDown`.
        """
        if not self._books:
            raise SlowDown(f"{self.missing()} not here yet")
        in_force = [book for book in self._books if book.pack.effective_from <= instant]
        return in_force[-1] if in_force else self._books[0]
