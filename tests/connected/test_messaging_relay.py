"""What the relay guarantees: everything that was committed, in the order of its key, whatever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from shared.messaging import outbox
from shared.messaging.dead_letters import queries as messaging
from shared.messaging.outbox import SHARDS, Outgoing
from shared.messaging.relay import Relay
from shared.messaging.topics import Topic
from shared.metrics import RELAYED
from shared.storage.pool import Pool, open_pool
from tests.backends.databases import Database
from tests.backends.kinds import KafkaServer
from tests.backends.system import until
from tests.connected.taking import TOPIC, answered
from tests.connected.wire import TRACE, Heard, Wire


@pytest_asyncio.fixture(loop_scope="session")
async def wire(kafka_bootstrap: str) -> AsyncIterator[Wire]:
    wire = Wire(kafka_bootstrap)
    yield wire
    await wire.close()


@pytest_asyncio.fixture(loop_scope="session")
async def pool(database: Database) -> AsyncIterator[Pool]:
    opened = await open_pool(database.of("routing"), name="tests", size=6)
    await opened.execute("truncate outbox")
    yield opened
    opened.terminate()


@asynccontextmanager
async def relaying(name: str, dsn: str, bootstrap: str, size: int = 50) -> AsyncIterator[Relay]:
    """A relay with a pool of its own, as another process would have."""
    pool = await open_pool(dsn, name=name, size=2)
    relay = Relay(name, pool, dsn, bootstrap, size=size)
    running = asyncio.create_task(relay.run())
    try:
        yield relay
    finally:
        running.cancel()
        ended, _ = await asyncio.wait({running}, timeout=10)
        pool.terminate()
        assert ended, f"{name} does not end when it is told to"


async def write(pool: Pool, keys: list[str], rounds: int) -> dict[str, list[UUID]]:
    """Several writers at once, each with its keys, one transaction per round; the ids by key, in order."""
    said: dict[str, list[UUID]] = {key: [] for key in keys}

    async def writer(mine: list[str]) -> None:
        for _ in range(rounds):
            fresh = [(key, uuid4()) for key in mine]
            async with pool.acquire() as connection, connection.transaction():
                await outbox.add(connection, [Outgoing(TOPIC, key, id_, answered(), TRACE) for key, id_ in fresh])
            for key, id_ in fresh:
                said[key].append(id_)

    await asyncio.gather(*(writer(keys[n::4]) for n in range(4)))
    return said


async def arrived(wire: Wire, said: dict[str, list[UUID]], seconds: float = 40) -> list[Heard]:
    """What lies on the topic of these keys, once all of it does."""
    wanted = {id_ for ids in said.values() for id_ in ids}
    heard = await wire.hear([TOPIC], lambda all_: wanted <= {h.id for h in all_ if h.key in said}, seconds)
    return [h for h in heard if h.key in said]


def in_order(heard: list[Heard], said: dict[str, list[UUID]]) -> bool:
    """Whether each key's events first appear in the order in which they were said; inboxes drop the repetitions."""
    seen: dict[str, list[UUID]] = {key: [] for key in said}
    for h in heard:
        if h.id not in seen[h.key]:
            seen[h.key].append(h.id)
    return seen == said


async def empty(pool: Pool) -> bool:
    return bool(await pool.fetchval("select not exists (select from outbox)"))


def relayed(name: str) -> float:
    return float(RELAYED.labels(name)._value.get())


async def held(pool: Pool) -> dict[int, int]:
    """How many shards each backend holds, by its process."""
    shards = "select pid, count(*) n from pg_locks where locktype = 'advisory' and granted group by 1"
    return {row["pid"]: row["n"] for row in await pool.fetch(shards)}


async def holds(pool: Pool, shards: int) -> bool:
    return shards in (await held(pool)).values()


@asynccontextmanager
async def half_taken(dsn: str) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    """Shards 7 and up are held by a connection, until it lets them go."""
    holder = await asyncpg.connect(dsn)
    for n in range(7, SHARDS):
        assert await messaging.try_shard(holder, shard=n)
    try:
        yield holder
    finally:
        await holder.close()


async def test_two_relays_share_the_shards_and_keep_each_keys_order(
    database: Database, kafka_bootstrap: str, pool: Pool, wire: Wire
) -> None:
    dsn = database.of("routing")
    async with half_taken(dsn) as rest, relaying("one", dsn, kafka_bootstrap, 7):
        assert await until(lambda: holds(pool, 7), 10)
        await rest.execute("select pg_advisory_unlock(hashtext('relay.' || current_schema()), 7)")
        # From the moment it has the eighth it does not look for more in the next two seconds.
        assert await until(lambda: holds(pool, 8), 10)
        await rest.close()
        async with relaying("other", dsn, kafka_bootstrap, 7):
            said = await write(pool, [uuid4().hex for _ in range(40)], 25)
            heard = await arrived(wire, said)
            assert await until(lambda: empty(pool), 10)
    assert in_order(heard, said)
    assert {h.headers["ce_source"] for h in heard} == {"/psc/one", "/psc/other"}
    assert relayed("one") + relayed("other") == 1000 == len(heard)
    assert {h.headers["traceparent"] for h in heard} == {TRACE}


