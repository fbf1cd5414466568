"""Complaints by one and by batch: once per key, with their event, or not at all."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from services.intake.policy.requests import LONGEST_TEXT
from shared.clock import rfc3339, utc_now
from shared.contracts.complaint import ComplaintReceived
from shared.contracts.reference import NetworkPublished
from shared.ids import derived_id
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import INTEGRATION_KEY, TERMINAL_KEY, until
from tests.connected.intake import Intake, running
from tests.connected.wire import Heard

BATCH = "/v1/complaints:batch"
PARENT = "0af7651916cd43dd8448eb211c80319c"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def intake(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Intake]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def announced(intake: Intake, *case_ids: str) -> dict[str, Heard]:
    """What was said of these complaints, by case."""

    def all_there(heard: list[Heard]) -> bool:
        return set(case_ids) <= {one.key for one in heard}

    return {one.key: one for one in await intake.wire.hear([Topic.COMPLAINTS_RECEIVED], all_there)}


async def batch(intake: Intake, *items: Any) -> Any:
    answer = await intake.client.post(BATCH, json={"items": list(items)})
    assert answer.status_code == 207, answer.text
    return answer.json()["items"]


def item(text: str, key: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"idempotency_key": key or uuid.uuid4().hex, "complaint": {"channel": "web", "text": text, **fields}}


async def test_a_complaint_is_stored_as_it_was_said_and_announced_without_name_and_numbers(intake: Intake) -> None:
    text = "我叫李四\u3000电话13812345678\r\n\t多扣了两块钱 \U0001f687 "
    answer = await intake.client.post(
        "/v1/complaints",
        json={
            "channel": "terminal",
            "text": text,
            "taken_at": rfc3339(utc_now()),
            "line": "二号线",
            "station": "人民广场站",
            "category": "TICKET",
            "passenger": {"name": "李四", "phone": "13812345678", "language": "en"},
            "claim": {"amount_cny": 2.5},
            "flags": {"danger": False, "on_scene": True},
            "related_number": None,
        },
        headers={"Idempotency-Key": uuid.uuid4().hex, "traceparent": f"00-{PARENT}-b7ad6b7169203331-01"},
    )
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"case_id", "number", "receipt_code", "received_at"}
    assert answer.headers["location"] == f"/v1/complaints/{made['number']}"
    said = (await announced(intake, made["case_id"]))[made["case_id"]]
    assert said.id == derived_id("received", made["case_id"])
    assert said.headers["ce_type"] == "psc.complaint.received.v1"
    assert said.headers["traceparent"].split("-")[1] == PARENT
    told = ComplaintReceived.model_validate_json(said.body).complaint
    assert (told.number, rfc3339(told.received_at)) == (made["number"], made["received_at"])
    assert (told.line, told.station, told.language.value) == ("2", "人民广场", "en")
    assert told.claim is not None
    assert told.claim.amount_cny == Decimal("2.5")
    assert "李四" not in said.body.decode()
    assert "13812345678" not in said.body.decode()
    assert await intake.value("select text from words where case_id = $1", made["case_id"]) == text


async def test_the_same_key_and_body_get_the_same_answer_and_another_body_is_refused(intake: Intake) -> None:
    first = await intake.complain("once", text="车厢空调太冷")
    again = await intake.complain("once", text="车厢空调太冷")
    other = await intake.complain("once", text="车厢空调太热")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-key-reused")


async def test_many_at_once_under_one_key_are_one_complaint(intake: Intake) -> None:
    before = await intake.counts()
    answers = await asyncio.gather(*(intake.complain("many", text="同时来了很多次") for _ in range(32)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["number"] for a in answers}) == 1
    assert sum("idempotency-replayed" not in a.headers for a in answers) == 1
    after = await intake.counts()
    assert after["complaints"] == before["complaints"] + 1
    assert after["words"] == before["words"] + 1


async def test_a_refused_request_does_not_use_its_key_up(intake: Intake) -> None:
    assert (await intake.complain("later", text=" ")).status_code == 422
    assert (await intake.complain("later", station="火星站")).status_code == 422
    assert (await intake.complain("later", text="这次对了")).status_code == 201


async def test_a_repeat_is_answered_alike_whatever_has_changed_since(intake: Intake) -> None:
    taken = rfc3339(utc_now() - timedelta(days=30) + timedelta(seconds=2))
    first = await intake.complain("old", taken_at=taken)
    assert first.status_code == 201

    async def too_old_now() -> bool:
        return (await intake.complain(taken_at=taken)).status_code == 422

    assert await until(too_old_now, 5)
    again = await intake.complain("old", taken_at=taken)
    assert (again.status_code, again.json()) == (201, first.json())


async def test_keys_are_scoped_to_their_sender(intake: Intake) -> None:
    ours = await intake.complain("shared", text="同一个键")
    async with intake.system.client("intake", TERMINAL_KEY) as terminal:
        theirs = await intake.system.complain(terminal, "shared", text="同一个键")
    assert (ours.status_code, theirs.status_code) == (201, 201)
    assert ours.json()["number"] != theirs.json()["number"]


async def test_a_batch_takes_or_refuses_each_item_by_itself_and_shares_keys_with_single_posts(intake: Intake) -> None:
    single = (await intake.complain("single", text="先来一件")).json()
    items = await batch(
        intake,
        item("先来一件", "single"),
        item("另一件", "single"),
        item("一件新的", "new"),
        item("一件新的", "new"),
        item(" "),
        item("x", station="火星站"),
        item("快来人", station="火星站", flags={"danger": True}),
        item("x", "bad key"),
        {"idempotency_key": "k", "complaint": 7},
        7,
    )
    assert [one["status"] for one in items] == [201, 422, 201, 201, 422, 422, 201, 422, 422, 422]
    assert items[0]["result"] == single
    assert items[0]["replayed"] is True
    assert items[1]["problem"]["type"].endswith("/idempotency-key-reused")
    assert items[2]["result"] == items[3]["result"]
    found = {n: [(e["pointer"], e["code"]) for e in items[n]["problem"]["errors"]] for n in (4, 5, 7, 8, 9)}
    assert found == {
        4: [("/items/4/complaint/text", "blank")],
        5: [("/items/5/complaint/station", "unknown_station")],
        7: [("/items/7/idempotency_key", "bad_key")],
        8: [("/items/8/complaint", "wrong_type")],
        9: [("/items/9", "wrong_type")],
    }
    assert items[6]["result"]["unverified"] == ["/station"]
    new = await intake.complain("new", text="一件新的")
    assert (new.status_code, new.json()) == (201, items[2]["result"])


async def test_a_batch_may_hold_500_large_items_each_with_a_trace_of_its_own(intake: Intake) -> None:
    text = "字" * (LONGEST_TEXT - 3)
    answer = await intake.client.post(
        BATCH,
        json={"items": [item(f"{text}{n:03}") for n in range(500)]},
        headers={"traceparent": f"00-{PARENT}-b7ad6b7169203331-01"},
    )
    assert answer.status_code == 207
    results = [one["result"] for one in answer.json()["items"]]
    assert len({one["number"] for one in results}) == 500
    traces = await intake.value(
        "select count(distinct split_part(traceparent, '-', 2)) from complaints where case_id = any($1::uuid[])",
        [one["case_id"] for one in results],
    )
    assert traces == 500
    assert not await intake.value(
        "select count(*) from complaints where traceparent like $1 and case_id = any($2::uuid[])",
        f"%{PARENT}%",
        [one["case_id"] for one in results],
    )


@pytest.mark.parametrize(
    "body", [{"items": []}, {"items": [1] * 501}, {}, {"items": 3}, {"items": [item("x")], "more": 1}]
)
async def test_a_batch_that_is_none_is_refused_whole(intake: Intake, body: Any) -> None:
    answer = await intake.client.post(BATCH, json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_in_danger_the_answer_says_what_to_do_and_again_to_a_repeat(intake: Intake) -> None:
    report = {"text": "有人要跳轨", "flags": {"danger": True}, "station": "火星站", "occurred_at": "刚才"}
    first = await intake.complain("danger", **report)
    again = await intake.complain("danger", **report)
    assert first.status_code == 201
    assert "110" in first.json()["what_to_do_now"]
    assert sorted(first.json()["unverified"]) == ["/occurred_at", "/station"]
    assert again.json() == first.json()
    case_id = first.json()["case_id"]
    told = ComplaintReceived.model_validate_json((await announced(intake, case_id))[case_id].body).complaint
    assert (told.station, told.place_unverified, told.occurred_at) == (None, "火星站", None)


async def test_a_terminals_complaint_is_about_its_own_station_unless_it_says_so(intake: Intake) -> None:
    async with intake.system.client("intake", TERMINAL_KEY) as terminal:
        here = (await intake.system.complain(terminal)).json()
        there = (await intake.system.complain(terminal, station="文化宫")).json()
    stations = [
        await intake.value("select station from complaints where case_id = $1", m["case_id"]) for m in (here, there)
    ]
    assert stations == ["人民广场", "文化宫"]


async def test_numbers_carry_the_local_day_and_receipt_codes_differ(intake: Intake) -> None:
    made = [await intake.made(text=f"第 {n} 件") for n in range(5)]
    days = {m["number"].split("-")[1] for m in made}
    local = {f"{(utc_now() + timedelta(hours=8)):%Y%m%d}", f"{(utc_now() + timedelta(hours=8, minutes=-1)):%Y%m%d}"}
    assert days <= local
    assert len({m["number"] for m in made}) == len({m["receipt_code"] for m in made}) == 5


async def test_the_network_is_told_once(intake: Intake) -> None:
    def networks(heard: list[Heard]) -> list[Heard]:
        return [one for one in heard if one.headers["ce_type"] == "psc.reference.network_published.v1"]

    heard = networks(await intake.wire.hear([Topic.REFERENCE], networks))
    assert [one.key for one in heard] == ["network/metro"]
    network = NetworkPublished.model_validate_json(heard[0].body).network
    assert network.version == 1
    assert {"2"} <= {line.id for line in network.lines}
    intake.system.kill("intake")
    await intake.system.start("intake")
    assert await intake.value("select count(*) from networks") == 1
    assert await intake.value("select count(*) from outbox where topic = 'reference-v1'") == 0


async def test_revoked_and_unknown_keys_are_refused_and_nothing_is_stored(intake: Intake) -> None:
    before = await intake.counts()
    await intake.value(
        "insert into api_keys (kind, hash, label) values ('integration', encode(sha256('gone'), 'hex'), 'tests')"
    )
    async with intake.system.client("intake", "gone") as client:

        async def known() -> bool:
            return (await client.post("/v1/complaints", json={})).status_code == 422

        async def refused() -> bool:
            return (await client.post("/v1/complaints", json={})).status_code == 401

        assert await until(known, 8)
        await intake.value("update api_keys set revoked_at = now() where label = 'tests'")
        assert await until(refused, 8)
        assert (await intake.system.complain(client)).status_code == 401
    async with intake.system.client("intake", "nobody's") as client:
        answer = await intake.system.complain(client)
    assert answer.status_code == 401
    assert "www-authenticate" in answer.headers
    assert await intake.counts() == before


async def test_a_terminal_may_not_ask_too_often_and_an_integration_may(intake: Intake) -> None:
    async with intake.system.client("intake", TERMINAL_KEY) as terminal:
        answers = [await terminal.post("/v1/complaints", json={}) for _ in range(160)]
        statuses = [a.status_code for a in answers]
        assert statuses[:90] == [422] * 90
        assert 429 in statuses
        limited = next(a for a in answers if a.status_code == 429)
        assert int(limited.headers["retry-after"]) >= 1
        assert limited.json()["type"].endswith("/too-many-requests")
    answers = [await intake.client.post("/v1/complaints", json={}) for _ in range(160)]
    assert {a.status_code for a in answers} == {422}


def raw(**change: Any) -> bytes:
    return json.dumps({"channel": "web", "text": "车厢空调太冷", **change}).encode()


BAD: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "malformed": (400, b'{"channel":', {}),
    "bad UTF-8": (400, b'{"channel":"web","text":"\xff\xfe"}', {}),
    "lone surrogate": (400, b'{"channel":"web","text":"\\ud800"}', {}),
    "deep": (400, b'{"channel":"web","text":' + b"[" * 10_000 + b"]" * 10_000 + b"}", {}),
    "oversized": (413, raw(text="a" * 1_100_000), {}),
    "wrong media type": (415, b"channel=web", {"Content-Type": "application/x-www-form-urlencoded"}),
    "NaN": (422, b'{"channel":"web","text":"x","claim":{"amount_cny":NaN}}', {}),
    "unknown field": (422, raw(colour="red"), {}),
    "NUL": (422, raw(text="a\x00b"), {}),
    "too long": (422, raw(text="字" * 20_001), {}),
    "future": (422, raw(occurred_at=rfc3339(utc_now() + timedelta(days=3))), {}),
    "older than 30 days": (422, raw(taken_at=rfc3339(utc_now() - timedelta(days=31))), {}),
    "not on the line": (422, raw(line="3", station="人民广场"), {}),
    "absurd claim": (422, raw(claim={"amount_cny": 1e30}), {}),
    "over-long key": (422, raw(), {"Idempotency-Key": "k" * 256}),
    "invisible key": (422, raw(), {"Idempotency-Key": "a b"}),
    "empty key": (422, raw(), {"Idempotency-Key": ""}),
}


@pytest.mark.parametrize(("status", "body", "headers"), BAD.values(), ids=BAD)
async def test_bad_input_is_a_problem_in_either_language_and_leaves_nothing(
    intake: Intake, status: int, body: bytes, headers: dict[str, str]
) -> None:
    before = await intake.counts()
    zh = await intake.post(body, **headers)
    en = await intake.post(body, **{"Accept-Language": "en", **headers})
    for answer in (zh, en):
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["data_safe"] is False
    assert zh.json()["title"] != en.json()["title"]
    assert zh.json()["type"] == en.json()["type"]
    assert await intake.counts() == before


async def test_no_key_at_all_is_named(intake: Intake) -> None:
    answer = await intake.client.post("/v1/complaints", json={"channel": "web", "text": "x"})
    assert answer.status_code == 422
    assert [e["pointer"] for e in answer.json()["errors"]] == ["header:Idempotency-Key"]


async def test_a_method_that_is_none_is_405(intake: Intake) -> None:
    assert (await intake.client.delete("/v1/complaints")).status_code == 405


async def test_a_sender_who_hangs_up_in_the_middle_leaves_nothing_and_is_no_error(intake: Intake) -> None:
    before = await intake.counts()
    _, writer = await asyncio.open_connection("127.0.0.1", intake.system.ports["intake"])
    lines = (
        "POST /v1/complaints HTTP/1.1",
        "Host: x",
        f"Authorization: Bearer {INTEGRATION_KEY}",
        "Content-Type: application/json",
        "Idempotency-Key: half",
        "Content-Length: 1000",
    )
    writer.write("\r\n".join((*lines, "", '{"channel": "web"')).encode())
    await writer.drain()
    await asyncio.sleep(0.3)
    writer.close()
    await writer.wait_closed()
    assert (await intake.complain("half", text="这次说完了")).status_code == 201
    assert (await intake.counts())["complaints"] == before["complaints"] + 1
    assert "request_failed" not in intake.system.log("intake")
