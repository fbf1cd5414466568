"""The bare minimum of the road: the same steps with the same durability, and nothing else.

Four processes; group commit at the door; outbox, relay, inbox; batches by unnest; no validation, rules, clocks or
traces, no framework. What psc reaches as a share of this is what its features cost.
`python -m tests.bench.bare ROLE` with BARE_DSN, BARE_KAFKA, BARE_PORT.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from shared.ids import derived_id, new_id

ROADS = {
    "routing": ("bare-received", "bare-routed"),
    "followup": ("bare-routed", "bare-cases"),
    "reporting": ("bare-cases", ""),
}
TOPICS = ("bare-received", "bare-routed", "bare-cases")
SCHEMA = """
create schema if not exists bare_{role};
set search_path = bare_{role};
create table state (id uuid primary key, number text, body bytea, at timestamptz not null default clock_timestamp());
create table keys (key text primary key, id uuid);
create table inbox (id uuid primary key);
create table outbox (n bigint generated always as identity primary key, key text, payload bytea);
create sequence numbers;
"""
ACCEPT = """
with new as (
  insert into keys (key, id) select * from unnest($1::text[], $2::uuid[]) on conflict do nothing returning key, id
), given as (
  select new.id, d.body from new join unnest($1::text[], $3::bytea[]) d(key, body) using (key)
), stored as (
  insert into state (id, number, body) select id, 'PS-' || nextval('numbers'), body from given returning id, number
), said as (
  insert into outbox (key, payload) select id::text, body from given
) select id, number from stored
"""
TAKE = """
with new as (insert into inbox (id) select unnest($1::uuid[]) on conflict do nothing returning id),
given as (select d.* from unnest($1::uuid[], $2::uuid[], $3::bytea[]) d(event, id, body) join new on new.id = d.event),
stored as (insert into state (id, body) select id, body from given on conflict do nothing)
insert into outbox (key, payload) select id::text, body from given where $4
"""
Pool = Any


class Door(asyncio.Protocol):
    """HTTP/1.1, as much of it as the load sends."""

    def __init__(self, waiting: list[Any], wake: asyncio.Event) -> None:
        self._waiting, self._wake, self._buffer = waiting, wake, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lines = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
        if len(rest) < int(lines[b"Content-Length"]):
            return
        self._buffer = b""
        self._waiting.append((lines[b"Idempotency-Key"].decode(), new_id(), rest, self._transport))
        self._wake.set()


async def accept(pool: Pool, waiting: list[Any], wake: asyncio.Event, relay: asyncio.Event) -> None:
    while True:
        await wake.wait()
        wake.clear()
        batch, waiting[:] = waiting[:500], waiting[500:]
        if not batch:
            continue
        keys, ids, bodies, _ = zip(*batch, strict=True)
        numbers = {row["id"]: row["number"] for row in await pool.fetch(ACCEPT, keys, ids, bodies)}
        relay.set()
        for _, id_, _, transport in batch:
            body = json.dumps({"case_id": str(id_), "number": numbers[id_]}).encode()
            transport.write(b"HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        if waiting:
            wake.set()


async def send(pool: Pool, bootstrap: str, topic: str, woken: asyncio.Event) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True, max_batch_size=131072)
    await producer.start()
    while True:
        rows = await pool.fetch("select n, key, payload from outbox order by n limit 500")
        if not rows:
            try:
                await asyncio.wait_for(woken.wait(), 0.2)
            except TimeoutError:
                continue
            finally:
                woken.clear()
            continue
        sent = [await producer.send(topic, row["payload"], key=row["key"].encode()) for row in rows]
        await asyncio.gather(*sent)
        await pool.execute("delete from outbox where n = any($1::bigint[])", [row["n"] for row in rows])


async def take(pool: Pool, bootstrap: str, role: str, says: bool, relay: asyncio.Event) -> None:
    consumer = AIOKafkaConsumer(
        ROADS[role][0],
        bootstrap_servers=bootstrap,
        group_id=f"bare-{role}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        partition_assignment_strategy=[StickyPartitionAssignor],
    )
    await consumer.start()
    while True:
        got: dict[TopicPartition, Sequence[Any]] = await consumer.getmany(timeout_ms=500, max_records=500)
        records = [record for some in got.values() for record in some]
        if not records:
            continue
        ids = [UUID(record.key.decode()) for record in records]
        events = [derived_id(role, id_) for id_ in ids]
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(TAKE, events, ids, [record.value for record in records], says)
        relay.set()
        await consumer.commit()


async def main(role: str) -> None:
    dsn, bootstrap = os.environ["BARE_DSN"], os.environ["BARE_KAFKA"]
    connection = await asyncpg.connect(dsn)
    await connection.execute(SCHEMA.format(role=role))
    await connection.close()
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=4, server_settings={"search_path": f"bare_{role}"})
    relay = asyncio.Event()
    if role == "intake":
        waiting: list[Any] = []
        wake = asyncio.Event()
        await asyncio.get_running_loop().create_server(
            lambda: Door(waiting, wake), "127.0.0.1", int(os.environ["BARE_PORT"])
        )
        await asyncio.gather(accept(pool, waiting, wake, relay), send(pool, bootstrap, "bare-received", relay))
    else:
        out = ROADS[role][1]
        jobs = [take(pool, bootstrap, role, bool(out), relay)]
        await asyncio.gather(*jobs, *([send(pool, bootstrap, out, relay)] if out else []))


if __name__ == "__main__":
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    uvloop.run(main(sys.argv[1]))
