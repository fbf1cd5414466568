"""Packs published while psc runs: by whom, as which version, from when on – and what they do to decisions."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import httpx
import pytest
import pytest_asyncio

from services.routing.jobs import shipped_models
from services.routing.policy import Rulebook, compile_pack
from services.routing.policy.replay import replay
from services.routing.policy.words import with_words
from services.routing.rules.pack_file import parse_pack
from shared.clock import rfc3339, utc_now
from shared.contracts.complaint import Complaint, ComplaintReceived
from shared.contracts.decision import Decision
from shared.contracts.pack import Pack
from shared.contracts.reference import PackPublished
from shared.contracts.vocabulary import Category, Reason
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import System, until
from tests.connected.wire import Wire, complaint, routing_alone

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
VERSIONS = "/v1/policy/versions"
PACK = Path(__file__).parents[2] / "services/routing/packs/metro-default.yaml"
YAML = PACK.read_text(encoding="utf-8")
START = "effective_from: 2024-01-01T00:00:00Z"
SOON = timedelta(seconds=6)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def routing(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    async with routing_alone(database, kafka_bootstrap, tmp_path_factory.mktemp("one")) as system:
        await system.start("followup")
        yield system


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def beside(
    routing: System, database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    """Another routing process, which knows the same staff."""
    other = System(database, kafka_bootstrap, tmp_path_factory.mktemp("two"), key=routing.key)
    try:
        await other.start("routing")
        yield other
    finally:
        await other.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def admin(routing: System) -> AsyncIterator[httpx.AsyncClient]:
    async with routing.client("routing", routing.token("admin", "ms-policy")) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def wire(kafka_bootstrap: str) -> AsyncIterator[Wire]:
    wire = Wire(kafka_bootstrap)
    yield wire
    await wire.close()


async def latest(client: httpx.AsyncClient) -> int:
    """The number of the latest version."""
    newest: dict[str, Any] = (await client.get(VERSIONS)).json()["items"][0]
    return int(newest["version"].partition("@")[2])


async def next_yaml(client: httpx.AsyncClient, start: datetime, *changes: tuple[str, str]) -> str:
    """The shipped file as the next version, with changes."""
    text = YAML
    for before, after in ((START, f"effective_from: {rfc3339(start)}"), ("version: 1\n", "version: {}\n"), *changes):
        assert before in text, before
        text = text.replace(before, after, 1)
    return text.replace("version: {}", f"version: {await latest(client) + 1}", 1)


async def versions(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """What is shown of each version."""
    return {item["version"]: item for item in (await client.get(VERSIONS)).json()["items"]}


async def test_only_an_administrator_publishes(routing: System, admin: httpx.AsyncClient) -> None:
    body = {"yaml": await next_yaml(admin, utc_now() + SOON)}
    async with routing.client("routing") as nobody:
        assert (await nobody.post(VERSIONS, json=body)).status_code == 401
    for level in ("L1", "L5"):
        async with routing.client("routing", routing.token(level)) as client:
            refused = await client.post(VERSIONS, json=body)
            assert (refused.status_code, refused.json()["needs_level"]) == (403, "admin")
            assert (await client.post(VERSIONS, json={"pack": 7})).status_code == 403, "who asks is looked at first"
    assert await latest(admin) == 1


async def test_every_fault_is_told_with_its_line_in_the_language_of_the_reader(admin: httpx.AsyncClient) -> None:
    text = await next_yaml(
        admin,
        utc_now() + SOON,
        ("remind_share: 0.5", "remind_share: 0.9"),
        ("level: L2, severities: [S3]", "level: L7, severities: [S3]"),
    )
    answers = {
        language: await admin.post(VERSIONS, json={"yaml": text}, headers={"Accept-Language": language})
        for language in ("en", "zh")
    }
    english, chinese = answers["en"].json()["errors"], answers["zh"].json()["errors"]
    assert answers["en"].status_code == 422
    lines = text.splitlines()
    assert [(e["pointer"], e["field"], e["code"]) for e in english] == [
        ("/yaml/ladder/warn_share", "ladder.warn_share", "warn_after_remind"),
        ("/yaml/levels/0/level", "levels.0.level", "not_allowed"),
    ]
    assert "warn_share" in lines[english[0]["line"] - 1]
    assert "L7" in lines[english[1]["line"] - 1]
    assert english[1]["detail"].startswith('cannot be "L7", only one of: L1, L2')
    assert chinese[1]["detail"].startswith("不能是“L7”,只能是:L1, L2")


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"levels": "none"}, "/pack/levels", "list"),
        ({"colour": "red"}, "/pack/colour", "unknown_field"),
        ({"signals": {"groups": {}, "categories": {}}}, "/pack/signals/groups/arson", "group_missing"),
        ({"effective_from": "2026-01-01T00:00:00Z"}, "/pack/effective_from", "past"),
        ({"name": "metro-other"}, "/pack/name", "other_name"),
    ],
)
async def test_what_may_not_be_published_is_refused_at_its_place(
    admin: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    pack = (await admin.get("/v1/policy")).json()["pack"]
    pack |= {"version": await latest(admin) + 1, "effective_from": rfc3339(utc_now() + SOON), **change}
    answer = await admin.post(VERSIONS, json={"pack": pack})
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in [(e["pointer"], e["code"]) for e in answer.json()["errors"]]


@pytest.mark.parametrize("body", [{}, {"yaml": "name: x", "pack": {}}, {"yaml": ""}, {"yaml": "x", "by": "me"}, []])
async def test_one_pack_is_asked_for(admin: httpx.AsyncClient, body: Any) -> None:
    assert (await admin.post(VERSIONS, json=body)).status_code == 422


async def test_a_decision_is_replayed_under_its_version_and_a_new_one_decides_otherwise(
    admin: httpx.AsyncClient, beside: System, wire: Wire, superuser: Connection
) -> None:
    """The whole way: decide, publish, decide again, replay everything under both."""
    same: dict[str, Any] = {"passenger_ref": "p-replay", "station": "徐家汇", "category": Category.TICKET}
    before = [
        complaint("徐家汇站充值机吞了我五十元纸币没有到账", **same),
        complaint("徐家汇站充值机吞了我五十元纸币没有到账", **same),
        complaint("二号线人民广场站列车晚点二十分钟,害我迟到"),
        complaint("要求赔偿六百元,在站台上被挤了一下", claim={"amount_cny": 600}),
        complaint("想表扬一下昨晚值班的姑娘,谢谢她帮我找回钱包!"),
    ]
    for case in before:  # one by one, so that the second is surely the repetition
        await wire.complain(case)
        await decided(superuser, [case])

    start = utc_now() + SOON
    text = await next_yaml(
        admin,
        start,
        ("delay_minutes: 15", "delay_minutes: 45"),
        ("excessive_floor_cny: 500", "excessive_floor_cny: 5000"),
    )
    answer = await admin.post(VERSIONS, json={"yaml": text})
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["version"], shown["published_by"], shown["decides_now"]) == ("metro-default@2", "ms-policy", False)
    again = await admin.post(VERSIONS, json={"yaml": text})
    assert (again.status_code, again.json()["digest"]) == (200, shown["digest"])
    await everybody_knows(beside, wire, superuser)

    await asyncio.sleep((start - utc_now()).total_seconds())
    after = [complaint(case.text, passenger_ref=None, claim=case.claim) for case in before]
    for case in after:
        await wire.complain(case)
    await decided(superuser, after)
    items = await versions(admin)
    assert {version: item["decides_now"] for version, item in items.items()} == {
        "metro-default@1": False,
        "metro-default@2": True,
    }
    assert items["metro-default@1"]["decides_until"] == items["metro-default@2"]["decides_from"] == rfc3339(start)

    books = await rulebooks(superuser)
    complaints = await received(wire, [*before, *after])
    for case in (*before, *after):
        stored, known = await kept(superuser, case)
        assert stored.policy_version == ("metro-default@1" if case in before else "metro-default@2")
        replayed = replay(complaints[case.number], known, books[stored.policy_version])
        assert replayed == with_words(stored, case.text), case.text
    otherwise = []
    for case in before:
        stored, known = await kept(superuser, case)
        new = replay(complaints[case.number], known, books["metro-default@2"])
        otherwise.append((stored.reason, stored.severity.value, new.reason, new.severity.value))
    assert otherwise[1][0] is otherwise[1][2]
    without_history = replay(complaints[before[1].number], {}, books["metro-default@1"])
    assert without_history.reason is not otherwise[1][0], "history is replayed too"
    assert otherwise[2] == (Reason.N0, "S3", Reason.N0, "S4")
    assert (otherwise[3][0], otherwise[3][2]) == (Reason.A3, Reason.N0)
    assert otherwise[4][0] is otherwise[4][2] is Reason.Z1


async def everybody_knows(beside: System, wire: Wire, superuser: Connection) -> None:
    """The topic, another routing process, and followup."""

    def enough(heard: list[Any]) -> bool:
        return any(h.key == "pack/metro-default@2" for h in heard)

    heard = await wire.hear([Topic.REFERENCE], enough)
    event = next(PackPublished.model_validate_json(h.body) for h in heard if h.key == "pack/metro-default@2")
    assert (event.published_by, event.pack.thresholds.delay_minutes) == ("ms-policy", 45)

    async with beside.client("routing", beside.token("L1")) as client:

        async def seen() -> bool:
            return "metro-default@2" in await versions(client)

        assert await until(seen, 15)

    async def kept() -> bool:
        return bool(await superuser.fetchval("select count(*) from followup.packs where id = 'metro-default@2'"))

    assert await until(kept, 20)


async def test_of_two_who_publish_at_once_one_is_told_of_the_other(
    routing: System, beside: System, admin: httpx.AsyncClient
) -> None:
    start, number = utc_now() + timedelta(hours=1), await latest(admin) + 1
    texts = [await next_yaml(admin, start, ("delay_minutes: 15", f"delay_minutes: {m}")) for m in (20, 25)]
    async with beside.client("routing", beside.token("admin", "mr-other")) as other:
        answers = await asyncio.gather(
            admin.post(VERSIONS, json={"yaml": texts[0]}), other.post(VERSIONS, json={"yaml": texts[1]})
        )
        assert sorted(answer.status_code for answer in answers) == [201, 409]
        lost = next(answer for answer in answers if answer.status_code == 409).json()
        won = next(answer for answer in answers if answer.status_code == 201).json()
    assert lost["type"].endswith("/version-conflict")
    assert (lost["current"], lost["changed_by"]) == (number, {"user": won["published_by"]})
    assert [(c["type"], c["version"]) for c in lost["changes"]] == [("pack.published", number)]
    assert await latest(admin) == number


async def test_an_urgent_version_takes_the_place_of_one_that_was_planned(admin: httpx.AsyncClient) -> None:
    planned, urgent = utc_now() + timedelta(days=40), utc_now() + timedelta(days=1)
    number = await latest(admin) + 1
    for start in (planned, urgent):
        answer = await admin.post(VERSIONS, json={"yaml": await next_yaml(admin, start)})
        assert answer.status_code == 201, answer.text
    items = await versions(admin)
    assert items[f"metro-default@{number}"]["decides_from"] is None
    assert items[f"metro-default@{number + 1}"]["decides_from"] == rfc3339(urgent)


async def test_the_pack_that_is_shown_can_be_published_as_the_next(admin: httpx.AsyncClient) -> None:
    pack = (await admin.get("/v1/policy")).json()["pack"]
    pack |= {"version": await latest(admin) + 1, "effective_from": rfc3339(utc_now() + timedelta(days=1))}
    answer = await admin.post(VERSIONS, json={"pack": pack})
    assert answer.status_code == 201, answer.text
    shown = (await admin.get(answer.headers["Location"])).json()
    assert (shown["version"], shown["published_by"]) == (answer.json()["version"], "ms-policy")
    assert parse_pack(shown["yaml"]) == Pack.model_validate(pack)
    assert (await admin.get(f"{VERSIONS}/1")).json()["yaml"] == YAML
    assert (await admin.get(f"{VERSIONS}/99")).status_code == 404
    assert list(pack["signals"]["categories"]) != sorted(pack["signals"]["categories"], key=lambda c: (len(c), c)), (
        "the order in which categories were written is kept: of equal weights the first counts"
    )


async def test_what_is_received_after_a_version_takes_effect_is_decided_by_it_in_every_process(
    admin: httpx.AsyncClient, beside: System, wire: Wire, superuser: Connection
) -> None:
    """Complaints arrive all the while; the version takes effect a moment after it is published."""
    cases: list[Complaint] = []
    ended = asyncio.Event()

    async def arrive() -> None:
        while not ended.is_set():
            cases.append(complaint("扶梯停了三天没人修"))
            await wire.complain(cases[-1])
            await asyncio.sleep(0.02)

    arriving = asyncio.create_task(arrive())
    await asyncio.sleep(1)
    answer = await published_for_now(admin)
    await asyncio.sleep(2)
    ended.set()
    await arriving
    await decided(superuser, cases)
    start = datetime.fromisoformat(answer.json()["effective_from"])
    named = {row["case_id"]: row["policy_version"] for row in await superuser.fetch("select * from routing.decisions")}
    late = [named[case.case_id] == answer.json()["version"] for case in cases if case.received_at >= start]
    early = [named[case.case_id] != answer.json()["version"] for case in cases if case.received_at < start]
    assert late
    assert early
    assert all(late)
    assert all(early)


async def published_for_now(admin: httpx.AsyncClient) -> httpx.Response:
    """The next version, which takes effect as soon after it was published as can be."""
    began = utc_now()
    await admin.post(VERSIONS, json={"yaml": YAML})
    took = utc_now() - began
    for tenths in range(8, 60, 2):
        text = await next_yaml(admin, utc_now() + took * tenths / 10)
        answer = await admin.post(VERSIONS, json={"yaml": text})
        if answer.status_code == 201:
            return answer
        assert [e["code"] for e in answer.json()["errors"]] == ["past"], answer.text
    raise AssertionError("never in time")


async def decided(superuser: Connection, cases: list[Complaint]) -> None:
    """Returns when all have been decided."""
    ids = [case.case_id for case in cases]

    async def all_there() -> bool:
        count: int = await superuser.fetchval(
            "select count(*) from routing.decisions where case_id = any($1::uuid[])", ids
        )
        return count == len(ids)

    assert await until(all_there, 30)


async def rulebooks(superuser: Connection) -> dict[str, Rulebook]:
    """Every version that was published, made ready."""
    packs = [Pack.model_validate_json(row["pack"]) for row in await superuser.fetch("select pack from routing.packs")]
    return {pack.id: compile_pack(pack, shipped_models()) for pack in packs}


async def received(wire: Wire, cases: list[Complaint]) -> dict[str, Complaint]:
    """The complaints as they lie on their topic, by number."""
    keys = {str(case.case_id) for case in cases}
    heard = await wire.hear([Topic.COMPLAINTS_RECEIVED], lambda all_: keys <= {h.key for h in all_})
    events = [ComplaintReceived.model_validate_json(h.body) for h in heard if h.key in keys]
    return {event.complaint.number: event.complaint for event in events}


async def kept(superuser: Connection, case: Complaint) -> tuple[Decision, dict[str, Any]]:
    """The decision as routing keeps it, and what it was made with besides the complaint."""
    row = await superuser.fetchrow("select * from routing.decisions where case_id = $1", case.case_id)
    assert row is not None
    assert not any(word in row["known"] for word in (case.text, case.text[:6]))
    return Decision.model_validate_json(row["decision"]), json.loads(row["known"])
