"""Every service is SIGKILLed while complaints flow; afterwards everything is there, once."""

import asyncio
import json
import uuid
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer

from shared.clock import rfc3339, utc_now
from shared.messaging.topics import Topic
from tests.backends.system import INTEGRATION_KEY, System, until

COMPLAINTS = 500
HALF_OF_AN_S1_ACKNOWLEDGEMENT = timedelta(seconds=150)
FEEDERS = 4
KILLS = ("routing", "followup", "intake", "reporting", "routing", "followup")
POISON = (
    (b"{", [("ce_specversion", b"1.0"), ("ce_id", b"not-an-id"), ("ce_type", b"psc.complaint.received.v1")]),
    (b"not json", "complete"),
    (b'{"type":"psc.complaint.received.v1"}', "complete"),
    (b"{}", [("ce_id", b"\xff\xfe"), ("ce_type", None)]),
)


def complaint(key: str, number: int) -> dict[str, Any]:
    """Every other one is a danger taken so long ago that its first reminders fall due while services are killed."""
    text = f"列车在隧道里停了二十分钟 {key}"
    if number % 2:
        return {"text": text}
    taken = utc_now() - HALF_OF_AN_S1_ACKNOWLEDGEMENT + timedelta(seconds=number % 40)
    return {"text": text, "flags": {"danger": True}, "taken_at": rfc3339(taken)}


async def feed(system: System, keys: list[str], accepted: dict[str, str]) -> None:
    complaints = {key: complaint(key, number) for number, key in enumerate(keys)}
    async with system.client("intake", INTEGRATION_KEY) as client:
        for key in keys:
            while key not in accepted:
                try:
                    answer = await system.complain(client, key, **complaints[key])
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
    rows = await superuser.fetch("select array_agg(version order by version) v from followup.timeline group by case_id")
    assert len(rows) == COMPLAINTS
    assert all(list(r["v"]) == list(range(1, len(r["v"]) + 1)) for r in rows)


@pytest.mark.usefixtures("flood")
async def test_timers_fired_through_the_kills_and_none_twice(superuser: "asyncpg.Connection[asyncpg.Record]") -> None:
    by_time = [f"psc.case.{fact}.v1" for fact in ("reminded", "warned", "breached")]
    rows = await superuser.fetch("select case_id, type, fact from followup.timeline where type = any($1)", by_time)
    facts = [(r["case_id"], r["type"], json.loads(r["fact"])) for r in rows]
    fired = [(id_, type_, f["clock"], f["generation"], f.get("target_level")) for id_, type_, f in facts]
    assert len(fired) > COMPLAINTS // 4, "too few timers were due while services were killed"
    assert len(fired) == len(set(fired))
