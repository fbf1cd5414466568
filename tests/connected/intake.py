"""intake on its own: what terminals, the hotline and passengers send, and followup's facts from the real broker."""

import json
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from standardwebhooks.webhooks import Webhook

from shared.clock import utc_now
from shared.contracts.case_events import Actor, CaseEvent, CaseOpened, ClockStatus
from shared.contracts.passenger import PassengerTold
from shared.contracts.vocabulary import (
    Category,
    Channel,
    Clock,
    ClockState,
    Kind,
    Language,
    Level,
    Reason,
    Severity,
    State,
)
from shared.ids import derived_id, new_id
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import HOTLINE_SECRET, INTEGRATION_KEY, System, until
from tests.connected.wire import Wire

Made = dict[str, Any]


@dataclass(eq=False)
class Intake:
    """The running service, a look into its schema, and a wire in the place of followup."""

    system: System
    database: Database
    wire: Wire
    client: httpx.AsyncClient
    """Posts with the integration key."""

    async def complain(self, key: str | None = None, **complaint: Any) -> httpx.Response:
        """POST one complaint."""
        return await self.system.complain(self.client, key, **complaint)

    async def made(self, **complaint: Any) -> Made:
        """A complaint that was accepted."""
        answer = await self.complain(**complaint)
        assert answer.status_code == 201, answer.text
        body: Made = answer.json()
        return body

    async def post(self, body: bytes, **headers: str) -> httpx.Response:
        """POST anything."""
        sent = {"Content-Type": "application/json", "Idempotency-Key": uuid.uuid4().hex, **headers}
        return await self.client.post("/v1/complaints", content=body, headers=sent)

    async def counts(self) -> dict[str, int]:
        """How many rows the tables hold that a complaint leaves."""
        tables = ("complaints", "words", "contacts", "idempotency_keys")
        return {table: await self.value(f"select count(*) from {table}") for table in tables}

    async def value(self, sql: str, *arguments: Any) -> Any:
        """One value from intake's schema."""
        connection = await asyncpg.connect(self.database.of("intake"))
        try:
            return await connection.fetchval(sql, *arguments)
        finally:
            await connection.close()

    async def status(self, made: Made, **headers: str) -> Any:
        """What the passenger sees."""
        url = f"/v1/complaints/{made['number']}/status"
        answer = await self.client.get(url, params={"code": made["receipt_code"]}, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def becomes(self, made: Made, seconds: float = 15, **expected: Any) -> bool:
        """Whether the status comes to hold these."""

        async def is_so() -> bool:
            status = await self.status(made)
            return all(status[name] == value for name, value in expected.items())

        return await until(is_so, seconds)

    async def ask(self, made: Made, verb: str, key: str | None = None, **body: Any) -> httpx.Response:
        """What the passenger asks."""
        headers = {"Idempotency-Key": key} if key else {}
        url = f"/v1/complaints/{made['number']}:{verb}"
        return await self.client.post(url, json={"code": made["receipt_code"], **body}, headers=headers)

    async def fact(self, made: Made, type_: type[CaseEvent], version: int, state: State, /, **fields: Any) -> None:
        """followup says a fact about the case."""
        event = type_(**{**_base(made, version, state), **fields})
        id_ = derived_id(event.case_id, version)
        await self.wire.say(Topic.CASE_EVENTS, event, made["case_id"], id_)

    async def open(self, made: Made, **fields: Any) -> None:
        """followup opens the case."""
        await self.fact(made, CaseOpened, 1, State.RECEIVED, **{**_snapshot(made), **fields})

    async def opened(self, **complaint: Any) -> Made:
        """A complaint whose case is open, seen by intake."""
        made = await self.made(**complaint)
        await self.open(made)
        assert await self.becomes(made, can=["withdraw"])
        return made

    async def tell(self, made: Made, text: str, at: datetime | None = None) -> None:
        """followup has a reply for the passenger."""
        told = PassengerTold(
            case_id=UUID(made["case_id"]),
            number=made["number"],
            at=at or utc_now(),
            code="reply",
            language=Language.ZH,
            text=text,
        )
        await self.wire.say(Topic.PASSENGER_MESSAGES, told, made["case_id"], new_id())

    async def hotline(
        self, body: Any, *, id_: str | None = None, secret: str = HOTLINE_SECRET, at: datetime | None = None
    ) -> httpx.Response:
        """A signed event of the hotline."""
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        id_, at = id_ or uuid.uuid4().hex, at or datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": str(int(at.timestamp())),
            # The library signs the naive instant as if it were UTC.
            "webhook-signature": Webhook(secret).sign(id_, at.astimezone(UTC).replace(tzinfo=None), raw.decode()),
        }
        return await self.client.post("/v1/hotline/events", content=raw, headers=headers)


def _base(made: Made, version: int, state: State) -> dict[str, Any]:
    return {
        "case_id": UUID(made["case_id"]),
        "number": made["number"],
        "version": version,
        "at": utc_now(),
        "by": Actor(user="wang", level=Level.L1),
        "state": state,
        "level": Level.L1,
    }


def _snapshot(made: Made) -> dict[str, Any]:
    received_at = datetime.fromisoformat(made["received_at"])
    due_at = datetime(2099, 1, 1, tzinfo=UTC)
    clock = ClockStatus(
        clock=Clock.RESOLVE, generation=1, state=ClockState.RUNNING, started_at=received_at, due_at=due_at
    )
    return {
        "kind": Kind.NORMAL,
        "reason": Reason.N0,
        "category": Category.FACILITY,
        "severity": Severity.S4,
        "proposed": False,
        "uncertain": False,
        "about_staff": False,
        "channel": Channel.WEB,
        "language": Language.ZH,
        "received_at": received_at,
        "policy_version": "metro-default@1",
        "clocks": (clock,),
    }


@asynccontextmanager
async def running(
    database: Database, bootstrap: str, folder: Path, settings: Mapping[str, str] | None = None
) -> AsyncIterator[Intake]:
    """intake as a process of its own, ready; `settings` are PSC_* of its environment."""
    system = System(database, bootstrap, folder, settings or {})
    wire = Wire(bootstrap)
    try:
        await system.start("intake")
        async with system.client("intake", INTEGRATION_KEY) as client:
            yield Intake(system, database, wire, client)
    finally:
        await system.stop()
        await wire.close()
