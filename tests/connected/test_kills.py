"""Every service is SIGKILLed while complaints flow; afterwards everything is there, once."""

import asyncio
import json
import uuid
from typing import Any

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer

from shared.messaging.topics import Topic
from tests.backends.system import INTEGRATION_KEY, System, until

COMPLAINTS = 500
FEEDERS = 4
KILLS = ("routing", "followup", "intake", "reporting", "routing", "followup")
POISON = (
    (b"{", [("ce_specversion", b"1.0"), ("ce_id", b"not-an-id"), ("ce_type", b"psc.complaint.received.v1")]),
    (b"not json", "complete"),
    (b'{"type":"psc.complaint.received.v1"}', "complete"),
    (b"{}", [("ce_id", b"\xff\xfe"), ("ce_type", None)]),
)


async def feed(system: System, keys: list[str], accepted: dict[str, str]) -> None:
    async with system.client("intake", INTEGRATION_KEY) as client:
        for key in keys:
            while key not in accepted:
                try:
                    answer = await system.complain(client, key, text=f"列车在隧道里停了二十分钟 {key}")
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
                    continue
                if answer.status_code == 201:
                    accepted[key] = answer.json()["number"]
                else:
                    await asyncio.sleep(0.1)
            await asyncio.sleep(0.05)


async def plant(bootstrap: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for value, headers in POISON:
            given: Any = headers
            if headers == "complete":
                type_ = b"psc.complaint.received.v1"
                given = [("ce_specversion", b"1.0"), ("ce_id", str(uuid.uuid4()).encode()), ("ce_type", type_)]
            await producer.send_and_wait(Topic.COMPLAINTS_RECEIVED.value, value, headers=given)
    finally:
        await producer.stop()


@pytest.fixture(scope="module")
async def flood(system: System, kafka_bootstrap: str) -> dict[str, str]:
    """500 accepted complaints, six kills and four poisoned messages later."""
    keys = [uuid.uuid4().hex for _ in range(COMPLAINTS)]
    accepted: dict[str, str] = {}
    feeders = [asyncio.create_task(feed(system, keys[n::FEEDERS], accepted)) for n in range(FEEDERS)]
    for number, service in enumerate(KILLS):
        await asyncio.sleep(1.0)
        if number == 2:
            await plant(kafka_bootstrap)
        system.kill(service)
        system.launch(service)
        await system.ready(service)
    await asyncio.wait_for(asyncio.gather(*feeders), 120)
    return accepted


async def test_every_201_is_one_case_and_one_row(system: System, flood: dict[str, str]) -> None:
    numbers = set(flood.values())
    assert len(numbers) == COMPLAINTS
    for service in ("followup", "reporting"):

        async def complete(service: str = service) -> bool:
            return numbers <= set(await system.numbers(service))

        assert await until(complete, 60, 0.5), service
        listed = await system.numbers(service)
        assert len(listed) == len(set(listed)) == COMPLAINTS, service


@pytest.mark.usefixtures("flood")
async def test_outboxes_are_empty(superuser: "asyncpg.Connection[asyncpg.Record]") -> None:
    async def empty() -> bool:
        waiting = [
            await superuser.fetchval(f"select count(*) from {service}.outbox")
            for service in ("intake", "routing", "followup", "reporting")
        ]
        return waiting == [0, 0, 0, 0]

    assert await until(empty, 30)


@pytest.mark.usefixtures("flood")
async def test_dead_letters_are_what_was_planted(superuser: "asyncpg.Connection[asyncpg.Record]") -> None:
    async def all_parked() -> bool:
        return bool(await superuser.fetchval("select count(*) = 4 from routing.dead_letters"))

    assert await until(all_parked, 30)
    rows = await superuser.fetch("select body, reason from routing.dead_letters")
    assert sorted(bytes(r["body"]) for r in rows) == sorted(value for value, _ in POISON)
    assert {r["reason"] for r in rows} == {"bad-headers", "bad-body"}
    for service in ("intake", "followup", "reporting"):
        assert await superuser.fetchval(f"select count(*) from {service}.dead_letters") == 0


@pytest.mark.usefixtures("flood")
async def test_no_case_event_was_said_twice_or_skipped(superuser: "asyncpg.Connection[asyncpg.Record]") -> None:
    rows = await superuser.fetch(
        "select case_id, array_agg(version order by version) v from followup.timeline group by 1"
    )
    assert len(rows) == COMPLAINTS
    assert all(list(r["v"]) == list(range(1, len(r["v"]) + 1)) for r in rows)
    by_time = ["case.reminded", "case.warned", "case.breached"]
    fired = await superuser.fetch("select case_id, type, data from followup.timeline where type = any($1)", by_time)
    once = {(r["case_id"], r["type"], json.dumps(json.loads(r["data"]), sort_keys=True)) for r in fired}
    assert len(once) == len(fired)
