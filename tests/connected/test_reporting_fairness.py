"""The fairness report: figures that lead to their rows, narrowed and in sight only, and the same after a rebuild."""

import secrets
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest_asyncio

from services.reporting.jobs.rebuild import rebuild
from tests.connected.reporting import listed, running, say, staff, until_versions
from tests.unit.reporting.story import Story

WINDOW = "/v1/fairness?from=2026-11-01&to=2026-12-01"


def proposal(n: int, reason: str, **opening: Any) -> Story:
    return Story(f"PS-{TAG}-{n:03}", **{"kind": "abnormal", "reason": reason, "proposed": True, **opening})


TAG = secrets.token_hex(4)
STORIES = [
    proposal(1, "A2").confirmed(1),
    proposal(2, "A2", channel="hotline").overturned(1).reclassified(2, reason="A4"),
    proposal(3, "A2", station=None, line=None).resolved(1).closed(2),
    proposal(4, "A4").accepted(1),
    proposal(5, "A12", channel="web", line="1", station="汉口路"),
    proposal(6, "A11"),
    proposal(7, "A3", category="STAFF").overturned(1),
    Story(f"PS-{TAG}-008", channel="web"),
    Story(f"PS-{TAG}-009", kind="non_complaint", reason="Z1"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reporting(service_settings: dict[str, dict[str, str]], kafka_bootstrap: str) -> AsyncIterator[str]:
    async with running(service_settings["reporting"]) as address:
        async with staff(address, "admin") as client:
            # The openings by themselves, so that what comes later changes rows that are there.
            whole = {story.number: story.events for story in STORIES}
            for story in STORIES:
                story.events = whole[story.number][:1]
            await say(kafka_bootstrap, STORIES)
            await until_versions(client, dict.fromkeys(whole, 1))
            for story in STORIES:
                story.events = whole[story.number]
            await say(kafka_bootstrap, STORIES, after=1)
            await until_versions(client, {number: len(events) for number, events in whole.items()})
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def client(reporting: str) -> AsyncIterator[httpx.AsyncClient]:
    async with staff(reporting, "admin") as found:
        yield found


async def asked(client: httpx.AsyncClient, more: str = "") -> dict[str, Any]:
    answer = await client.get(WINDOW + more)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def outcome(line: dict[str, Any]) -> tuple[int, ...]:
    names = ("complaints", "proposed", "pending", "confirmed", "overturned")
    return tuple(line[name]["value"] for name in names)


def lines(report: dict[str, Any], by: str) -> dict[str | None, tuple[int, ...]]:
    return {line[by]: outcome(line) for line in report[f"by_{by}"]}


def figures(report: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """Each figure's value and the address of its rows."""
    for line in (report["total"], *report["by_reason"], *report["by_station"], *report["by_channel"]):
        for part in line.values():
            if isinstance(part, dict) and "few" in part:
                yield part["numerator"], part["numerator_rows"]
                yield part["denominator"], part["rows"]
            elif isinstance(part, dict):
                yield part["value"], part["rows"]


async def test_what_was_proposed_and_what_became_of_it(client: httpx.AsyncClient) -> None:
    report = await asked(client)
    assert outcome(report["total"]) == (8, 6, 3, 1, 3)
    reasons = lines(report, "reason")
    assert reasons["A2"] == (8, 3, 0, 1, 2)
    assert reasons["A4"] == (8, 2, 2, 0, 0)
    assert reasons["A5"] == (8, 0, 0, 0, 0)
    assert "A11" not in reasons
    assert lines(report, "station") == {"人民广场": (6, 4, 2, 1, 2), None: (1, 1, 0, 0, 1), "汉口路": (1, 1, 1, 0, 0)}
    assert lines(report, "channel")["web"] == (2, 1, 1, 0, 0)
    shares = {line["reason"]: line["overturned_rate"] for line in report["by_reason"]}
    assert (shares["A2"]["value"], shares["A2"]["denominator"], shares["A2"]["few"]) == (2 / 3, 3, True)
    assert (shares["A4"]["value"], shares["A4"]["few"]) == (None, False)
    assert report["as_of"] > report["start"]


async def test_each_figure_leads_to_its_rows(client: httpx.AsyncClient) -> None:
    found = list(figures(await asked(client)))
    for value, rows in set(found):
        assert len(await listed(client, rows)) == value, rows
    assert len(found) > 100


async def test_it_is_narrowed_and_of_what_one_may_see(client: httpx.AsyncClient, reporting: str) -> None:
    assert outcome((await asked(client, "&channel=hotline"))["total"]) == (1, 1, 1, 0, 1)
    assert outcome((await asked(client, "&line=1"))["total"]) == (1, 1, 1, 0, 0)
    assert outcome((await asked(client, "&station=汉口路&station=人民广场"))["total"]) == (7, 5, 3, 1, 2)
    assert outcome((await asked(client, "&channel=letter"))["total"]) == (0, 0, 0, 0, 0)
    async with staff(reporting, "L2", lines=("1",)) as other:
        assert outcome((await asked(other))["total"]) == (1, 1, 1, 0, 0)
    async with staff(reporting, "L2") as other:
        assert lines(await asked(other), "reason")["A3"][1] == 0


async def test_it_asks_for_staff_and_refuses_what_it_does_not_know(client: httpx.AsyncClient, reporting: str) -> None:
    async with httpx.AsyncClient(base_url=reporting) as nobody:
        assert (await nobody.get(WINDOW)).status_code == 401
    for query in ("channel=pigeon", "mood=cross", "from=2026-12-01&to=2026-11-01", "from=never"):
        assert (await client.get(f"/v1/fairness?{query}")).status_code == 422, query
    assert (await client.get("/v1/cases?proposal=A1")).status_code == 422


async def test_the_same_comes_out_of_a_rebuild(
    client: httpx.AsyncClient, kafka_bootstrap: str, service_settings: dict[str, dict[str, str]]
) -> None:
    before = await asked(client)
    await rebuild(service_settings["reporting"]["postgres_dsn"], kafka_bootstrap)
    assert {**await asked(client), "as_of": ""} == {**before, "as_of": ""}
