"""Routing as a process: complaints in, decisions out; delivered again; with what it remembers."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from shared.clock import utc_now
from shared.contracts.case_events import Actor, CaseOpened, CaseReplied, ClockStatus
from shared.contracts.complaint import Complaint, ComplaintRouted
from shared.contracts.reference import PackPublished
from shared.contracts.vocabulary import (
    Category,
    Clock,
    ClockState,
    Kind,
    Language,
    Level,
    Reason,
    Severity,
    State,
)
from shared.ids import derived_id
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import System, until
from tests.connected.wire import TRACE, Heard, Wire, complaint, routing_alone

ROADS = [Topic.COMPLAINTS_NORMAL, Topic.COMPLAINTS_ABNORMAL, Topic.ENQUIRIES]
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def routing(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    async with routing_alone(database, kafka_bootstrap, tmp_path_factory.mktemp("routing")) as system:
        yield system


@pytest_asyncio.fixture(loop_scope="session")
async def wire(kafka_bootstrap: str, routing: System) -> AsyncIterator[Wire]:
    wire = Wire(kafka_bootstrap)
    yield wire
    await wire.close()


async def routed(wire: Wire, *complaints: Complaint, times: int = 1) -> list[ComplaintRouted]:
    """What was said of these, in their order; each `times` times."""
    keys = [str(c.case_id) for c in complaints]

    def enough(heard: list[Heard]) -> bool:
        return all(sum(h.key == key for h in heard) >= times for key in keys)

    heard = [h for h in await wire.hear(ROADS, enough) if h.key in keys]
    by_key = {h.key: ComplaintRouted.model_validate_json(h.body) for h in heard}
    return [by_key[key] for key in keys]


def said_of(case: Complaint) -> Callable[[list[Heard]], bool]:
    return lambda heard: any(h.key == str(case.case_id) for h in heard)


async def remembers(superuser: Connection, case: Complaint, column: str, value: object) -> bool:
    async def so() -> bool:
        row = await superuser.fetchrow("select * from routing.cases where case_id = $1", case.case_id)
        return row is not None and row[column] == value

    return await until(so, 15)


def snapshot(of: Complaint, **fields: Any) -> CaseOpened:
    base: dict[str, Any] = {
        "case_id": of.case_id,
        "number": of.number,
        "version": 1,
        "at": utc_now(),
        "by": Actor(system="routing"),
        "state": State.RECEIVED,
        "level": Level.L1,
        "kind": Kind.NORMAL,
        "reason": Reason.N0,
        "category": Category.TICKET,
        "severity": Severity.S4,
        "proposed": False,
        "uncertain": False,
        "about_staff": False,
        "channel": of.channel,
        "language": Language.ZH,
        "station": of.station,
        "received_at": of.received_at,
        "passenger_ref": of.passenger_ref,
        "policy_version": "metro-default@1",
    }
    return CaseOpened(**{**base, **fields})


async def tell(wire: Wire, event: Any) -> None:
    await wire.say(Topic.CASE_EVENTS, event, str(event.case_id), derived_id(event.case_id, event.version))


async def test_each_kind_takes_its_road_with_id_key_and_trace(wire: Wire) -> None:
    ordinary = complaint("进站闸机扣了两次钱,请退回四元。", station="人民广场", line="2")
    threat = complaint("再不退我卡里的余额,我明天就带汽油去你们客服中心,大家都别想好过。")
    praise = complaint("想表扬一下昨晚值班的姑娘,谢谢她帮我找回钱包!")
    for case in (ordinary, threat, praise):
        await wire.complain(case)
    for topic, case, kind in zip(ROADS, (ordinary, threat, praise), Kind, strict=True):
        heard = await wire.hear([topic], said_of(case))
        [said] = [h for h in heard if h.key == str(case.case_id)]
        event = ComplaintRouted.model_validate_json(said.body)
        assert (event.complaint, event.decision.kind) == (case, kind)
        assert said.id == derived_id("routed", derived_id("received", case.case_id))
        assert said.headers["ce_type"] == "psc.complaint.routed.v1"
        assert said.headers["traceparent"].split("-")[1] == TRACE.split("-")[1]
        assert "psc-again" not in said.headers
        assert any(b.evidence and b.evidence in case.text for b in event.decision.explanation)


async def test_no_words_are_kept(wire: Wire, superuser: Connection) -> None:
    case = complaint("站务员王大锤辱骂我,还推了我一把,手肘都出血了!要求赔偿三千元。", passenger_ref="p-words")
    await wire.complain(case)
    [event] = await routed(wire, case)
    quoted = [b.evidence for b in event.decision.explanation if b.start is not None]
    assert quoted
    kept = await superuser.fetchval(
        "select (select d::text from routing.decisions d where case_id = $1)"
        " || (select c::text from routing.cases c where case_id = $1)",
        case.case_id,
    )
    assert event.decision.policy_version in kept
    assert [words for words in [*quoted, "王大锤", "三千"] if words in kept] == []


async def test_a_delivery_again_brings_the_stored_decision_word_for_word(wire: Wire, superuser: Connection) -> None:
    case = complaint("司机在徐家汇站没停车,我迟到了四十分钟,被扣了两百块全勤奖。", passenger_ref="p-again")
    await wire.complain(case)
    [first] = await routed(wire, case)
    # Were it decided afresh it would name the pack that decides now.
    planted = "update routing.decisions set decision = jsonb_set(decision, '{policy_version}', $2) where case_id = $1"
    assert await superuser.execute(planted, case.case_id, '"metro-planted@9"') == "UPDATE 1"
    await wire.complain(case)
    await wire.complain(case, again=True)

    def twice(heard: list[Heard]) -> bool:
        return sum(h.key == str(case.case_id) for h in heard) >= 2

    said = [h for h in await wire.hear(ROADS, twice) if h.key == str(case.case_id)]
    assert [h.headers.get("psc-again") for h in said] == [None, "1"], "a repetition without the mark says nothing"
    assert said[0].id == said[1].id
    again = ComplaintRouted.model_validate_json(said[1].body)
    assert again.decision.policy_version == "metro-planted@9"
    assert again.decision.model_copy(update={"policy_version": "metro-default@1"}) == first.decision
    assert again.complaint == first.complaint


async def test_a_delivery_again_without_a_stored_decision_is_decided(wire: Wire, superuser: Connection) -> None:
    case = complaint("车厢里空调坏了,热得要命。")
    await wire.complain(case)
    [first] = await routed(wire, case)
    assert await superuser.execute("delete from routing.decisions where case_id = $1", case.case_id) == "DELETE 1"
    await wire.complain(case, again=True)
    [again] = await routed(wire, case, times=2)
    assert again == first
    assert await superuser.fetchval("select count(*) from routing.decisions where case_id = $1", case.case_id) == 1


async def test_complaints_at_once_of_one_passenger_see_each_other(wire: Wire) -> None:
    place = {"station": "徐家汇", "line": "1", "category": Category.TICKET}
    same = [complaint("徐家汇站充值机吞了我五十元纸币没有到账", passenger_ref="p-once", **place) for _ in range(3)]
    other = complaint("徐家汇站充值机吞了我五十元纸币没有到账", passenger_ref="p-other", **place)
    nobody = [complaint("徐家汇站充值机吞了我五十元纸币没有到账", **place) for _ in range(2)]
    for case in (*same, other, *nobody):
        await wire.complain(case)
    said = await routed(wire, *same, other, *nobody)
    firsts = [e for e in said[:3] if e.decision.reason is not Reason.A1]
    repeats = [e for e in said[:3] if e.decision.reason is Reason.A1]
    assert (len(firsts), len(repeats)) == (1, 2)
    assert {e.earlier_case for e in repeats} == {firsts[0].complaint.case_id}
    assert Reason.A1 not in {e.decision.reason for e in said[3:]}


async def test_a_complaint_that_waits_longer_than_promised_is_our_overdue_reply(
    wire: Wire, superuser: Connection
) -> None:
    first = complaint("人民广场站厕所没有水", passenger_ref="p-late", category=Category.FACILITY, station="人民广场")
    yesterday = utc_now() - timedelta(days=1)
    promise = ClockStatus(
        clock=Clock.RESOLVE,
        generation=1,
        state=ClockState.BREACHED,
        started_at=yesterday - timedelta(days=9),
        due_at=yesterday,
    )
    await tell(wire, snapshot(first, clocks=(promise,), category=Category.FACILITY))
    assert await remembers(superuser, first, "promised_at", yesterday)
    second = complaint("还是没人给我回复", passenger_ref="p-late", related_number=first.number)
    await wire.complain(second)
    [event] = await routed(wire, second)
    assert (event.decision.reason, event.decision.severity) == (Reason.N2, Severity.S3)
    assert event.earlier_case == first.case_id


async def test_after_a_final_reply_and_three_contacts_the_same_again_is_persistent(
    wire: Wire, superuser: Connection
) -> None:
    cases = [
        complaint(f"第{n}次反映同一件事,没有新的材料", passenger_ref="p-a2", category=Category.TICKET, station=f"站{n}")
        for n in range(4)
    ]
    first, *_ = cases
    await tell(wire, snapshot(first))
    final = CaseReplied(
        case_id=first.case_id,
        number=first.number,
        version=2,
        at=utc_now(),
        by=Actor(user="L4", level=Level.L4),
        state=State.CLOSED,
        level=Level.L4,
        final=True,
    )
    await tell(wire, final)
    assert await remembers(superuser, first, "final_reply", True)
    for case in cases[1:]:
        await wire.complain(case)
    await routed(wire, *cases[1:])
    last = complaint("还是同一件事,没有新的材料,恳请仍按原诉求处理", passenger_ref="p-a2", category=Category.TICKET)
    await wire.complain(last)
    [event] = await routed(wire, last)
    assert (event.decision.reason, event.decision.proposed) == (Reason.A2, True)


async def test_the_default_pack_is_published_once(wire: Wire, routing: System, superuser: Connection) -> None:
    heard = await wire.hear([Topic.REFERENCE], lambda all_: any(h.key.startswith("pack/") for h in all_))
    [said] = [h for h in heard if h.key.startswith("pack/")]
    event = PackPublished.model_validate_json(said.body)
    assert said.key == f"pack/{event.pack.id}"
    routing.kill("routing")
    await routing.start("routing")
    marker = UUID(int=7)
    await wire.raw(Topic.REFERENCE, b"{}", [("ce_id", str(marker).encode())], key=b"marker")
    after = await wire.hear([Topic.REFERENCE], lambda all_: any(h.key == "marker" for h in all_))
    assert [h.key for h in after if h.key.startswith("pack/")] == [said.key]
    kept = await superuser.fetchrow("select * from routing.packs")
    assert kept is not None
    assert (kept["published_by"], kept["effective_from"]) == ("release", event.pack.effective_from)
