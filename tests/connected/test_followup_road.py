"""followup on its road: routed complaints open cases once, with clocks, facts for others, and words kept apart."""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.followup.jobs import shipped_calendars
from services.followup.repository import reference
from services.followup.repository.reference import Rulebooks
from shared.clock import rfc3339, utc_now
from shared.contracts.reference import PackPublished
from shared.contracts.vocabulary import Category, Kind, Level, Reason, Severity
from shared.errors import SlowDown
from shared.ids import derived_id, new_id
from shared.messaging.topics import Topic
from shared.storage.pool import open_pool
from tests.backends.databases import Database
from tests.backends.kinds import PostgresServer
from tests.backends.system import until
from tests.connected.desk import Desk, ago, default_pack, routed, running

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_routed_complaint_becomes_a_case_in_the_shape_that_others_rely_on(desk: Desk) -> None:
    event = routed(text="闸机吞卡")
    (number,) = await desk.route(event, trace=TRACE)
    case = await desk.case(number)
    expected = {
        "case_id": str(event.complaint.case_id),
        "number": number,
        "version": 1,
        "state": "received",
        "kind": "normal",
        "reason": "N0",
        "category": "FACILITY",
        "severity": "S4",
        "level": "L1",
        "proposed": False,
        "uncertain": False,
        "owner": None,
        "channel": "web",
        "line": None,
        "station": None,
        "text": "闸机吞卡",
        "claim": None,
        "flags": {"danger": False, "injury": False, "on_scene": False, "in_court": False},
        "passenger_ref": None,
        "about_staff": False,
        "received_at": rfc3339(event.complaint.received_at),
        "taken_at": None,
        "occurred_at": None,
        "transfers": 0,
        "reopened": 0,
        "outcome": None,
        "resolutions": [],
        "approval": None,
        "incident": None,
        "merged_into": None,
        "parent": None,
        "children": [],
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "policy_version": "metro-default@1",
    }
    assert {name: case[name] for name in expected} == expected
    assert {d["clock"] for d in case["deadlines"]} == {"acknowledge", "first_response", "resolve"}
    for deadline in case["deadlines"]:
        assert set(deadline) >= {"state", "due_at", "stopped_at", "elapsed", "remaining", "provisional"}
        assert set(deadline) >= {"calendar_version", "targets", "history"}
        assert deadline["state"] == "running"
    allowed = {one["action"]: one["allowed"] for one in case["allowed_actions"]}
    assert allowed["accept"] is True
    assert allowed["close"] is False


async def test_clocks_start_at_the_instant_of_intake_or_of_paper(desk: Desk) -> None:
    received, taken = ago(hours=1), ago(hours=3)
    on_time, on_paper = routed(received_at=received), routed(received_at=received, taken_at=taken)
    await desk.route(on_time, on_paper)
    for event, start in ((on_time, received), (on_paper, taken)):
        case = await desk.case(event.complaint.number)
        assert {d["started_at"] for d in case["deadlines"]} == {rfc3339(start)}


async def test_the_grave_ones_run_around_the_clock(desk: Desk) -> None:
    received = ago(minutes=1)
    event = routed(
        received_at=received, severity=Severity.S1, level=Level.L2, reason=Reason.N3, category=Category.SAFETY
    )
    (number,) = await desk.route(event)
    due = {d["clock"]: instant(d["due_at"]) for d in (await desk.case(number))["deadlines"]}
    assert due["acknowledge"] == received + timedelta(minutes=5)
    assert due["first_response"] == received + timedelta(hours=2)
    assert due["resolve"] == received + timedelta(hours=24)
    assert due["arrival"] == received + timedelta(minutes=5)


async def test_every_kind_is_opened_and_listed(desk: Desk) -> None:
    numbers = await desk.route(
        routed(),
        routed(kind=Kind.ABNORMAL, reason=Reason.A4, proposed=True, level=Level.L3),
        routed(kind=Kind.NON_COMPLAINT, reason=Reason.Z1, category=Category.PRAISE, severity=Severity.INFO),
    )
    listed = await desk.system.numbers("followup")
    assert set(numbers) <= set(listed)
    assert len(listed) == len(set(listed))


async def test_the_same_complaint_opens_once_whatever_its_event_is_called(desk: Desk) -> None:
    event, id_ = routed(), new_id()
    key = str(event.complaint.case_id)
    await desk.say(Topic.COMPLAINTS_NORMAL, key, event, id_=id_)
    await desk.say(Topic.COMPLAINTS_NORMAL, key, event, id_=id_)
    await desk.say(Topic.COMPLAINTS_NORMAL, key, event, id_=new_id())
    # Under the same key, hence taken after those.
    last = routed()
    await desk.say(Topic.COMPLAINTS_NORMAL, key, last)
    assert await until(lambda: desk.all_here([last.complaint.number]), 15)
    assert await desk.value("select count(*) from cases where number = $1", event.complaint.number) == 1
    assert await desk.value("select count(*) from timeline where case_id = $1", event.complaint.case_id) == 1
    assert await desk.value("select count(*) from dead_letters") == 0


