"""What followup decides with, as its tables hold it: which pack decides, and which one a running clock keeps to."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from services.followup.jobs import shipped_calendars
from services.followup.repository import accounts, reference
from services.followup.repository.accounts import Passwords, Seed
from services.followup.repository.reference import Rulebooks
from shared.clock import utc_now
from shared.contracts.vocabulary import Level
from shared.storage.pool import Pool, open_pool
from tests.backends.databases import Database
from tests.backends.kinds import PostgresServer
from tests.connected.desk import default_pack


@pytest_asyncio.fixture(loop_scope="session")
async def pool(postgres_server: PostgresServer) -> AsyncIterator[Pool]:
    """A database with calendars and the default pack, where nothing runs."""
    fresh = Database(postgres_server.dsn)
    await fresh.create(("followup",))
    opened = await open_pool(fresh.of("followup"), name="test")
    async with opened.acquire() as connection, connection.transaction():
        await reference.keep_pack(connection, default_pack())
        for year in shipped_calendars():
            await reference.publish_calendar(connection, year)
    yield opened
    await opened.close()
    await fresh.drop()


async def test_a_clock_keeps_to_the_pack_under_which_it_started(pool: Pool) -> None:
    now = utc_now()
    first = default_pack()
    second = first.model_copy(update={"version": 2, "effective_from": now})
    async with pool.acquire() as connection, connection.transaction():
        await reference.keep_pack(connection, second)
    rulebooks = Rulebooks(pool)
    await rulebooks.refresh()

    rulebook = rulebooks.at(now)
    assert rulebook.pack.id == "metro-default@2"
    assert rulebook.pack_at(now).id == "metro-default@2"
    assert rulebook.pack_at(now - timedelta(seconds=1)).id == "metro-default@1"
    before_all = first.effective_from - timedelta(days=1)
    assert rulebook.pack_at(before_all) == rulebooks.at(before_all).pack == first


async def test_those_without_lines_and_stations_work_at_every_station_and_an_administrator_at_none(pool: Pool) -> None:
    passwords = Passwords()

    async def highest_with(**account: object) -> Level | None:
        one = Seed.model_validate({"password": "a long password", "level": "L1", **account})
        await accounts.seed(pool, passwords, (one,))
        async with pool.acquire() as connection:
            return await accounts.highest_at(connection, "人民广场")

    assert await highest_with(user="root", role="admin", level="L5") is None
    assert await highest_with(user="a", stations=["人民广场"]) is Level.L1
    assert await highest_with(user="b", level="L4", stations=["西湖路"]) is Level.L1
    assert await highest_with(user="c", level="L4", lines=["5"]) is Level.L1
    assert await highest_with(user="d", level="L3") is Level.L3