async def test_when_the_connection_that_holds_the_shards_is_killed_order_is_kept(
    database: Database, kafka_bootstrap: str, pool: Pool, wire: Wire, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    dsn = database.of("routing")
    keys = [uuid4().hex for _ in range(20)]
    async with relaying("first", dsn, kafka_bootstrap, 10):
        assert await until(lambda: holds(pool, SHARDS), 10)
        [before] = await held(pool)
        async with relaying("second", dsn, kafka_bootstrap, 10):
            writing = asyncio.create_task(write(pool, keys, 25))
            assert await until(lambda: _relayed("first"), 10)
            assert await superuser.fetchval("select pg_terminate_backend($1)", before)
            said = await writing
            heard = await arrived(wire, said)
            assert in_order(heard, said)
            assert await until(lambda: empty(pool), 10)
            assert before not in await held(pool), "the fault did not fire"


async def test_when_a_relay_ends_in_the_middle_another_takes_over_in_order(
    database: Database, kafka_bootstrap: str, pool: Pool, wire: Wire
) -> None:
    dsn, keys = database.of("routing"), [uuid4().hex for _ in range(20)]
    async with AsyncExitStack() as both:
        async with relaying("ends", dsn, kafka_bootstrap, 10):
            assert await until(lambda: holds(pool, SHARDS), 10)
            await both.enter_async_context(relaying("follows", dsn, kafka_bootstrap, 10))
            writing = asyncio.create_task(write(pool, keys, 25))
            assert await until(lambda: _relayed("ends"), 10)
        said = await writing
        heard = await arrived(wire, said)
        assert await until(lambda: empty(pool), 10)
    assert in_order(heard, said)
    assert relayed("follows") > 0, "nobody took over"


@pytest.mark.parametrize("turns", range(6))
async def test_a_relay_that_was_just_woken_ends_when_it_is_told_to(
    database: Database, kafka_bootstrap: str, pool: Pool, turns: int
) -> None:
    async with relaying("told", database.of("routing"), kafka_bootstrap) as relay:
        assert await until(lambda: holds(pool, SHARDS), 10)
        await asyncio.sleep(0.05)
        relay.wake()
        # Its wait ends within so many turns of the loop: the cancellation must not get lost in any of them.
        for _ in range(turns):
            await asyncio.sleep(0)


async def _relayed(name: str) -> bool:
    return relayed(name) > 0


async def test_what_was_sent_but_not_deleted_goes_out_again_with_the_same_id_and_order(
    database: Database, kafka_bootstrap: str, pool: Pool, wire: Wire
) -> None:
    await pool.execute(
        "create table failures (n int); insert into failures values (2);"
        "create function fails() returns trigger language plpgsql as $$ begin"
        "  if (select n from failures) > 0 then raise exception 'planted'; end if; return old; end $$;"
        "create trigger fails before delete on outbox for each row execute function fails()"
    )
    said = await write(pool, [uuid4().hex for _ in range(5)], 10)
    async with relaying("stumbling", database.of("routing"), kafka_bootstrap):
        await wire.hear([TOPIC], lambda all_: sum(h.key in said for h in all_) > 50, 40)
        assert not await empty(pool)
        await pool.execute("update failures set n = 0")
        assert await until(lambda: empty(pool), 15)
    await pool.execute("drop trigger fails on outbox; drop function fails; drop table failures")
    heard = await arrived(wire, said)
    assert len(heard) > 50, "the fault did not fire"
    assert in_order(heard, said)


async def test_a_relay_survives_a_killed_broker_and_loses_nothing(
    database: Database, kafka_server: KafkaServer, pool: Pool, wire: Wire
) -> None:
    keys = [uuid4().hex for _ in range(20)]
    async with relaying("patient", database.of("routing"), kafka_server.bootstrap, 5):
        writing = asyncio.create_task(write(pool, keys, 25))
        assert await until(lambda: _relayed("patient"), 10)
        await kafka_server.kill()
        said = await writing
        sent = relayed("patient")
        assert sent < 500, "everything was sent before the broker died"
        await asyncio.sleep(1)
        assert relayed("patient") == sent, "the broker was not away"
        await kafka_server.start()
        heard = await arrived(wire, said)
        assert in_order(heard, said)
        assert await until(lambda: empty(pool), 20)


async def test_a_relay_starts_without_a_broker(
    database: Database, kafka_server: KafkaServer, pool: Pool, wire: Wire
) -> None:
    await kafka_server.kill()
    said = await write(pool, [uuid4().hex], 3)
    async with relaying("early", database.of("routing"), kafka_server.bootstrap):
        await asyncio.sleep(1)
        assert not await empty(pool)
        await kafka_server.start()
        assert in_order(await arrived(wire, said), said)


async def test_a_relay_survives_the_database_dropping_all_its_connections(
    database: Database, kafka_bootstrap: str, pool: Pool, wire: Wire, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with relaying("dropped", database.of("routing"), kafka_bootstrap):
        said = await write(pool, [uuid4().hex], 3)
        await arrived(wire, said)
        dropped = await superuser.fetch(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = 'psc_routing' and application_name <> 'tests'"
        )
        assert len(dropped) >= 2
        after = await write(pool, list(said), 3)
        heard = await arrived(wire, after)
        both = {key: ids + after[key] for key, ids in said.items()}
        assert in_order(heard, both)


async def test_the_largest_event_passes_and_a_larger_one_fails_before_its_commit(
    database: Database, kafka_bootstrap: str, pool: Pool, wire: Wire
) -> None:
    key = uuid4().hex
    fits, too_large = (answered(number="x" * n) for n in (999_800, 1_000_000))
    async with relaying("large", database.of("routing"), kafka_bootstrap):
        async with pool.acquire() as connection, connection.transaction():
            await outbox.add(connection, [Outgoing(TOPIC, key, id_ := uuid4(), fits)])
        with pytest.raises(asyncpg.CheckViolationError):
            async with pool.acquire() as connection, connection.transaction():
                await outbox.add(connection, [Outgoing(Topic.CASE_EVENTS, key, uuid4(), too_large)])
        [heard] = await arrived(wire, {key: [id_]})
        assert len(heard.body) > 999_000
