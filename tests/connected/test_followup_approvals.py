"""What is above one's power, at the door: a request, its decision, and what each of them leaves behind."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from shared.clock import rfc3339, utc_now
from shared.contracts.vocabulary import Level, Severity
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.desk import Desk, running

CARE = {"type": "care", "amount_cny": 150, "note": "夜里等了两小时"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def owned(desk: Desk, by: str = "L1", **wanted: Any) -> str:
    """A case that a member of staff of a level owns and works on."""
    number = await desk.new(**wanted)
    await desk.did(number, "accept", level=by)
    await desk.did(number, "contact", {"medium": "phone"}, level=by)
    return number


def allowed(case: dict[str, Any], action: str) -> dict[str, Any]:
    return next(one for one in case["allowed_actions"] if one["action"] == action)


async def test_a_proposal_goes_up_is_approved_and_counts_from_then_on(desk: Desk) -> None:
    number = await owned(desk)
    case = await desk.did(number, "propose-resolution", {**CARE, "amount_cny": 12.5}, level="L1")
    assert case["state"] == "in_progress"
    assert allowed(case, "propose-resolution")["alone"] == {"cash_cny": 7.5, "medical_advance_cny": 0.0}

    case = await desk.did(number, "propose-resolution", CARE, level="L1")
    assert case["state"] == "awaiting_approval"
    assert len(case["resolutions"]) == 1
    asked = case["approval"]
    assert {name: asked[name] for name in ("action", "needs_level", "asked_by", "back_to", "asked")} == {
        "action": "propose-resolution",
        "needs_level": "L2",
        "asked_by": {"user": "L1", "level": "L1"},
        "back_to": "in_progress",
        "asked": {"resolution": "care", "amount_cny": 150.0, "note": "夜里等了两小时"},
    }
    clock = next(one for one in case["deadlines"] if one["clock"] == "approval")
    assert (clock["state"], clock["due_at"]) == ("running", asked["due_at"])
    assert number in {one["number"] for one in await desk.listed(state="awaiting_approval")}

    forbidden = await desk.act(number, "approve", level="L1")
    assert (forbidden.status_code, forbidden.json()["needs_level"]) == (403, "L2")
    assert forbidden.json()["why"] == "申请人不得审批自己的申请"
    case = await desk.did(number, "approve", {"note": "同意"}, level="L2")
    assert (case["state"], case["approval"]) == ("in_progress", None)
    assert [(one["amount_cny"], one["note"]) for one in case["resolutions"]] == [
        (12.5, CARE["note"]),
        (150.0, CARE["note"]),
    ]
    assert case["resolutions"][1]["by"] == {"user": "L1", "level": "L1"}
    assert case["resolutions"][1]["approved_by"] == {"user": "L2", "level": "L2"}
    assert next(one for one in case["deadlines"] if one["clock"] == "approval")["state"] == "met"
    assert allowed(case, "propose-resolution")["alone"]["cash_cny"] == 37.5
    assert (await desk.types(number))[-4:] == [
        "resolution_proposed",
        "resolution_proposed",
        "approval_requested",
        "approved",
    ]


async def test_a_refusal_says_why_and_the_work_goes_on(desk: Desk) -> None:
    number = await desk.new()
    await desk.did(number, "accept", level="L1")
    await desk.did(number, "propose-resolution", CARE, level="L1")
    assert (await desk.act(number, "refuse", {}, level="L2")).status_code == 422
    case = await desk.did(number, "refuse", {"reason": "没有凭证"}, level="L2")
    assert (case["state"], case["approval"], case["resolutions"]) == ("in_progress", None, [])
    last = (await desk.timeline(number))[-1]
    assert (last["type"], last["data"]["text"]) == ("case.refused", "没有凭证")
    assert last["data"]["action"] == "propose-resolution"


async def test_a_decision_that_is_late_is_asked_of_the_next_level_and_the_case_stays_at_its_own(desk: Desk) -> None:
    number = await owned(desk)
    case = await desk.did(number, "propose-resolution", CARE, level="L1")
    assert case["approval"]["needs_level"] == "L2"
    # As if it had been due a moment ago.
    late = rfc3339(utc_now() - timedelta(seconds=1))
    moved = "update cases set document = replace(document::text, $2, $3)::json where number = $1 returning case_id"
    (row,) = await desk.rows(moved, number, case["approval"]["due_at"], late)
    overdue = "update timers set due_at = now() where case_id = $1 and clock = 'approval' returning clock"
    assert len(await desk.rows(overdue, row["case_id"])) == 1

    async def breached() -> bool:
        return "breached" in await desk.types(number)

    assert await until(breached, 15)
    case = await desk.case(number)
    assert (case["level"], case["state"], case["approval"]["needs_level"]) == ("L1", "awaiting_approval", "L3")
    fact = next(one for one in await desk.timeline(number) if one["type"] == "case.breached")
    assert (fact["data"]["clock"], fact["data"]["needs_level"], fact["by"]) == ("approval", "L3", {"system": "clock"})
    assert [one["level"] for one in case["deadlines"][-1]["targets"]] == ["L3"]
    assert (await desk.act(number, "approve", level="L2")).json()["needs_level"] == "L3"
    assert (await desk.did(number, "approve", level="L3"))["state"] == "in_progress"
    assert not await desk.rows("select from timers where case_id = $1 and clock = 'approval'", row["case_id"])


async def test_the_checks_come_in_their_order_for_a_decision(desk: Desk) -> None:
    number = await owned(desk)
    url = f"/v1/cases/{number}/actions/refuse"

    async def answer(level: str | None, version: str | None, url: str = url) -> tuple[int, str]:
        token = desk.system.token(level) if level else None
        headers = {"If-Match": version} if version else {}
        async with desk.system.client("followup", token) as client:
            got = await client.post(url, json={"reason": ""}, headers=headers)
        return got.status_code, got.json()["type"].rsplit("/", 1)[1]

    assert await answer(None, None) == (401, "unauthenticated")
    assert await answer("L1", None, "/v1/cases/PS-0/actions/refuse") == (404, "not-found")
    assert await answer("L1", None) == (428, "if-match-required")
    assert await answer("L1", '"1"') == (409, "version-conflict")
    assert await answer("L1", '"3"') == (409, "transition-refused")
    await desk.did(number, "propose-resolution", CARE, level="L1")
    assert await answer("L1", '"5"') == (403, "forbidden")
    assert await answer("L2", '"5"') == (422, "invalid")
    assert (await desk.case(number))["version"] == 5


async def test_a_final_reply_of_a_clerk_reaches_the_passenger_once_l4_says_so(desk: Desk) -> None:
    number = await owned(desk)
    case = await desk.did(number, "reply", {"text": "终结答复,回电 13812345678", "final": True}, level="L1")
    assert case["state"] == "awaiting_approval"
    assert case["approval"]["asked"] == {"text": "终结答复,回电 [电话]"}
    assert (await desk.act(number, "approve", level="L3")).json()["needs_level"] == "L4"
    assert (await desk.act(number, "reply", {"text": "再答", "final": True}, level="L2")).status_code == 409

    async def told() -> list[dict[str, Any]]:
        messages = [json.loads(body) for _, _, body in await desk.published(Topic.PASSENGER_MESSAGES, 2, 0)]
        return [one for one in messages if one["number"] == number]

    assert await told() == []
    case = await desk.did(number, "approve", level="L4")
    assert case["state"] == "in_progress"

    async def arrived() -> bool:
        return [(one["code"], one["text"], one["final"]) for one in await told()] == [
            ("reply", "终结答复,回电 [电话]", True)
        ]

    assert await until(arrived, 15)
    assert (await desk.types(number))[-3:] == ["approval_requested", "approved", "replied"]


async def test_facts_tell_what_was_asked_and_no_words(desk: Desk) -> None:
    number = await owned(desk)
    await desk.did(number, "propose-resolution", {**CARE, "note": "秘密的理由"}, level="L1")
    await desk.did(number, "approve", {"note": "秘密的同意"}, level="L3")

    async def complete() -> bool:
        facts = [json.loads(body) for _, _, body in await desk.published(Topic.CASE_EVENTS, 2, 0)]
        mine = {one["type"].split(".")[2]: one for one in facts if one["number"] == number}
        if "approved" not in mine:
            return False
        assert (mine["approval_requested"]["needs_level"], mine["approval_requested"]["amount_cny"]) == ("L2", 150)
        assert mine["resolution_proposed"]["granted"] is False
        assert [clock["state"] for clock in mine["approved"]["clocks"]] == ["met"]
        assert not [one for one in facts if "秘密" in json.dumps(one, ensure_ascii=False)]
        return True

    assert await until(complete, 15)


async def test_a_limit_to_contact_shows_when_it_is_reviewed_and_how_long_it_is_open_to_appeal(desk: Desk) -> None:
    number = await owned(desk, "L3", severity=Severity.S2, level=Level.L3)
    body = {
        "medium": "letter",
        "contact": "客运部信访岗 13812345678",
        "warned_at": "2026-11-01T02:00:00Z",
        "reason": "反复来电",
    }
    late = await desk.act(number, "limit-contact", {**body, "warned_at": "2999-01-01T00:00:00Z"}, level="L3")
    assert [(one["pointer"], one["code"]) for one in late.json()["errors"]] == [("/warned_at", "future")]
    case = await desk.did(number, "limit-contact", body, level="L3")
    assert (case["state"], case["contact_limit"]) == ("awaiting_approval", None)
    case = await desk.did(number, "approve", level="L4")
    limit = case["contact_limit"]
    assert (limit["medium"], limit["contact"], limit["reason"]) == ("letter", "客运部信访岗 [电话]", "反复来电")
    assert limit["by"] == {"user": "L4", "level": "L4"}
    assert limit["since"] < limit["appeal_until"] < limit["review_at"]

    async def told() -> bool:
        messages = [json.loads(body) for _, _, body in await desk.published(Topic.PASSENGER_MESSAGES, 2, 0)]
        mine = [one for one in messages if one["number"] == number]
        return [(one["code"], one["medium"], one["text"], one["due_at"]) for one in mine] == [
            ("contact_limited", "letter", "客运部信访岗 [电话]", limit["appeal_until"])
        ]

    assert await until(told, 15)
    assert allowed(await desk.case(number, "L3"), "lift-limit") == {
        "action": "lift-limit",
        "allowed": True,
        "granted_by": "L4",
    }
    (listed,) = (await desk.get("/v1/contact-limits", "L1")).json()["items"]
    names = ("medium", "since", "review_at", "appeal_until")
    assert {name: listed[name] for name in names} == {name: limit[name] for name in names}
    assert (listed["number"], listed["state"]) == (number, "in_progress")
    before = (await desk.get("/v1/contact-limits", review_before=limit["review_at"])).json()
    assert before == {"items": [], "next_cursor": None}
    case = await desk.did(number, "lift-limit", {"reason": "申诉成立"}, level="L4")
    assert (await desk.get("/v1/contact-limits")).json()["items"] == []
    assert (case["state"], case["contact_limit"]) == ("in_progress", None)
