"""Reference data reaches reporting: a calendar decides what is a repeat; the latest of each key is kept."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import asyncpg
import httpx
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from shared.contracts.base import Event
from shared.contracts.reference import (
    CalendarPublished,
    CalendarYear,
    Line,
    Network,
    NetworkPublished,
    StaffPublished,
    Station,
    Window,
)
from shared.contracts.vocabulary import Level, Role
from shared.ids import new_id
from shared.messaging.envelope import headers
from shared.messaging.topics import Topic
from tests.connected.reporting import listed, running, say, staff, until_versions
from tests.unit.reporting.story import Story

RESOLVED = datetime(2026, 11, 20, 4, tzinfo=UTC)
"""Noon of a Friday in Shanghai: ten working days later is 4 December, and one more with that Friday a holiday."""


def calendar(version: int, *holidays: date) -> CalendarPublished:
    office = (Window(opens=time(8, 30), closes=time(12)), Window(opens=time(13, 30), closes=time(17, 30)))
    year = CalendarYear(
        year=2026,
        version=version,
        zone="Asia/Shanghai",
        source="test",
        service_hours=(Window(opens=time(6), closes=time(23, 30)),),
        office_hours=office,
        holidays=frozenset(holidays),
        make_up_days=frozenset(),
    )
    return CalendarPublished(calendar=year)


def network(version: int, *stations: str) -> NetworkPublished:
    line = Line(id="2", name_zh="2号线", name_en="Line 2")
    kept = tuple(Station(name=name, name_en=name, lines=("2",)) for name in stations)
    return NetworkPublished(network=Network(version=version, lines=(line,), stations=kept))


async def publish(bootstrap: str, *events: tuple[str, Event]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    for key, event in events:
        told = headers("followup", new_id(), event.type, datetime.now(UTC), None, again=False)
        body = event.model_dump_json(exclude_none=True).encode()
        await producer.send_and_wait(Topic.REFERENCE.value, body, key=key.encode(), headers=list(told))
    await producer.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reporting(service_settings: dict[str, dict[str, str]]) -> AsyncIterator[str]:
    async with running(service_settings["reporting"]) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def client(reporting: str) -> AsyncIterator[httpx.AsyncClient]:
    async with staff(reporting, "admin") as found:
        yield found


async def until(superuser: Any, query: str, wanted: object) -> None:
    """Wait until a query answers this."""
    found = None
    for _ in range(200):
        found = await superuser.fetchval(query)
        if found == wanted:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{found!r}, not {wanted!r}")


WINDOW_OF_THE_DAY = "select until from reporting.repeat_windows where day = '2026-11-20'"


async def test_the_calendar_decides_what_is_a_repeat(
    client: httpx.AsyncClient,
    kafka_bootstrap: str,
    superuser: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    last = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
    stories = []
    for passenger, again_at in (("early", last), ("late", last + timedelta(seconds=1))):
        first = Story(f"PS-{passenger}-1", RESOLVED - timedelta(hours=2), passenger_ref=passenger).resolved(2)
        stories += [first, Story(f"PS-{passenger}-2", again_at, passenger_ref=passenger)]
    await say(kafka_bootstrap, stories)
    await until_versions(client, {story.number: len(story.events) for story in stories})
    await publish(kafka_bootstrap, ("calendar/2026@1", calendar(1)))
    await until(superuser, WINDOW_OF_THE_DAY, last)
    repeated = "/v1/cases?is=once_resolved&repeated=true"
    assert await listed(client, repeated) == ["PS-early-1"]

    await publish(kafka_bootstrap, ("calendar/2026@2", calendar(2, date(2026, 12, 4))))
    await until(superuser, WINDOW_OF_THE_DAY, datetime(2026, 12, 7, 9, 30, tzinfo=UTC))
    assert set(await listed(client, repeated)) == {"PS-early-1", "PS-late-1"}


async def test_the_latest_network_and_staff_are_kept(
    reporting: str, kafka_bootstrap: str, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    clerk = StaffPublished(user="li", role=Role.STAFF, level=Level.L1)
    await publish(
        kafka_bootstrap,
        ("network/metro", network(1, "人民广场")),
        ("network/metro", network(2, "人民广场", "南京东路")),
        ("staff/li", clerk),
        ("staff/li", clerk.model_copy(update={"level": Level.L2})),
    )
    latest = "select body ->> 'level' from reporting.reference where key = 'staff/li'"
    await until(superuser, latest, "L2")
    stations = "select jsonb_array_length(body -> 'stations') from reporting.reference where key = 'network/metro'"
    assert await superuser.fetchval(stations) == 2