async def test_the_fact_of_opening_is_a_snapshot_without_words(desk: Desk) -> None:
    event = routed(text="我的手机号不在这里")
    (number,) = await desk.route(event, trace=TRACE)

    async def relayed() -> bool:
        return bool(await desk.value("select count(*) from outbox") == 0)

    assert await until(relayed, 15)
    key = str(event.complaint.case_id)
    facts = [(h, b) for k, h, b in await desk.published(Topic.CASE_EVENTS) if k == key]
    assert len(facts) == 1
    headers, body = facts[0]
    assert headers["ce_type"] == "psc.case.opened.v1"
    assert headers["ce_id"] == str(derived_id(key, 1))
    assert headers["traceparent"].split("-")[1] == TRACE.split("-")[1]
    fact = json.loads(body)
    assert (fact["number"], fact["version"], fact["state"]) == (number, 1, "received")
    assert {c["clock"] for c in fact["clocks"]} == {"acknowledge", "first_response", "resolve"}
    assert "我的手机号" not in body.decode()
    document = await desk.value("select document::text from cases where number = $1", number)
    assert "我的手机号" not in document


async def test_a_repetition_counts_only_of_an_open_case(desk: Desk) -> None:
    first = routed()
    await desk.route(first)
    closed = routed()
    (number,) = await desk.route(closed)
    for action, body in (
        ("accept", {}),
        ("contact", {"medium": "phone"}),
        ("resolve", {"outcome": "goodwill"}),
    ):
        await desk.did(number, action, body)
    again: dict[str, Any] = {"kind": Kind.ABNORMAL, "reason": Reason.A1}
    known = routed(**again, earlier_case=first.complaint.case_id)
    unknown = routed(**again, earlier_case=new_id())
    settled = routed(**again, earlier_case=closed.complaint.case_id)
    unlinked = routed(**again)
    await desk.route(known, unknown, settled, unlinked)
    uncertain = [(await desk.case(e.complaint.number))["uncertain"] for e in (known, unknown, settled, unlinked)]
    assert uncertain == [False, True, True, True]


async def test_poison_is_set_aside_and_the_rest_goes_on(desk: Desk) -> None:
    bad = routed()
    body = bad.model_dump_json().replace('"S4"', '"S9"').encode()
    headers = [("ce_specversion", b"1.0"), ("ce_id", str(new_id()).encode()), ("ce_type", b"psc.complaint.routed.v1")]
    key = str(bad.complaint.case_id).encode()
    await desk.producer.send_and_wait(Topic.COMPLAINTS_NORMAL.value, body, key=key, headers=headers)
    await desk.new()

    async def parked() -> bool:
        return bool(await desk.value("select count(*) from dead_letters where reason = 'bad-body'") == 1)

    assert await until(parked, 15)


async def test_a_new_pack_reaches_only_clocks_that_start_under_it(desk: Desk) -> None:
    pack = default_pack()
    # A clock that runs day and night is as long at every hour of the day.
    quick = pack.severities[Severity.S2].acknowledge.model_copy(update={"amount": 20})
    rows = {**pack.severities, Severity.S2: pack.severities[Severity.S2].model_copy(update={"acknowledge": quick})}
    effective = ago(minutes=10)
    newer = pack.model_copy(update={"version": 99, "effective_from": effective, "severities": rows})
    event = PackPublished(pack=newer, published_by="x", published_at=utc_now())
    await desk.say(Topic.REFERENCE, f"pack/{newer.id}", event)

    async def kept() -> bool:
        return bool(await desk.value("select count(*) from packs where id = $1", newer.id) == 1)

    assert await until(kept, 15)
    major: dict[str, Any] = {"severity": Severity.S2, "level": Level.L3}

    async def under_the_new() -> bool:
        (number,) = await desk.route(routed(received_at=ago(minutes=1), **major))
        return await _running(desk, number) == timedelta(minutes=20)

    assert await until(under_the_new, 10)
    (before,) = await desk.route(routed(received_at=effective - timedelta(minutes=5), **major))
    assert await _running(desk, before) == timedelta(minutes=30)


async def test_nothing_is_decided_before_pack_and_calendars_are_here(postgres_server: PostgresServer) -> None:
    fresh = Database(postgres_server.dsn)
    await fresh.create(("followup",))
    pool = await open_pool(fresh.of("followup"), name="test")
    try:
        rulebooks = Rulebooks(pool)
        await rulebooks.refresh()
        assert rulebooks.missing() == "pack, calendars"
        with pytest.raises(SlowDown):
            rulebooks.at(utc_now())
        async with pool.acquire() as connection, connection.transaction():
            await reference.keep_pack(connection, default_pack())
        await rulebooks.refresh()
        assert rulebooks.missing() == "calendars"
        with pytest.raises(SlowDown):
            rulebooks.at(utc_now())
        async with pool.acquire() as connection, connection.transaction():
            told = [await reference.publish_calendar(connection, year) for year in shipped_calendars()]
            again = [await reference.publish_calendar(connection, year) for year in shipped_calendars()]
        assert (told, again) == ([True] * 3, [False] * 3)
        await rulebooks.refresh()
        assert rulebooks.missing() is None
        assert rulebooks.at(utc_now()).pack.name == "metro-default"
        assert rulebooks.at(ago(days=9000)).pack.name == "metro-default"
    finally:
        await pool.close()
        await fresh.drop()


async def _running(desk: Desk, number: str) -> timedelta:
    """The length of a case's acknowledge clock."""
    clock = next(d for d in (await desk.case(number))["deadlines"] if d["clock"] == "acknowledge")
    return instant(clock["due_at"]) - instant(clock["started_at"])
