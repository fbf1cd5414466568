"""Children: opened in the transaction that opens, confirms or splits their parent, each a case of its own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from shared.contracts.decision import ChildDecision
from shared.contracts.vocabulary import Category, Kind, Level, Reason, Severity
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.desk import Desk, routed, running

LOOSE = ChildDecision(reason=Reason.N0, category=Category.SAFETY, severity=Severity.S3, evidence="扶梯踏板松动")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def test_a_friendly_text_with_a_defect_opens_a_child_once(desk: Desk) -> None:
    event = routed(kind=Kind.NON_COMPLAINT, reason=Reason.Z1, category=Category.PRAISE, children=(LOOSE,))
    (number,) = await desk.route(event, trace=TRACE)
    parent, child = await desk.case(number), await desk.case(f"{number}-1")
    assert parent["children"] == [child["number"]]
    assert (child["parent"], child["text"], child["severity"], child["kind"]) == (
        number,
        "扶梯踏板松动",
        "S3",
        "normal",
    )
    assert child["trace_id"] not in (None, parent["trace_id"])
    started = {one["clock"]: one["started_at"] for one in child["deadlines"]}
    assert started == {one["clock"]: one["started_at"] for one in parent["deadlines"]}
    await desk.route(event)
    await desk.new()
    assert await desk.value("select count(*) from cases where number like $1", f"{number}%") == 2
    assert await desk.value("select count(*) from timers where case_id = $1::uuid", child["case_id"]) == 3


async def test_those_of_a_proposal_wait_for_its_confirmation(desk: Desk) -> None:
    proposal: dict[str, Any] = {"kind": Kind.ABNORMAL, "reason": Reason.A5, "proposed": True, "level": Level.L4}
    confirmed, overturned = await desk.route(
        routed(**proposal, children=(LOOSE,)), routed(**proposal, children=(LOOSE,))
    )
    assert (await desk.case(confirmed))["children"] == []
    await desk.did(confirmed, "confirm-abnormal", {"note": "查实"})
    assert (await desk.case(confirmed))["children"] == [f"{confirmed}-1"]
    assert (await desk.case(f"{confirmed}-1"))["text"] == "扶梯踏板松动"
    await desk.did(overturned, "overturn-abnormal", {"note": "不成立"})
    assert (await desk.case(overturned))["children"] == []
    assert (await desk.get(f"/v1/cases/{overturned}-1")).status_code == 404


async def test_staff_take_a_matter_out_of_a_case(desk: Desk) -> None:
    number = await desk.new()
    wrong = await desk.act(number, "split", {"text": "x", "reason": "A4"})
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "not_normal")
    for place in (1, 2):
        case = await desk.did(number, "split", {"text": f"另一件事 {place}", "category": "ENV", "severity": "S3"})
        assert case["children"][-1] == f"{number}-{place}"
    child = await desk.case(f"{number}-2")
    assert (child["category"], child["severity"], child["text"], child["state"]) == (
        "ENV",
        "S3",
        "另一件事 2",
        "received",
    )
    assert child["received_at"] > (await desk.case(number))["received_at"]
    assert (await desk.timeline(number))[-1]["data"]["child"] == child["number"]

    async def told() -> bool:
        return bool(await desk.value("select count(*) from outbox") == 0)

    assert await until(told, 15)
