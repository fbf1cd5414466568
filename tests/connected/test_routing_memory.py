"""Two processes decide for one passenger at the same time: the second waits, and sees what the first has decided."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import services.routing
from services.routing.handlers import Complaints, on_fact
from services.routing.policy import compile_pack
from services.routing.policy.shelf import Edition, Shelf
from services.routing.rules.fingerprint import Fingerprint, Fingerprints
from services.routing.rules.pack_file import parse_pack
from shared.clock import utc_now
from shared.contracts.case_events import (
    Actor,
    CaseClosed,
    CaseEvent,
    CaseNoted,
    CaseReclassified,
    CaseReopened,
    CaseReplied,
    CaseResumed,
    ClockStatus,
)
from shared.contracts.complaint import Complaint, ComplaintReceived, ComplaintRouted
from shared.contracts.vocabulary import Category, Clock, ClockState, Kind, Level, Reason, Severity, State
from shared.errors import SlowDown
from shared.ids import derived_id, new_id
from shared.messaging.dead_letters import restore
from shared.messaging.envelope import Incoming
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.test_routing_road import snapshot
from tests.connected.wire import complaint

RECORD: Any = {"topic": "t", "partition": 0, "offset_": 0, "key": b"", "body": b"", "headers": "[]"}
FINGERPRINTS = Fingerprints(b"tests")
PLACE: dict[str, Any] = {"station": "徐家汇", "category": Category.TICKET}
TEXT = "徐家汇站充值机吞了我五十元纸币没有到账"


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    folder = Path(services.routing.__file__).parent / "packs"
    pack = parse_pack((folder / "metro-default.yaml").read_text(encoding="utf-8"))
    shelf = Shelf(pack.name)
    shelf.add(Edition(pack, compile_pack(pack), "tests", utc_now()))
    return shelf


def incoming(event: Any, id_: object) -> Incoming[Any]:
    return Incoming(event, derived_id(id_), str(id_), None, False, restore(RECORD))


def received(*complaints: Complaint) -> list[Incoming[ComplaintReceived]]:
    return [incoming(ComplaintReceived(complaint=c), c.case_id) for c in complaints]


async def decided(database: Database, case: Complaint) -> ComplaintRouted | None:
    connection = await asyncpg.connect(database.of("routing"))
    try:
        said = await connection.fetchval("select payload from outbox where key = $1", str(case.case_id))
        return ComplaintRouted.model_validate_json(said) if said else None
    finally:
        await connection.close()


async def test_a_second_process_waits_for_the_first_and_sees_its_case(database: Database, shelf: Shelf) -> None:
    first, second = (complaint(TEXT, passenger_ref="p-race", **PLACE) for _ in range(2))
    other = complaint(TEXT, passenger_ref="p-bystander", **PLACE | {"station": "漕河泾"})
    one, two, three = [await asyncpg.connect(database.of("routing")) for _ in range(3)]

    async def handle(connection: "asyncpg.Connection[asyncpg.Record]", case: Complaint) -> None:
        async with connection.transaction():
            await Complaints(shelf, FINGERPRINTS).on_received(connection, received(case))

    waiting = one.transaction()
    await waiting.start()
    await Complaints(shelf, FINGERPRINTS).on_received(one, received(first))
    racing = asyncio.create_task(handle(two, second))

    async def is_blocked() -> bool:
        waits = "select wait_event_type = 'Lock' from pg_stat_activity where pid = $1"
        return bool(await three.fetchval(waits, two.get_server_pid()))

    assert await until(is_blocked, 10), "the two did not meet"
    await asyncio.wait_for(handle(three, other), 5)
    await waiting.commit()
    await asyncio.wait_for(racing, 10)
    event = await decided(database, second)
    assert event is not None
    assert (event.decision.reason, event.earlier_case) == (Reason.A1, first.case_id)
    for connection in (one, two, three):
        await connection.close()


async def test_a_place_that_somebody_holds_for_long_delays_no_complaint_and_the_next_takes_it_along(
    database: Database, shelf: Shelf
) -> None:
    cases = [complaint(TEXT, station="曹杨路", category=Category.TICKET) for _ in range(6)]
    one, two = [await asyncpg.connect(database.of("routing")) for _ in range(2)]
    async with one.transaction():
        await Complaints(shelf, FINGERPRINTS).on_received(one, received(*cases[:4]))
        async with two.transaction():
            await asyncio.wait_for(Complaints(shelf, FINGERPRINTS).on_received(two, received(cases[4])), 5)
    alone = await decided(database, cases[4])
    assert alone is not None
    assert alone.mass_event is None, "it saw nobody"
    async with two.transaction():
        await Complaints(shelf, FINGERPRINTS).on_received(two, received(cases[5]))
    last = await decided(database, cases[5])
    assert last is not None
    assert last.mass_event is not None
    assert set(last.mass_event.cases) == {case.number for case in cases}
    for connection in (one, two):
        await connection.close()


async def test_complaints_in_one_batch_see_each_other(database: Database, shelf: Shelf) -> None:
    same = [complaint(TEXT, passenger_ref="p-batch", **PLACE) for _ in range(3)]
    nobody = [complaint(TEXT, **PLACE) for _ in range(2)]
    connection = await asyncpg.connect(database.of("routing"))
    async with connection.transaction():
        await Complaints(shelf, FINGERPRINTS).on_received(connection, received(*same, *nobody))
    await connection.close()
    said = [await decided(database, case) for case in (*same, *nobody)]
    found = [(e.decision.reason is Reason.A1, e.earlier_case) for e in said if e]
    first = same[0].case_id
    assert found == [(False, None), (True, first), (True, first), (False, None), (False, None)]


async def test_without_a_pack_nothing_is_decided_and_it_is_waited_for(database: Database) -> None:
    case = complaint(TEXT)
    connection = await asyncpg.connect(database.of("routing"))
    with pytest.raises(SlowDown, match="pack"):
        await Complaints(Shelf("metro-default"), FINGERPRINTS).on_received(connection, received(case))
    await connection.close()
    assert await decided(database, case) is None


def facts_about(case: Complaint) -> dict[str, Any]:
    return {"case_id": case.case_id, "number": case.number, "at": utc_now(), "level": Level.L1, "by": Actor(user="a")}


async def told(database: Database, *batches: Sequence[CaseEvent]) -> None:
    connection = await asyncpg.connect(database.of("routing"))
    for batch in batches:
        async with connection.transaction():
            await on_fact(connection, [incoming(fact, f"{fact.case_id}/{fact.version}") for fact in batch])
    await connection.close()


async def row_of(database: Database, case: Complaint) -> asyncpg.Record:
    connection = await asyncpg.connect(database.of("routing"))
    row = await connection.fetchrow("select * from cases where case_id = $1", case.case_id)
    await connection.close()
    assert row is not None
    return row


async def test_facts_that_come_late_or_twice_leave_a_case_as_if_they_had_come_in_time(database: Database) -> None:
    in_time, late = (complaint(TEXT, passenger_ref="p-late-fact", **PLACE) for _ in range(2))
    rows = []
    for case in (in_time, late):
        base = facts_about(case) | {"at": utc_now().replace(microsecond=0)}
        replied = CaseReplied(**base, version=2, state=State.IN_PROGRESS, final=True)
        moved = CaseReclassified(
            **base,
            version=3,
            state=State.IN_PROGRESS,
            kind=Kind.NORMAL,
            reason=Reason.N0,
            category=Category.STAFF,
            severity=Severity.S3,
            about_staff=True,
            proposed=False,
            uncertain=False,
        )
        promise = ClockStatus(
            clock=Clock.RESOLVE, generation=1, state=ClockState.RUNNING, started_at=base["at"], due_at=base["at"]
        )
        resumed = CaseResumed(**base, version=4, state=State.IN_PROGRESS, cause="asked", clocks=(promise,))
        asked = base | {"by": Actor(system="passenger")}
        noted = CaseNoted(**asked, version=5, state=State.IN_PROGRESS, cause="passenger_reopen")
        closed = CaseClosed(**base, version=6, state=State.CLOSED)
        opened = snapshot(case)
        if case is in_time:
            await told(database, [opened, replied, moved, resumed, noted, closed])
        else:
            await told(database, [opened, closed], [noted, replied], [resumed], [moved], [noted, replied, opened])
        found = dict(await row_of(database, case))
        assert (found["version"], found["state"], found["category"]) == (6, "closed", "STAFF")
        assert (found["answered"], found["final_reply"], len(found["again_at"])) == (True, True, 1)
        assert found["promised_at"] == base["at"]
        rows.append(
            {name: found[name] for name in ("state", "category", "answered", "final_reply", "classified_version")}
        )
    assert rows[0] == rows[1]


async def test_a_reply_before_the_case_was_taken_up_again_answers_nothing(database: Database) -> None:
    case = complaint(TEXT, passenger_ref="p-reopened", **PLACE)
    base = facts_about(case)
    final = CaseReplied(**base, version=2, state=State.IN_PROGRESS, final=True)
    reopened = CaseReopened(**base, version=5, state=State.IN_PROGRESS, from_level=Level.L1, reopened=1)
    await told(database, [snapshot(case)], [reopened], [final])
    row = await row_of(database, case)
    assert (row["answered"], row["final_reply"]) == (False, False)


async def test_a_child_is_no_contact_of_its_passenger(database: Database) -> None:
    case = complaint(TEXT, passenger_ref="p-child", **PLACE)
    child = snapshot(case).model_copy(update={"case_id": new_id(), "parent": case.number, "number": f"{case.number}-1"})
    noted = CaseNoted(**{**facts_about(case), "case_id": child.case_id}, version=2, state=State.IN_PROGRESS)
    await told(database, [snapshot(case), child], [noted])
    connection = await asyncpg.connect(database.of("routing"))
    rows = await connection.fetch("select case_id from cases where passenger_ref = 'p-child'")
    await connection.close()
    assert [row["case_id"] for row in rows] == [case.case_id]


async def test_what_a_later_version_says_of_a_case_is_read_by_what_all_facts_tell(database: Database) -> None:
    case = complaint(TEXT, passenger_ref="p-stranger", **PLACE)
    unknown = CaseEvent(type="psc.case.archived.v1", **facts_about(case), version=2, state=State.CLOSED)
    await told(database, [snapshot(case)], [unknown])
    assert (await row_of(database, case))["state"] == "closed"


async def test_when_the_earlier_case_has_closed_meanwhile_nothing_is_repeated(database: Database, shelf: Shelf) -> None:
    first, second, third = (complaint(TEXT, passenger_ref="p-closing", **PLACE) for _ in range(3))
    connection = await asyncpg.connect(database.of("routing"))

    async def decide(case: Complaint) -> ComplaintRouted:
        async with connection.transaction():
            await Complaints(shelf, FINGERPRINTS).on_received(connection, received(case))
        event = await decided(database, case)
        assert event is not None
        return event

    await decide(first)
    assert (await decide(second)).earlier_case == first.case_id
    closed = [CaseClosed(**facts_about(c), version=2, state=State.CLOSED) for c in (first, second)]
    await told(database, [snapshot(first), snapshot(second), *closed])
    event = await decide(third)
    await connection.close()
    assert (event.decision.reason is Reason.A1, event.earlier_case) == (False, None)


async def test_no_words_are_kept_and_the_same_words_are_kept_differently_under_another_key(
    database: Database, shelf: Shelf
) -> None:
    one, other = (complaint(TEXT, passenger_ref=f"p-words-{n}", **PLACE) for n in range(2))
    connection = await asyncpg.connect(database.of("routing"))
    for case, fingerprints in ((one, FINGERPRINTS), (other, Fingerprints(b"another"))):
        async with connection.transaction():
            await Complaints(shelf, fingerprints).on_received(connection, received(case))
    await connection.close()
    kept = [(await row_of(database, case))["sketch"] for case in (one, other)]
    assert kept[0] == FINGERPRINTS.of(TEXT, one.received_at).encode()
    hashes = [set(Fingerprint.decode(sketch).sketch) for sketch in kept]
    assert hashes[0].isdisjoint(hashes[1])
    assert not any(word.encode() in kept[0] for word in ("充值", "纸币"))


async def test_a_mass_event_is_told_again_as_it_was_told(database: Database, shelf: Shelf) -> None:
    cases = [complaint(TEXT, station="静安寺", category=Category.TICKET) for _ in range(6)]
    connection = await asyncpg.connect(database.of("routing"))
    for batch in (cases[:3], cases[3:5], cases[5:]):
        async with connection.transaction():
            await Complaints(shelf, FINGERPRINTS).on_received(connection, received(*batch))
    before = [await decided(database, case) for case in cases]
    again = [replace(one, again=True) for one in received(*cases)]
    async with connection.transaction():
        await connection.execute("delete from outbox")
        await Complaints(shelf, FINGERPRINTS).on_received(connection, again)
    after = [await decided(database, case) for case in cases]
    await connection.close()
    told_of = [event.mass_event for event in before if event]
    assert told_of[:4] == [None] * 4
    assert told_of[4] is not None
    assert told_of[4].cases == tuple(case.number for case in cases[:5])
    assert [event.mass_event for event in after if event][4:] == told_of[4:]
