"""Two processes decide for one passenger at the same time: the second waits, and sees what the first has decided."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import services.routing
from services.routing.handlers import Cases, Complaints
from services.routing.policy import compile_pack
from services.routing.policy.shelf import Edition, Shelf
from services.routing.rules.pack_file import parse_pack
from shared.clock import utc_now
from shared.contracts.case_events import Actor, CaseClosed, CaseReclassified, CaseReplied
from shared.contracts.complaint import Complaint, ComplaintReceived, ComplaintRouted
from shared.contracts.vocabulary import Category, Kind, Level, Reason, Severity, State
from shared.errors import SlowDown
from shared.ids import derived_id
from shared.messaging.dead_letters import restore
from shared.messaging.envelope import Incoming
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.test_routing_road import snapshot
from tests.connected.wire import complaint

RECORD: Any = {"topic": "t", "partition": 0, "offset_": 0, "key": b"", "body": b"", "headers": "[]"}
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
    other = complaint(TEXT, passenger_ref="p-bystander", **PLACE)
    one, two, three = [await asyncpg.connect(database.of("routing")) for _ in range(3)]

    async def handle(connection: "asyncpg.Connection[asyncpg.Record]", case: Complaint) -> None:
        async with connection.transaction():
            await Complaints(shelf).on_received(connection, received(case))

    waiting = one.transaction()
    await waiting.start()
    await Complaints(shelf).on_received(one, received(first))
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


async def test_complaints_in_one_batch_see_each_other(database: Database, shelf: Shelf) -> None:
    same = [complaint(TEXT, passenger_ref="p-batch", **PLACE) for _ in range(3)]
    nobody = [complaint(TEXT, **PLACE) for _ in range(2)]
    connection = await asyncpg.connect(database.of("routing"))
    async with connection.transaction():
        await Complaints(shelf).on_received(connection, received(*same, *nobody))
    await connection.close()
    said = [await decided(database, case) for case in (*same, *nobody)]
    found = [(e.decision.reason is Reason.A1, e.earlier_case) for e in said if e]
    first = same[0].case_id
    assert found == [(False, None), (True, first), (True, first), (False, None), (False, None)]


async def test_without_a_pack_nothing_is_decided_and_it_is_waited_for(database: Database) -> None:
    case = complaint(TEXT)
    connection = await asyncpg.connect(database.of("routing"))
    with pytest.raises(SlowDown, match="pack"):
        await Complaints(Shelf("metro-default")).on_received(connection, received(case))
    await connection.close()
    assert await decided(database, case) is None


async def test_a_fact_that_comes_late_no_longer_changes_how_a_case_stands(database: Database) -> None:
    case = complaint(TEXT, passenger_ref="p-late-fact", **PLACE)
    base: dict[str, Any] = {"case_id": case.case_id, "number": case.number, "at": utc_now(), "level": Level.L1}
    base |= {"by": Actor(user="a")}
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
    closed = CaseClosed(**base, version=4, state=State.CLOSED)
    connection = await asyncpg.connect(database.of("routing"))
    for batch in ([snapshot(case), closed], [replied], [moved], [snapshot(case)]):
        async with connection.transaction():
            await Cases().on_fact(connection, [incoming(fact, fact.version) for fact in batch])
    row = await connection.fetchrow("select * from cases where case_id = $1", case.case_id)
    await connection.close()
    assert row is not None
    assert (row["version"], row["state"], row["category"]) == (4, "closed", "TICKET")
    assert (row["answered"], row["final_reply"]) == (False, True), "a final reply stays one however late it is known"
