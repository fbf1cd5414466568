"""followup on its own: what routing and intake would send comes over the real broker, and staff knock at its doors."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.routing.rules.pack_file import parse_pack
from shared.clock import utc_now
from shared.contracts.base import Event
from shared.contracts.complaint import Complaint, ComplaintRouted
from shared.contracts.decision import Decision
from shared.contracts.pack import Pack
from shared.contracts.reference import Line, Network, NetworkPublished, PackPublished, Station
from shared.contracts.vocabulary import Category, Channel, Kind, Level, Reason, Severity
from shared.ids import new_id
from shared.messaging.envelope import headers
from shared.messaging.topics import Topic
from tests.backends.databases import ROOT, Database
from tests.backends.system import System, until

TOPICS = {
    Kind.NORMAL: Topic.COMPLAINTS_NORMAL,
    Kind.ABNORMAL: Topic.COMPLAINTS_ABNORMAL,
    Kind.NON_COMPLAINT: Topic.ENQUIRIES,
}


NETWORK = Network(
    version=1,
    lines=(Line(id="2", name_zh="2号线", name_en="Line 2"),),
    stations=(Station(name="人民广场", name_en="People's Square", aliases=("人广",), lines=("2",)),),
)


def default_pack() -> Pack:
    """The pack that is shipped."""
    return parse_pack((ROOT / "services/routing/packs/metro-default.yaml").read_text(encoding="utf-8"))


def routed(
    *,
    received_at: datetime | None = None,
    taken_at: datetime | None = None,
    text: str = "扶梯停了三天没人修",
    earlier_case: UUID | None = None,
    case_id: UUID | None = None,
    number: str | None = None,
    **decided: Any,
) -> ComplaintRouted:
    """A routed complaint; `decided` changes the decision of an ordinary one."""
    decision: dict[str, Any] = {
        "kind": Kind.NORMAL,
        "reason": Reason.N0,
        "category": Category.FACILITY,
        "severity": Severity.S4,
        "level": Level.L1,
        "policy_version": "metro-default@1",
        **decided,
    }
    return ComplaintRouted(
        complaint=Complaint(
            case_id=case_id or new_id(),
            number=number or f"PS-20261125-{secrets.randbelow(10**12):012}",
            channel=Channel.WEB,
            text=text,
            received_at=received_at or utc_now(),
            taken_at=taken_at,
        ),
        decision=Decision(**decision),
        earlier_case=earlier_case,
    )


@dataclass(eq=False)
class Desk:
    """The running service and a producer in the place of its neighbours."""

    system: System
    bootstrap: str
    dsn: str
    producer: AIOKafkaProducer = field(init=False)

    async def open(self) -> None:
        """Publish the pack and start the service."""
        self.producer = AIOKafkaProducer(bootstrap_servers=self.bootstrap, enable_idempotence=True)
        await self.producer.start()
        pack = default_pack()
        await self.say(
            Topic.REFERENCE, f"pack/{pack.id}", PackPublished(pack=pack, published_by="x", published_at=utc_now())
        )
        await self.say(Topic.REFERENCE, "network/metro", NetworkPublished(network=NETWORK))
        await self.system.start("followup")

    async def close(self) -> None:
        """Stop both."""
        await self.system.stop()
        await self.producer.stop()

    async def say(
        self, topic: Topic, key: str, event: Event, *, id_: UUID | None = None, trace: str | None = None
    ) -> None:
        """Send one event as its owner would."""
        attributes = headers("test", id_ or new_id(), event.type, utc_now(), trace, again=False)
        body = event.model_dump_json(exclude_none=True).encode()
        await self.producer.send_and_wait(topic.value, body, key=key.encode(), headers=list(attributes))

    async def route(self, *events: ComplaintRouted, trace: str | None = None) -> list[str]:
        """Send routed complaints and wait until their cases are there; returns their numbers."""
        for event in events:
            topic = TOPICS[event.decision.kind]
            await self.say(topic, str(event.complaint.case_id), event, trace=trace)
        numbers = [event.complaint.number for event in events]
        assert await until(lambda: self.all_here(numbers), 30), self.system.log("followup")
        return numbers

    async def new(self, **wanted: Any) -> str:
        """One case; returns its number."""
        (number,) = await self.route(routed(**wanted))
        return number

    async def all_here(self, numbers: Sequence[str]) -> bool:
        """Whether all of these cases are open."""
        query = "select count(*) from cases where number = any($1)"
        return bool(await self.value(query, list(numbers)) == len(set(numbers)))

    async def value(self, query: str, *args: Any) -> Any:
        """One value of followup's schema."""
        rows = await self.rows(query, *args)
        return rows[0][0]

    async def rows(self, query: str, *args: Any) -> list[asyncpg.Record]:
        """Rows of followup's schema."""
        connection = await asyncpg.connect(self.dsn)
        try:
            return list(await connection.fetch(query, *args))
        finally:
            await connection.close()

    async def get(self, path: str, by: str = "L5", **params: Any) -> httpx.Response:
        """GET as staff of a level, or `admin`."""
        async with self.system.client("followup", self.system.token(by)) as client:
            return await client.get(path, params=params)

    async def listed(self, **filters: str) -> list[dict[str, Any]]:
        """The first page of the cases that L5 sees, narrowed."""
        answer = await self.get("/v1/cases", "L5", **filters)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def case(self, number: str, level: str = "L5") -> dict[str, Any]:
        """A case as staff of a level see it."""
        answer = await self.get(f"/v1/cases/{number}", level)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    async def act(
        self, number: str, action: str, body: Any = None, *, level: str = "L5", version: int | str | None = None
    ) -> httpx.Response:
        """Take an action; under the present version unless told."""
        seen = version if version is not None else (await self.case(number))["version"]
        async with self.system.client("followup", self.system.token(level)) as client:
            url = f"/v1/cases/{number}/actions/{action}"
            return await client.post(url, json=body or {}, headers={"If-Match": f'"{seen}"'})

    async def did(self, number: str, action: str, body: Any = None, *, level: str = "L5") -> dict[str, Any]:
        """Take an action that must succeed."""
        answer = await self.act(number, action, body, level=level)
        assert answer.status_code == 200, answer.text
        case: dict[str, Any] = answer.json()
        return case

    async def timeline(self, number: str) -> list[dict[str, Any]]:
        """What happened."""
        items: list[dict[str, Any]] = (await self.get(f"/v1/cases/{number}/timeline")).json()["items"]
        return items

    async def types(self, number: str) -> list[str]:
        """The types of what happened, oldest first."""
        return [one["type"].removeprefix("case.") for one in await self.timeline(number)]

    async def published(
        self, topic: Topic, seconds: float = 15.0, at_least: int = 1
    ) -> list[tuple[str, dict[str, str], bytes]]:
        """Everything on a topic so far: key, headers, body."""
        consumer = AIOKafkaConsumer(topic.value, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest")
        await consumer.start()
        found: list[tuple[str, dict[str, str], bytes]] = []
        try:
            end = asyncio.get_running_loop().time() + seconds
            while asyncio.get_running_loop().time() < end:
                batches = await consumer.getmany(timeout_ms=500)
                if not batches and len(found) >= at_least:
                    break
                for records in batches.values():
                    found += [(r.key.decode(), {k: v.decode() for k, v in r.headers}, r.value) for r in records]
        finally:
            await consumer.stop()
        return found


def ago(**delta: float) -> datetime:
    """An instant in the past, UTC."""
    return utc_now() - timedelta(**delta)


@asynccontextmanager
async def running(
    database: Database, bootstrap: str, folder: Path, extra: Mapping[str, str] | None = None
) -> AsyncIterator[Desk]:
    """followup, ready, for a module's tests."""
    system = System(database, bootstrap, folder, extra or {})
    desk = Desk(system, bootstrap, database.of("followup"))
    try:
        await desk.open()
        yield desk
    finally:
        await desk.close()
