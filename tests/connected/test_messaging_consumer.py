"""What the consumer guarantees: once, in order, one by one when a batch fails, patient with what passes by itself."""

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from shared.clock import utc_now
from shared.contracts.passenger import PassengerReopened
from shared.errors import Park, SlowDown
from shared.ids import new_id
from shared.metrics import REPEATED
from shared.storage.pool import Connection
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.taking import TOPIC, Batch, Place, answered, place, say, taking
from tests.connected.wire import Wire


@pytest_asyncio.fixture(loop_scope="session")
async def wire(kafka_bootstrap: str) -> AsyncIterator[Wire]:
    wire = Wire(kafka_bootstrap)
    yield wire
    await wire.close()


@pytest_asyncio.fixture(loop_scope="session")
async def here(database: Database, kafka_bootstrap: str) -> AsyncIterator[Place]:
    async with place(database.of("routing"), kafka_bootstrap) as empty:
        yield empty


def repeated() -> float:
    return float(REPEATED.labels("routing")._value.get())


async def test_an_event_delivered_often_takes_effect_once(here: Place, wire: Wire) -> None:
    before = repeated()
    event, id_ = answered(), uuid4()
    for _ in range(3):
        await say(wire, event, id_)
    async with taking(here) as first:
        assert await first.took([id_])
        await say(wire, event, id_)
        last = await say(wire, answered(event.case_id))
        assert await first.took([last])
        assert (await first.effects(str(event.case_id))) == [id_, last]
    assert repeated() - before == 3, "the deliveries were not repeated"


async def test_a_group_that_starts_from_the_beginning_again_repeats_nothing(here: Place, wire: Wire) -> None:
    ids = [await say(wire, answered()) for _ in range(50)]
    async with taking(here) as first:
        assert await first.took(ids)
        had = await first.effects()
    before = repeated()
    marker = await say(wire, answered())
    async with taking(here) as second:
        assert await second.took([marker])
        assert await until(lambda: _repeated_by(before + len(ids)), 10), "nothing was delivered again"
        assert await second.effects() == [*had, marker]


async def _repeated_by(count: float) -> bool:
    return repeated() >= count


async def test_events_of_several_types_take_effect_in_the_order_of_their_case(here: Place, wire: Wire) -> None:
    case_id = new_id()
    ids = []
    for n in range(20):
        reopened = PassengerReopened(case_id=case_id, number="PS-1", at=utc_now())
        ids.append(await say(wire, reopened if n % 2 else answered(case_id)))
    async with taking(here) as group:
        assert await group.took(ids)
        assert await group.effects(str(case_id)) == ids
        assert max(group.batches) > 1, "nothing came in batches"


async def test_a_type_that_nobody_handles_is_passed_over(here: Place, wire: Wire) -> None:
    unknown, event_id = answered().model_dump_json().encode(), uuid4()
    headers = [("ce_specversion", b"1.0"), ("ce_id", str(uuid4()).encode()), ("ce_type", b"psc.passenger.sang.v1")]
    await wire.raw(TOPIC, unknown, headers)
    await say(wire, answered(), event_id)
    async with taking(here) as group:
        assert await group.took([event_id])
        assert await group.parked(0) == []


class Stumbles:
    """Work that fails at events with a number of "bad", with what `errors` gives, one after the other."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.fell = 0

    async def __call__(self, tx: Connection, batch: Batch) -> None:
        if self.errors and any(incoming.event.number == "bad" for incoming in batch):
            self.fell += 1
            raise self.errors.pop(0) if len(self.errors) > 1 else self.errors[0]


@pytest.mark.parametrize(
    ("error", "reason", "falls"), [(Park("no-such-thing", "why"), "no-such-thing", 2), (KeyError("a bug"), "failed", 4)]
)
async def test_a_batch_that_fails_is_taken_one_by_one_and_only_the_culprit_is_parked(
    here: Place, wire: Wire, error: Exception, reason: str, falls: int
) -> None:
    case_id = new_id()
    before = [await say(wire, answered(case_id)) for _ in range(10)]
    bad = await say(wire, answered(case_id, "bad"))
    after = [await say(wire, answered(case_id)) for _ in range(10)]
    work = Stumbles(error)
    async with taking(here, work=work) as group:
        assert await group.took([*before, *after])
        [row] = await group.parked(1)
        assert await group.effects(str(case_id)) == [*before, *after]
    assert (row["reason"], work.fell) == (reason, falls)
    assert max(group.batches) > 1, "there was no batch to fail"
    assert group.batches.count(1) >= 20
    assert await _claimed(here.dsn, bad) == 0, "what is parked must not count as taken"


async def _claimed(dsn: str, id_: object) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        return int(await connection.fetchval("select count(*) from inbox where event_id = $1", id_))
    finally:
        await connection.close()


async def test_a_value_that_the_database_client_refuses_is_parked_and_not_waited_for(here: Place, wire: Wire) -> None:
    async def too_big(tx: Connection, batch: Batch) -> None:
        if any(incoming.event.number == "bad" for incoming in batch):
            await tx.fetchval("select $1::integer", 2**40)

    await say(wire, answered(number="bad"))
    good = await say(wire, answered())
    async with taking(here, work=too_big) as group:
        assert await group.took([good])
        [row] = await group.parked(1)
        assert (row["reason"], row["detail"]) == ("failed", "DataError")


async def test_what_passes_by_itself_is_waited_for_and_nothing_is_parked(here: Place, wire: Wire) -> None:
    ids = [await say(wire, answered()) for _ in range(5)] + [await say(wire, answered(number="bad"))]
    work = Patience(2)
    async with taking(here, work=work) as group:
        assert await until(lambda: _slowed(group.consumer.slowed_by), 10), "the fault did not fire"
        assert await group.took(ids)
        assert await group.parked(0) == []
        assert await until(lambda: _slowed(group.consumer.slowed_by is None), 5)
        assert len(await group.effects()) == len(ids)
    assert work.left == 0


async def _slowed(is_so: object) -> bool:
    return bool(is_so)


class Patience:
    """Work that has to wait some times for events with a number of "bad"."""

    def __init__(self, times: int) -> None:
        self.left = times

    async def __call__(self, tx: Connection, batch: Batch) -> None:
        if self.left and any(incoming.event.number == "bad" for incoming in batch):
            self.left -= 1
            raise SlowDown("not yet")


async def test_a_connection_killed_in_the_middle_undoes_all_and_all_is_done_again(
    here: Place, database: Database, wire: Wire
) -> None:
    killed: list[int] = []

    async def is_killed(tx: Connection, batch: Batch) -> None:
        if not killed:
            killed.append(await tx.fetchval("select pg_backend_pid()"))
            superuser = await asyncpg.connect(database.dsn)
            assert await superuser.fetchval("select pg_terminate_backend($1)", killed[0])
            await superuser.close()
            await tx.fetchval("select 1")

    ids = [await say(wire, answered()) for _ in range(20)]
    async with taking(here, work=is_killed) as group:
        assert await group.took(ids)
        assert sorted(await group.effects()) == sorted(ids)
        assert await group.parked(0) == []
    assert killed, "the fault did not fire"


async def test_two_members_share_the_work_and_do_nothing_twice(here: Place, wire: Wire) -> None:
    async with taking(here) as one, taking(here, group=one.group.name) as other:
        ids = [await say(wire, answered()) for _ in range(200)]
        assert await one.took(ids)
        assert sorted(i for i in await one.effects() if i in set(ids)) == sorted(ids)
        assert one.batches
        assert other.batches
