"""Case facts on a real broker become rows that are listed, filtered and found, as far as one may see them."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import httpx
import pytest
import pytest_asyncio

from shared.contracts.vocabulary import Clock, Outcome
from tests.connected.reporting import listed, running, say, staff, until_versions
from tests.unit.reporting.story import NOON, Story

STORIES = [
    Story("PS-20261120-000001").accepted(1).contacted(2).resolved(3, Outcome.UPHELD),
    Story("PS-20261120-000002", NOON + timedelta(seconds=1), category="TRAIN", line="1", station="汉口路"),
    Story("PS-20261120-000003", NOON + timedelta(seconds=1), category="STAFF", level="L3").breached(
        2, Clock.ACKNOWLEDGE
    ),
    Story("PS-20261120-000004", NOON + timedelta(seconds=2), about_staff=True, line=None, station=None, level="L3"),
    Story("PS-20261121-000005", NOON + timedelta(days=1), kind="non_complaint", reason="Z1", category="PRAISE")
    .refused(1)
    .accepted(2),
    Story("PS-20261121-000006", NOON + timedelta(days=1), line=None, station=None, severity="S2"),
]
NUMBERS = [story.number for story in STORIES]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def reporting(service_settings: dict[str, dict[str, str]], kafka_bootstrap: str) -> AsyncIterator[str]:
    await say(kafka_bootstrap, STORIES)
    async with running(service_settings["reporting"]) as address, staff(address, "admin") as client:
        await until_versions(client, {story.number: len(story.events) for story in STORIES})
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def admin(reporting: str) -> AsyncIterator[httpx.AsyncClient]:
    async with staff(reporting, "admin") as client:
        yield client


async def test_every_case_is_listed_once_newest_first(admin: httpx.AsyncClient) -> None:
    by_received = sorted(STORIES, key=lambda s: (s.received_at, s.case_id), reverse=True)
    assert await listed(admin) == [story.number for story in by_received]
    assert await listed(admin, limit=1) == [story.number for story in by_received]


async def test_a_case_is_shown_as_its_facts_left_it(admin: httpx.AsyncClient) -> None:
    case = (await admin.get("/v1/cases/PS-20261120-000001")).json()
    assert (case["version"], case["state"], case["outcome"]) == (4, "resolved", "upheld")
    assert case["owner"] == {"user": "clerk", "level": "L1"}
    assert case["received_at"] == "2026-11-20T04:00:00.000Z"
    assert case["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert {d["clock"]: d["state"] for d in case["deadlines"]} == {
        "acknowledge": "met",
        "first_response": "met",
        "resolve": "met",
    }
    assert "text" not in case


async def test_a_fact_of_a_later_version_does_not_hold_up_its_case(admin: httpx.AsyncClient) -> None:
    assert (await admin.get("/v1/cases/PS-20261121-000005")).json()["version"] == 3


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("q=PS-20261120-000002", [2]),
        ("q=ps-20261121", [6, 5]),
        ("q=汉口", [2]),
        ("q=staff", [3]),
        ("q=%25", []),
        ("state=resolved", [1]),
        ("state=received&state=resolved", [6, 4, 3, 2, 1]),
        ("kind=non_complaint", [5]),
        ("category=TRAIN", [2]),
        ("severity=S2", [6]),
        ("level=L3", [4, 3]),
        ("line=1", [2]),
        ("station=人民广场", [5, 3, 1]),
        ("channel=web", []),
        ("from=2026-11-21", [6, 5]),
        ("to=2026-11-21", [4, 3, 2, 1]),
        ("from=2026-11-20T04:00:01Z&to=2026-11-20T04:00:02%2B00:00", [3, 2]),
        ("is=liable", [1]),
        ("is=accepted&is=complaint", [1]),
        ("is=open&is_not=complaint", [5]),
        ("breached=acknowledge", [3]),
        ("breached=resolve", []),
        ("breached=any&breached_level=L3", [3]),
        ("breached_level=L1", []),
        ("due=acknowledge&due_from=2026-11-21", [6, 5]),
        ("due=acknowledge&is=acknowledge_decided&is_not=acknowledge_on_time", [3]),
    ],
)
async def test_a_list_is_narrowed(admin: httpx.AsyncClient, query: str, numbers: list[int]) -> None:
    found = await listed(admin, f"/v1/cases?{query}")
    assert sorted(found) == sorted(NUMBERS[n - 1] for n in numbers)


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("limit=0", "?limit", "too_small"),
        ("limit=201", "?limit", "too_large"),
        ("cursor=nonsense", "?cursor", "bad_cursor"),
        ("state=sleeping", "?state/0", "not_allowed"),
        ("from=yesterday", "?from", "bad_time"),
        ("from=2026-11-20T04:00:00", "?from", "no_zone"),
        ("is=handsome", "?is/0", "not_a_mark"),
        ("colour=red", "?colour", "unknown_field"),
    ],
)
async def test_a_bad_query_is_refused(admin: httpx.AsyncClient, query: str, pointer: str, code: str) -> None:
    answer = await admin.get(f"/v1/cases?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("level", "scope", "numbers"),
    [
        ("L1", {}, [1, 2, 5, 6]),
        ("L2", {}, [1, 2, 5, 6]),
        ("L3", {}, [1, 2, 3, 4, 5, 6]),
        ("L1", {"lines": ("1",)}, [2]),
        ("L3", {"stations": ("人民广场",)}, [1, 3, 5]),
        ("L5", {"lines": ("1",)}, [1, 2, 3, 4, 5, 6]),
        ("admin", {}, [1, 2, 3, 4, 5, 6]),
    ],
)
async def test_one_sees_what_one_may(
    reporting: str, level: str, scope: dict[str, tuple[str, ...]], numbers: list[int]
) -> None:
    async with staff(reporting, level, None, **scope) as client:
        seen = {NUMBERS[n - 1] for n in numbers}
        assert set(await listed(client)) == seen
        for number in NUMBERS:
            assert (await client.get(f"/v1/cases/{number}")).status_code == (200 if number in seen else 404)


async def test_without_a_token_nothing_is_shown(reporting: str) -> None:
    async with httpx.AsyncClient(base_url=reporting) as nobody:
        for path in ("/v1/cases", "/v1/cases/PS-20261120-000001"):
            answer = await nobody.get(path)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"


async def test_an_unknown_case_is_a_problem(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/v1/cases/PS-20990101-000001")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("/not-found")


async def test_a_fact_that_overtook_waits_in_a_table(
    admin: httpx.AsyncClient, kafka_bootstrap: str, superuser: "asyncpg.Connection[asyncpg.Record]", tag: str
) -> None:
    story = Story(f"PS-{tag}").accepted(1).contacted(2)
    opening, accepting, contacting = story.events
    story.events = [opening, contacting]
    await say(kafka_bootstrap, [story])
    await until_versions(admin, {story.number: 1})
    held = "select count(*) from reporting.held where case_id = $1"
    for _ in range(200):
        if await superuser.fetchval(held, story.case_id) == 1:
            break
        await asyncio.sleep(0.05)
    else:
        pytest.fail("the third fact was not held")
    story.events = [accepting]
    await say(kafka_bootstrap, [story])
    await until_versions(admin, {story.number: 3})
    assert await superuser.fetchval(held, story.case_id) == 0
    assert await superuser.fetchval("select count(*) from reporting.stream where case_id = $1", story.case_id) == 3


@pytest.mark.parametrize("about", [{"about_staff": True}, {"category": "STAFF", "about_staff": True}])
async def test_a_case_is_kept_from_whom_it_is_about(
    reporting: str, admin: httpx.AsyncClient, kafka_bootstrap: str, tag: str, about: dict[str, object]
) -> None:
    place, zhao = f"{tag}站", f"zhao-{tag}"
    story = Story(f"PS-{tag}", station=place, level="L3").accepted(1, zhao)
    await say(kafka_bootstrap, [story.reclassified(2, about_user=zhao, owner=None, **about)])
    await until_versions(admin, {story.number: 3})
    seen_by: dict[tuple[str, bool], tuple[int, bool, int, int]] = {}
    for level, user in (("L3", zhao), ("L4", zhao), ("L5", zhao), ("L3", "qian"), ("L2", "qian")):
        async with staff(reporting, level, user) as client:
            received = (await client.get("/v1/kpis", params={"station": place, "from": "2026-11-01"})).json()[
                "figures"
            ][0]
            series = (await client.get("/v1/series?from=2026-11-20&to=2026-11-21&step=day")).json()["items"][0]
            seen_by[level, user == zhao] = (
                (await client.get(f"/v1/cases/{story.number}")).status_code,
                story.number in await listed(client),
                received["value"],
                series["received"],
            )
    counted = seen_by["L5", True][3]
    assert seen_by["L5", True] == seen_by["L3", False] == (200, True, 1, counted)
    assert seen_by["L3", True] == seen_by["L4", True] == (404, False, 0, counted - 1)
    assert seen_by["L2", False][:3] == (404, False, 0)
    assert (await admin.get(f"/v1/cases/{story.number}")).json()["owner"] is None


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/kpis", "/v1/series"])
async def test_the_ends_of_the_calendar_are_refused(admin: httpx.AsyncClient, path: str) -> None:
    for name in ("from", "to"):
        for end in ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59"):
            answer = await admin.get(path, params={name: end})
            assert answer.status_code == 422
            assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(f"?{name}", "bad_time")]


async def test_who_may_see_is_asked_in_place_and_not_by_a_call(
    superuser: "asyncpg.Connection[asyncpg.Record]",
) -> None:
    sight = "in_sight(c, true, false, array['1'], array['2'], 'zhao')"
    async with superuser.transaction():
        await superuser.execute("set local search_path = reporting")
        plan = await superuser.fetch(f"explain select c.* from cases c where {sight}")
    conditions = " ".join(row[0] for row in plan)
    assert "about_user" in conditions
    assert "in_sight" not in conditions
