"""routing's doors: what would be decided, and by which policy."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from shared.clock import rfc3339, utc_now
from tests.backends.databases import Database
from tests.backends.system import System, until
from tests.connected.wire import routing_alone

PREVIEW = "/v1/decisions:preview"
ORDINARY = {"channel": "web", "text": "二号线人民广场站闸机多扣了我两块钱"}
DECISION = {
    "kind",
    "reason",
    "category",
    "severity",
    "level",
    "proposed",
    "uncertain",
    "secondary",
    "children",
    "explanation",
    "policy_version",
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def routing(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("routing")
    async with routing_alone(database, kafka_bootstrap, folder) as system:
        yield system


@pytest_asyncio.fixture(loop_scope="session")
async def staff(routing: System) -> AsyncIterator[httpx.AsyncClient]:
    async with routing.client("routing", routing.token("L1")) as client:
        yield client


async def decided(staff: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await staff.post(PREVIEW, json={**ORDINARY, **asked})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_preview_has_the_shape_and_quotes_the_words(staff: httpx.AsyncClient) -> None:
    decision = await decided(staff, station="人民广场", line="2", claim={"amount_cny": 2, "proven_loss_cny": 2.0})
    assert decision.keys() >= DECISION
    assert (decision["kind"], decision["reason"], decision["severity"]) == ("normal", "N0", "S4")
    assert decision["policy_version"] == "metro-default@1"
    assert all({"rule", "evidence", "instead_of"} <= because.keys() for because in decision["explanation"])
    quoted = [b["evidence"] for b in decision["explanation"] if b["start"] is not None]
    assert quoted
    assert all(words in ORDINARY["text"] for words in quoted)


async def test_nothing_is_stored(staff: httpx.AsyncClient, superuser: "asyncpg.Connection[asyncpg.Record]") -> None:
    await decided(staff, context={"prior_contacts_90d": 5})
    for table in ("decisions", "cases", "outbox", "inbox", "dead_letters"):
        assert await superuser.fetchval(f"select count(*) from routing.{table}") == 0, table


async def test_context_wins_over_claim_and_flags(staff: httpx.AsyncClient) -> None:
    text = "在站台上被挤了一下,请你们处理。"
    court = await decided(staff, text=text, flags={"in_court": True})
    assert (court["kind"], court["reason"]) == ("abnormal", "A11")
    assert (await decided(staff, text=text, flags={"in_court": True}, context={"in_court": False}))["reason"] != "A11"
    large = await decided(staff, text=text, claim={"amount_cny": 90000, "proven_loss_cny": 0})
    assert (large["reason"], large["proposed"]) == ("A3", True)
    small = await decided(staff, text=text, claim={"amount_cny": 90000, "proven_loss_cny": 0}, context={"claim_cny": 5})
    assert small["reason"] != "A3"


async def test_context_says_what_psc_would_know(staff: httpx.AsyncClient) -> None:
    text = "还是同一件事,没有新的材料,恳请仍按原诉求处理"
    history = {"final_reply_sent": True, "prior_contacts_90d": 3}
    assert (await decided(staff, text=text, context=history))["reason"] == "A2"
    assert (await decided(staff, context={"earlier_open_case": "PS-20261101-000001"}))["reason"] == "A1"
    assert (await decided(staff, context={"our_reply_overdue": True}))["reason"] == "N2"


async def test_words_are_redacted_as_intake_does(staff: httpx.AsyncClient) -> None:
    decision = await decided(staff, text="闸机多扣了钱,请打13800138000退款")
    assert "13800138000" not in json.dumps(decision)


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"text": ""}, "/text", "too_short"),
        ({"text": " \n\t "}, "/text", "blank"),
        ({"text": "有\x00字"}, "/text", "nul"),
        ({"text": "长" * 20_001}, "/text", "too_long"),
        ({"text": None}, "/text", "wrong_type"),
        ({"channel": "pigeon"}, "/channel", "not_allowed"),
        ({"category": "NOISE"}, "/category", "not_allowed"),
        ({"colour": "red"}, "/colour", "unknown_field"),
        ({"context": {"mood": 1}}, "/context/mood", "unknown_field"),
        ({"context": {"prior_contacts_90d": -1}}, "/context/prior_contacts_90d", "too_small"),
        ({"context": {"prior_contacts_90d": True}}, "/context/prior_contacts_90d", "wrong_type"),
        ({"context": {"prior_contacts_90d": 1.5}}, "/context/prior_contacts_90d", "wrong_type"),
        ({"context": {"injury": "yes"}}, "/context/injury", "wrong_type"),
        ({"context": {"claim_cny": -1}}, "/context/claim_cny", "too_small"),
        ({"context": {"earlier_open_case": 7}}, "/context/earlier_open_case", "wrong_type"),
        ({"claim": {"amount_cny": "12"}}, "/claim/amount_cny", "wrong_type"),
        ({"claim": {"amount_cny": 1.005}}, "/claim/amount_cny", "too_many_decimals"),
        ({"claim": {"amount_cny": 100_000_000.01}}, "/claim/amount_cny", "too_large"),
        ({"flags": {"danger": 1}}, "/flags/danger", "wrong_type"),
        ({"flags": {"fire": True}}, "/flags/fire", "unknown_field"),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_place(
    staff: httpx.AsyncClient, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await staff.post(PREVIEW, json={**ORDINARY, **change})
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        (b"{", 400, "malformed-json"),
        (b'{"channel": "web", "text": "\\ud800"}', 400, "malformed-json"),
        (b'{"channel": "web", "text": "\xff"}', 400, "malformed-json"),
        (b'{"channel": "web", "text": "x", "claim": {"amount_cny": NaN}}', 400, "malformed-json"),
        (b"[" * 10_000, 400, "malformed-json"),
        (b"[]", 422, "invalid"),
        (b'{"channel": "web", "text": "' + b"x" * 1_100_000 + b'"}', 413, "too-large"),
    ],
)
async def test_what_is_no_json_or_too_much_is_refused(
    staff: httpx.AsyncClient, body: bytes, status: int, slug: str
) -> None:
    answer = await staff.post(PREVIEW, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.json()["type"].endswith(f"/{slug}")


async def test_any_text_that_fits_is_decided(staff: httpx.AsyncClient) -> None:
    for text in ("。", "x", "😀" * 20_000, "长" * 20_000, "\u202e\ufeff a", "1" * 20_000, "跳轨" * 10_000):
        assert (await decided(staff, text=text)).keys() >= DECISION


async def test_nobody_sees_anything_without_a_token(routing: System) -> None:
    async with routing.client("routing") as client:
        answers = [
            await client.post(PREVIEW, json=ORDINARY),
            await client.get("/v1/policy"),
            await client.get("/v1/policy/versions"),
        ]
    assert [a.status_code for a in answers] == [401] * 3


async def test_the_policy_and_its_versions_are_shown(staff: httpx.AsyncClient) -> None:
    policy = (await staff.get("/v1/policy")).json()
    assert policy["version"] == "metro-default@1"
    assert policy["effective_from"] == "2024-01-01T00:00:00.000Z"
    assert policy["pack"]["severities"]["S1"]["acknowledge"]["amount"] == 5
    versions = (await staff.get("/v1/policy/versions")).json()
    assert versions["next_cursor"] is None
    [only] = versions["items"]
    assert (only["version"], only["published_by"], only["decides_now"]) == ("metro-default@1", "release", True)


async def test_a_published_pack_decides_from_the_moment_it_takes_effect(
    staff: httpx.AsyncClient, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    for version, start in ((2, timedelta(hours=-1)), (3, timedelta(hours=1))):
        await superuser.execute(
            "insert into routing.packs select name, $1::int, (pack::jsonb || $2::jsonb)::json, digest, $3, 'L4', now()"
            " from routing.packs where version = 1",
            version,
            json.dumps({"version": version, "effective_from": rfc3339(utc_now() + start)}),
            utc_now() + start,
        )

    async def versions() -> list[tuple[str, bool]]:
        items = (await staff.get("/v1/policy/versions")).json()["items"]
        return [(item["version"], item["decides_now"]) for item in items]

    async def seen() -> bool:
        return len(await versions()) == 3

    assert await until(seen, 15)
    assert await versions() == [
        ("metro-default@3", False),
        ("metro-default@2", True),
        ("metro-default@1", False),
    ]
    assert (await decided(staff))["policy_version"] == "metro-default@2"
