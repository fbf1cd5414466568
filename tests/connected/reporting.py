"""reporting as a process of its own, facts put on its topic, and staff who look at it."""

import asyncio
import json
import os
import socket
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from aiokafka import AIOKafkaProducer
from joserfc.jwk import KeySet, OKPKey

from shared.contracts.vocabulary import Level, Role
from shared.messaging.envelope import headers
from shared.messaging.topics import Topic
from shared.security.tokens import Staff, sign
from tests.unit.reporting.story import Story

ROOT = Path(__file__).parent.parent.parent
KEY = OKPKey.generate_key("Ed25519", {"kid": "test", "use": "sig"})
JWKS = json.dumps(KeySet([OKPKey.import_key(KEY.as_dict(private=False))]).as_dict())
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
READY_SECONDS = 40


def token(
    level: str = "L4", *, user: str | None = None, lines: tuple[str, ...] = (), stations: tuple[str, ...] = ()
) -> str:
    """A token of a member of staff, called as their level unless said otherwise, or of the `admin`."""
    admin = level == "admin"
    staff = Staff(
        user=user or level,
        role=Role.ADMIN if admin else Role.STAFF,
        level=None if admin else Level(level),
        lines=lines,
        stations=stations,
    )
    return sign(KEY, staff, seconds=3600)


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(
    settings: Mapping[str, str],
    *,
    service: str = "reporting",
    port: int | None = None,
    until: str = "/readyz",
    **more: str,
) -> AsyncIterator[str]:
    """A service as a process, once `until` answers 200; gives its address, and ends it by SIGTERM."""
    port = port or free_port()
    given = {"http_port": str(port), "staff_jwks": JWKS, **settings, **more}
    environment = {f"PSC_{name.upper()}": value for name, value in given.items()}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"services.{service}", cwd=ROOT, env={**os.environ, **environment}
    )
    address = f"http://127.0.0.1:{port}"
    try:
        await _until_ready(process, address + until)
        yield address
    finally:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 15)
    assert process.returncode == 0


async def _until_ready(process: Process, address: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(READY_SECONDS * 10):
            assert process.returncode is None, "the service ended by itself"
            try:
                if (await client.get(address)).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise TimeoutError(f"{address} was not ready")


def staff(address: str, level: str = "L4", user: str | None = None, **scope: tuple[str, ...]) -> httpx.AsyncClient:
    """A client that carries a token."""
    bearer = {"Authorization": f"Bearer {token(level, user=user, **scope)}"}
    return httpx.AsyncClient(base_url=address, headers=bearer, timeout=20)


async def say(bootstrap: str, stories: Iterable[Story], *, after: int = 0) -> int:
    """Put the facts of these stories on the topic, those above version `after`; returns how many."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    count = 0
    try:
        sent = []
        for story in stories:
            for event in story.events[after:]:
                told = headers("followup", story.event_id(event), event.type, event.at, TRACE, again=False)
                body = event.model_dump_json(exclude_none=True).encode()
                key = str(event.case_id).encode()
                sent.append(await producer.send(Topic.CASE_EVENTS.value, body, key=key, headers=list(told)))
                count += 1
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return count


async def listed(client: httpx.AsyncClient, address: str = "/v1/cases", limit: int = 200) -> list[str]:
    """Every number that a list gives, page by page."""
    numbers: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"limit": str(limit), **({"cursor": cursor} if cursor else {})}
        answer = await client.get(httpx.URL(address).copy_merge_params(params))
        assert answer.status_code == 200, answer.text
        numbers += [item["number"] for item in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
    return numbers


async def until_listed(client: httpx.AsyncClient, numbers: Iterable[str], seconds: float = 30) -> None:
    """Wait until all of these are there."""
    await until_versions(client, dict.fromkeys(numbers, 1), seconds)


async def until_versions(client: httpx.AsyncClient, wanted: Mapping[str, int], seconds: float = 30) -> None:
    """Wait until each case has come to its version."""
    left = dict(wanted)
    for _ in range(int(seconds * 10)):
        for number, version in list(left.items()):
            answer = await client.get(f"/v1/cases/{number}")
            if answer.status_code == 200 and answer.json()["version"] >= version:
                del left[number]
        if not left:
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"not there: {left}")
