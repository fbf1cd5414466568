"""The live stream: numbered facts, replayed after the last one seen, for those who may see them, at each one's pace."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio

from tests.connected.reporting import running, say, staff, token, until_versions
from tests.unit.reporting.story import Story

SECONDS = 20


@dataclass
class Heard:
    id: int
    event: str
    data: dict[str, object]


async def hear(
    client: httpx.AsyncClient, count: int, path: str = "/v1/stream", headers: dict[str, str] | None = None
) -> list[Heard]:
    """The next `count` events."""
    heard: list[Heard] = []
    fields: dict[str, str] = {}
    async with asyncio.timeout(SECONDS), client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for text in answer.aiter_lines():
            name, _, value = text.partition(": ")
            if text and name:
                fields[name] = value
            elif not text and "data" in fields:
                heard.append(Heard(int(fields["id"]), fields["event"], json.loads(fields["data"])))
                fields = {}
                if len(heard) == count:
                    break
    return heard


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reporting(service_settings: dict[str, dict[str, str]]) -> AsyncIterator[str]:
    async with running(service_settings["reporting"]) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def client(reporting: str) -> AsyncIterator[httpx.AsyncClient]:
    async with staff(reporting) as found:
        yield found


async def put(client: httpx.AsyncClient, bootstrap: str, *stories: Story) -> None:
    await say(bootstrap, stories)
    await until_versions(client, {story.number: len(story.events) for story in stories})


async def test_facts_are_told_as_they_happen(client: httpx.AsyncClient, kafka_bootstrap: str, tag: str) -> None:
    listening = asyncio.create_task(hear(client, 3))
    await asyncio.sleep(0.5)
    story = Story(f"PS-{tag}").accepted(1).escalated(2)
    await put(client, kafka_bootstrap, story)
    heard = await listening
    assert [one.event for one in heard] == ["case.opened", "case.accepted", "case.escalated"]
    assert [one.id for one in heard] == sorted(one.id for one in heard)
    assert heard[2].data["number"] == story.number
    assert heard[2].data["level"] == "L2"
    assert heard[2].data["cause"] == "breach"


@pytest.mark.parametrize("by", ["header", "query"])
async def test_what_was_missed_is_replayed(client: httpx.AsyncClient, kafka_bootstrap: str, tag: str, by: str) -> None:
    stories = [Story(f"PS-{tag}-{n}").accepted(1) for n in range(5)]
    await put(client, kafka_bootstrap, *stories)
    everything = await hear(client, 10, "/v1/stream?last_event_id=0")
    seen = everything[3].id
    if by == "header":
        again = await hear(client, 6, headers={"Last-Event-ID": str(seen)})
    else:
        again = await hear(client, 6, f"/v1/stream?last_event_id={seen}")
    assert again[:6] == everything[4:10]


async def test_the_header_of_a_reconnection_goes_before_the_query(client: httpx.AsyncClient) -> None:
    first = await hear(client, 4, "/v1/stream?last_event_id=0")
    header = {"Last-Event-ID": str(first[2].id)}
    assert (await hear(client, 1, "/v1/stream?last_event_id=0", header))[0] == first[3]


async def test_a_long_absence_is_replayed_from_the_database(
    client: httpx.AsyncClient, kafka_bootstrap: str, tag: str
) -> None:
    stories = [Story(f"PS-{tag}-{n}").accepted(1).contacted(2) for n in range(1000)]
    await say(kafka_bootstrap, stories)
    heard = await hear(client, 3000, "/v1/stream?last_event_id=0")
    assert len({one.id for one in heard}) == 3000
    versions: dict[object, int] = {}
    for one in heard:
        assert one.data["version"] == versions.get(one.data["case_id"], 0) + 1
        versions[one.data["case_id"]] = versions.get(one.data["case_id"], 0) + 1


async def test_facts_about_a_person_are_told_from_l3_up(
    reporting: str, client: httpx.AsyncClient, kafka_bootstrap: str, tag: str
) -> None:
    secret, plain = Story(f"PS-{tag}-s", category="STAFF", level="L3"), Story(f"PS-{tag}-p", line="1", station=None)
    async with staff(reporting, "L1") as clerk, staff(reporting, "L3", lines=("1",)) as local:
        listening = [asyncio.create_task(hear(who, n)) for who, n in ((clerk, 1), (local, 1), (client, 2))]
        await asyncio.sleep(0.5)
        await put(client, kafka_bootstrap, secret)
        await put(client, kafka_bootstrap, plain)
        by_clerk, by_local, by_all = await asyncio.gather(*listening)
    assert [one.data["number"] for one in by_clerk] == [plain.number]
    assert [one.data["number"] for one in by_local] == [plain.number]
    assert [one.data["number"] for one in by_all] == [secret.number, plain.number]


async def test_a_replay_asks_whether_the_case_may_be_seen_now(
    reporting: str, client: httpx.AsyncClient, kafka_bootstrap: str, tag: str
) -> None:
    turned, plain = Story(f"PS-{tag}-t").accepted(1), Story(f"PS-{tag}-p")
    async with staff(reporting, "L1") as clerk, staff(reporting, "L3", "zhao") as zhao:
        # While someone listens the latest facts are kept in memory.
        listening, by_clerk = asyncio.create_task(hear(client, 4)), asyncio.create_task(hear(clerk, 2))
        await asyncio.sleep(0.5)
        await put(client, kafka_bootstrap, turned)
        live = await by_clerk
        turned.reclassified(2, about_staff=True, about_user="zhao")
        await say(kafka_bootstrap, [turned], after=2)
        await until_versions(client, {turned.number: 3})
        await put(client, kafka_bootstrap, plain)
        everything = await listening
        before = str(live[0].id - 1)
        again, by_zhao = [await hear(who, 1, headers={"Last-Event-ID": before}) for who in (clerk, zhao)]
        whole = await hear(client, 4, headers={"Last-Event-ID": before})
    assert [one.event for one in live] == ["case.opened", "case.accepted"]
    assert whole == everything
    assert [one.data["number"] for one in again + by_zhao] == [plain.number] * 2
    assert [one.event for one in whole] == ["case.opened", "case.accepted", "case.reclassified", "case.opened"]


async def test_an_empty_id_is_none(client: httpx.AsyncClient, kafka_bootstrap: str, tag: str) -> None:
    listening = asyncio.create_task(hear(client, 1, headers={"Last-Event-ID": ""}))
    await asyncio.sleep(0.5)
    await put(client, kafka_bootstrap, Story(f"PS-{tag}"))
    assert (await listening)[0].data["number"] == f"PS-{tag}"
    assert (await hear(client, 1, "/v1/stream?last_event_id=0", {"Last-Event-ID": ""}))[0].data["number"] != f"PS-{tag}"


async def test_a_client_that_does_not_read_holds_up_nobody(
    reporting: str, client: httpx.AsyncClient, kafka_bootstrap: str, tag: str
) -> None:
    parts = urlsplit(reporting)
    with socket.create_connection((str(parts.hostname), parts.port or 0)) as stuck:
        stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stuck.sendall(
            f"GET /v1/stream?last_event_id=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\n\r\n".encode()
        )
        await asyncio.sleep(1)
        listening = asyncio.create_task(hear(client, 1))
        await asyncio.sleep(0.5)
        await put(client, kafka_bootstrap, Story(f"PS-{tag}"))
        assert (await listening)[0].data["number"] == f"PS-{tag}"


async def test_a_cookie_will_do_and_nothing_will_not(reporting: str) -> None:
    async with httpx.AsyncClient(base_url=reporting, cookies={"psc_session": token()}) as browser:
        assert len(await hear(browser, 1, "/v1/stream?last_event_id=0")) == 1
    async with httpx.AsyncClient(base_url=reporting) as nobody:
        assert (await nobody.get("/v1/stream")).status_code == 401


async def test_an_id_that_is_none_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/stream", headers={"Last-Event-ID": "x"})
    assert answer.status_code == 422


async def test_silence_is_broken_by_a_comment(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(SECONDS), client.stream("GET", "/v1/stream") as answer:
        async for text in answer.aiter_lines():
            if text:
                assert text.startswith(":")
                break
