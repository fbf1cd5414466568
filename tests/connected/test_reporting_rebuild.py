"""The projection made again from offset 0 gives the same figures, lists and stream, beside the running service."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest_asyncio
from aiokafka import AIOKafkaProducer

from services.reporting.jobs.rebuild import rebuild
from shared.contracts.vocabulary import CallBackResult, Clock, Outcome
from shared.messaging.topics import Topic
from tests.connected.reporting import running, say, staff, until_versions
from tests.unit.reporting.story import Story


def stories(count: int) -> list[Story]:
    """Cases in many states; their numbers have not been used before."""
    tag = secrets.token_hex(4)
    told = []
    for n in range(count):
        story = Story(f"PS-{tag}-{n:03}", passenger_ref=f"p{n % 7}", arrival=n % 5 == 0)
        if n % 2:
            story.accepted(1).contacted(2).offered(3, 1)
        if n % 3 == 0:
            story.breached(24, Clock.FIRST_RESPONSE).escalated(24)
        if n % 4 == 0:
            story.resolved(30, Outcome.UPHELD).called_back(40, CallBackResult.NOT_SOLVED, 2).reopened(40)
        if n % 10 == 1:
            story.reclassified(45, about_staff=True, about_user="zhao")
        if n % 6 == 0:
            story.refused(50).resolved(60).closed(61)
        told.append(story)
    return told


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reporting(service_settings: dict[str, dict[str, str]]) -> AsyncIterator[str]:
    async with running(service_settings["reporting"]) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def client(reporting: str) -> AsyncIterator[httpx.AsyncClient]:
    async with staff(reporting, "admin") as found:
        yield found


async def put(client: httpx.AsyncClient, bootstrap: str, told: list[Story]) -> None:
    await say(bootstrap, told)
    await until_versions(client, {story.number: len(story.events) for story in told})


async def shown(client: httpx.AsyncClient) -> tuple[list[Any], bytes]:
    """Figures and the first page, byte for byte but for the instant they are of."""
    figures = (await client.get("/v1/kpis?from=2026-11-01&to=2026-12-30")).json()["figures"]
    ageless = [f for f in figures if f["name"] != "backlog_by_age"]
    return ageless, (await client.get("/v1/cases?limit=200")).content


async def stream(superuser: Any) -> list[Any]:
    rows = await superuser.fetch(
        "select sequence, case_id, version, fact, data from reporting.stream order by sequence"
    )
    return [tuple(row) for row in rows]


async def kept(superuser: Any) -> list[Any]:
    """What the doors do not show of cases, but go by."""
    rows = await superuser.fetch("select case_id, about_user, owner_user from reporting.cases order by case_id")
    assert any(row["about_user"] == "zhao" and row["owner_user"] is None for row in rows)
    return [tuple(row) for row in rows]


async def test_the_same_comes_out(
    client: httpx.AsyncClient,
    kafka_bootstrap: str,
    service_settings: dict[str, dict[str, str]],
    superuser: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    told = stories(60)
    await put(client, kafka_bootstrap, told)
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap)
    await producer.start()
    await producer.send_and_wait(Topic.CASE_EVENTS.value, b"poison", key=b"x", headers=[("ce_type", b"\xff")])
    await producer.stop()
    before, told_before, kept_before = await shown(client), await stream(superuser), await kept(superuser)
    built = await rebuild(service_settings["reporting"]["postgres_dsn"], kafka_bootstrap)
    assert await shown(client) == before
    assert await stream(superuser) == told_before
    assert await kept(superuser) == kept_before
    assert (built.cases, built.facts) == (60, sum(len(story.events) for story in told))


async def test_what_was_damaged_is_whole_again(
    client: httpx.AsyncClient,
    kafka_bootstrap: str,
    service_settings: dict[str, dict[str, str]],
    superuser: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    told = stories(20)
    await put(client, kafka_bootstrap, told)
    before = await shown(client)
    await superuser.execute("update reporting.cases set marks = 0, level = 'L1'")
    await superuser.execute("delete from reporting.cases where number = $1", told[3].number)
    await superuser.execute("delete from reporting.stream where case_id = $1", told[4].case_id)
    assert await shown(client) != before
    last = await superuser.fetchval("select max(sequence) from reporting.stream")
    await rebuild(service_settings["reporting"]["postgres_dsn"], kafka_bootstrap)
    assert await shown(client) == before
    lost = "select min(sequence) from reporting.stream where case_id = $1"
    assert await superuser.fetchval(lost, told[4].case_id) > last


async def test_the_service_goes_on_meanwhile(
    client: httpx.AsyncClient, kafka_bootstrap: str, service_settings: dict[str, dict[str, str]]
) -> None:
    first, second = stories(40), stories(40)
    await put(client, kafka_bootstrap, first)
    rebuilding = asyncio.create_task(rebuild(service_settings["reporting"]["postgres_dsn"], kafka_bootstrap))
    await say(kafka_bootstrap, second)
    while not rebuilding.done():
        assert (await client.get("/v1/cases")).status_code == 200
        await asyncio.sleep(0.02)
    await rebuilding
    await until_versions(client, {story.number: len(story.events) for story in (*first, *second)})
    again = await shown(client)
    await rebuild(service_settings["reporting"]["postgres_dsn"], kafka_bootstrap)
    assert await shown(client) == again


async def test_what_waits_for_an_earlier_fact_waits_again(
    client: httpx.AsyncClient,
    kafka_bootstrap: str,
    service_settings: dict[str, dict[str, str]],
    superuser: "asyncpg.Connection[asyncpg.Record]",
    tag: str,
) -> None:
    story = Story(f"PS-{tag}").accepted(1).contacted(2)
    opening, accepting, contacting = story.events
    story.events = [opening, contacting]
    await say(kafka_bootstrap, [story])
    await until_versions(client, {story.number: 1})
    built = await rebuild(service_settings["reporting"]["postgres_dsn"], kafka_bootstrap)
    assert built.held == 1
    story.events = [accepting]
    await say(kafka_bootstrap, [story])
    await until_versions(client, {story.number: 3})
    assert await superuser.fetchval("select count(*) from reporting.held") == 0


async def test_reference_data_and_the_inbox_stay(
    client: httpx.AsyncClient,
    kafka_bootstrap: str,
    service_settings: dict[str, dict[str, str]],
    superuser: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    await superuser.execute(
        "insert into reporting.reference values ('staff/x', 'staff', 0, '{}') on conflict do nothing"
    )
    taken = await superuser.fetchval("select count(*) from reporting.inbox")
    await rebuild(service_settings["reporting"]["postgres_dsn"], kafka_bootstrap)
    assert await superuser.fetchval("select count(*) from reporting.reference where key = 'staff/x'") == 1
    assert await superuser.fetchval("select count(*) from reporting.inbox") == taken
