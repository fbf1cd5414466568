"""The hotline's signed events: complaints out of calls and orders, once per delivery."""

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from shared.clock import rfc3339, utc_now
from shared.contracts.complaint import ComplaintReceived
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import HOTLINE_SECRET
from tests.connected.intake import Intake, running

SECOND = "whsec_c2Vjb25kLXNlY3JldC1vZi10aGUtdGVzdHMtMDAwMg=="
STRANGERS = "whsec_c3RyYW5nZXJzLXNlY3JldC1vZi10aGUtdGVzdHMtMA=="


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def intake(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Intake]:
    secrets = {"PSC_HOTLINE_SECRETS": f"{HOTLINE_SECRET}, {SECOND}"}
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs"), secrets) as it:
        yield it


def call(**data: Any) -> dict[str, Any]:
    ended = utc_now() - timedelta(minutes=1)
    return {
        "type": "call.completed",
        "data": {
            "call_id": uuid.uuid4().hex,
            "caller": {"phone": "13800000000", "name": "李四"},
            "started_at": rfc3339(ended - timedelta(minutes=5)),
            "ended_at": rfc3339(ended),
            "line": "2号线",
            "station": "人民广场",
            "note": "李四说闸机多扣了两块钱",
            "complaint": True,
            **data,
        },
    }


def order(**data: Any) -> dict[str, Any]:
    issued = {"issued_at": rfc3339(utc_now()), "due_at": rfc3339(utc_now() + timedelta(days=5))}
    what = {"order_id": uuid.uuid4().hex, "source": "12345", "title": "地铁口乱停车", "text": "堵住盲道"}
    return {"type": "order.created", "data": {**what, **issued, **data}}


async def test_a_call_makes_a_complaint_and_a_redelivery_answers_the_same(intake: Intake) -> None:
    body, id_ = call(), uuid.uuid4().hex
    first = await intake.hotline(body, id_=id_)
    again = await intake.hotline(body, id_=id_)
    assert first.status_code == 200, first.text
    made = first.json()
    assert set(made) == {"case_id", "number", "receipt_code", "received_at"}
    assert (again.status_code, again.json()) == (200, made)
    assert await intake.value("select count(*) from complaints where number = $1", made["number"]) == 1
    heard = await intake.wire.hear([Topic.COMPLAINTS_RECEIVED], lambda h: made["case_id"] in {o.key for o in h})
    said = ComplaintReceived.model_validate_json(next(o.body for o in heard if o.key == made["case_id"])).complaint
    assert (said.channel.value, said.text, said.line, said.station) == (
        "hotline",
        "[姓名]说闸机多扣了两块钱",
        "2",
        "人民广场",
    )
    assert said.taken_at is not None
    assert rfc3339(said.taken_at) == body["data"]["ended_at"]
    assert said.passenger_ref is not None


async def test_an_order_brings_its_own_deadline(intake: Intake) -> None:
    made = (await intake.hotline(order(caller={"phone": "12345"}))).json()
    heard = await intake.wire.hear([Topic.COMPLAINTS_RECEIVED], lambda h: made["case_id"] in {o.key for o in h})
    said = ComplaintReceived.model_validate_json(next(o.body for o in heard if o.key == made["case_id"])).complaint
    assert (said.channel.value, said.text) == ("city_hotline", "地铁口乱停车\n堵住盲道")
    assert said.city_order is not None
    assert said.city_order.source == "12345"
    assert said.city_order.due_at is not None


async def test_either_live_secret_is_good_and_no_other(intake: Intake) -> None:
    assert (await intake.hotline(call(), secret=SECOND)).status_code == 200
    before = await intake.counts()
    assert (await intake.hotline(call(), secret=STRANGERS)).status_code == 401
    assert await intake.counts() == before


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_an_old_or_early_signature_is_refused(intake: Intake, minutes: int) -> None:
    assert (await intake.hotline(call(), at=datetime.now(UTC) + timedelta(minutes=minutes))).status_code == 401


async def test_a_body_that_was_changed_or_not_signed_is_refused(intake: Intake) -> None:
    for headers in (
        {},
        {"webhook-id": "a", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"},
        {"webhook-id": "a", "webhook-timestamp": "nan", "webhook-signature": "nonsense"},
        {"webhook-id": "a", "webhook-timestamp": "1e400", "webhook-signature": "v1,,,"},
    ):
        answer = await intake.client.post("/v1/hotline/events", json=call(), headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body", [{"type": "call.started", "data": {"x": 1}}, {"type": "ping", "data": {}}, call(complaint=False)]
)
async def test_other_known_events_are_taken_note_of(intake: Intake, body: dict[str, Any]) -> None:
    before = await intake.counts()
    assert (await intake.hotline(body)).status_code == 202
    assert await intake.counts() == before


BAD: dict[str, tuple[Any, int, list[tuple[str, str]]]] = {
    "unknown type": ({"type": "call.danced", "data": {}}, 422, [("/type", "unknown_type")]),
    "no note": (call(note=" "), 422, [("/data/note", "blank")]),
    "unknown station": (call(station="火星站"), 422, [("/data/station", "unknown_station")]),
    "a call of tomorrow": (
        call(ended_at=rfc3339(utc_now() + timedelta(days=1))),
        422,
        [("/data/ended_at", "future")],
    ),
    "a call that ends before it starts": (
        call(started_at=rfc3339(utc_now())),
        422,
        [("/data/ended_at", "before_start")],
    ),
    "unknown field": (order(colour="red"), 422, [("/data/colour", "unknown_field")]),
    "a city that is none": (order(source="12306"), 422, [("/data/source", "not_allowed")]),
    "too long together": (order(text="字" * 20_000), 422, [("/data/text", "too_long")]),
    "malformed": (b'{"type":', 400, []),
}


@pytest.mark.parametrize(("body", "status", "errors"), BAD.values(), ids=BAD)
async def test_bad_events_are_problems_and_leave_nothing(
    intake: Intake, body: Any, status: int, errors: list[tuple[str, str]]
) -> None:
    before = await intake.counts()
    answer = await intake.hotline(body)
    assert answer.status_code == status
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == errors
    assert await intake.counts() == before
