"""The four services as processes of their own on real servers, with keys and staff that a test knows."""

import asyncio
import base64
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from joserfc.jwk import OKPKey

from shared.contracts.vocabulary import Level, Role
from shared.security.tokens import Staff, sign
from tests.backends.databases import ROOT, SERVICES, Database
from tests.backends.local import free_port

TERMINAL_KEY = "terminal-key-of-the-tests"
INTEGRATION_KEY = "integration-key-of-the-tests"
HOTLINE_SECRET = "whsec_" + base64.b64encode(b"hotline-secret-of-the-tests-0001").decode()
READY_SECONDS = 60.0
STOP_SECONDS = 15.0


@dataclass(eq=False)
class System:
    """Starts, kills and asks the services."""

    database: Database
    bootstrap: str
    folder: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    key: OKPKey = field(default_factory=lambda: OKPKey.generate_key("Ed25519", {"kid": "test"}, private=True))

    def url(self, service: str) -> str:
        """Where a service listens."""
        return f"http://127.0.0.1:{self.ports[service]}"

    def token(self, level: str = "L5", user: str | None = None) -> str:
        """A staff token of a level, or `admin`."""
        if level == "admin":
            return sign(self.key, Staff(user or "admin", Role.ADMIN, None), seconds=3600)
        return sign(self.key, Staff(user or level, Role.STAFF, Level(level)), seconds=3600)

    def client(self, service: str, token: str | None = None) -> httpx.AsyncClient:
        """A client of one service; without a token it is nobody."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.url(service), headers=headers, timeout=30)

    async def start(self, *services: str) -> None:
        """Start these, or all; returns when they are ready."""
        names = services or SERVICES
        for name in names:
            self.launch(name)
        for name in names:
            await self.ready(name)

    def launch(self, service: str) -> None:
        """Start one without waiting for it."""
        with (self.folder / f"{service}.log").open("ab") as log:
            self.processes[service] = subprocess.Popen(
                [sys.executable, "-m", f"services.{service}"],
                cwd=ROOT,
                env=self._environment(service),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def ready(self, service: str) -> None:
        """Wait until a service is ready."""

        async def answers() -> bool:
            assert self.processes[service].poll() is None, f"{service} ended: {self.log(service)}"
            try:
                async with self.client(service) as client:
                    return (await client.get("/readyz")).status_code == 200
            except httpx.HTTPError:
                return False

        assert await until(answers, READY_SECONDS), f"{service} is not ready: {self.log(service)}"

    def kill(self, service: str) -> None:
        """SIGKILL a service and see it gone."""
        process = self.processes[service]
        assert process.poll() is None, f"{service} had ended before it was killed"
        process.kill()
        assert process.wait(5) == -signal.SIGKILL

    async def stop(self) -> None:
        """SIGTERM all, as a supervisor would."""
        for process in self.processes.values():
            if process.poll() is None:
                process.terminate()
        for process in self.processes.values():
            try:
                await asyncio.to_thread(process.wait, STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)

    def log(self, service: str) -> str:
        """The end of what a service said."""
        return (self.folder / f"{service}.log").read_text(encoding="utf-8", errors="replace")[-2000:]

    async def complain(self, client: httpx.AsyncClient, key: str | None = None, **complaint: Any) -> httpx.Response:
        """POST one complaint."""
        body = {"channel": "web", "text": "扶梯停了三天没人修", **complaint}
        return await client.post("/v1/complaints", json=body, headers={"Idempotency-Key": key or uuid.uuid4().hex})

    async def case(self, number: str, *, token: str | None = None, seconds: float = 30) -> dict[str, Any]:
        """The case in followup, as soon as it is there."""
        async with self.client("followup", token or self.token()) as client:

            async def found() -> bool:
                return (await client.get(f"/v1/cases/{number}")).status_code == 200

            assert await until(found, seconds), f"{number} did not appear: {self.log('followup')}"
            case: dict[str, Any] = (await client.get(f"/v1/cases/{number}")).json()
            return case

    async def act(self, number: str, action: str, body: Any = None, *, token: str | None = None) -> httpx.Response:
        """Take an action under the case's present version."""
        async with self.client("followup", token or self.token()) as client:
            etag = (await client.get(f"/v1/cases/{number}")).headers.get("etag", '"0"')
            url = f"/v1/cases/{number}/actions/{action}"
            return await client.post(url, json=body or {}, headers={"If-Match": etag})

    async def numbers(self, service: str, token: str | None = None) -> list[str]:
        """Every case that a service lists, page by page."""
        found: list[str] = []
        async with self.client(service, token or self.token("admin")) as client:
            cursor = ""
            while True:
                params = {"limit": "200", **({"cursor": cursor} if cursor else {})}
                page = (await client.get("/v1/cases", params=params)).json()
                found += [item["number"] for item in page["items"]]
                cursor = page["next_cursor"]
                if not cursor:
                    return found

    def _environment(self, service: str) -> dict[str, str]:
        keys = {"keys": [self.key.as_dict(private=False)]}
        own: dict[str, dict[str, str]] = {
            "intake": {
                "PSC_SEED_TERMINAL_KEY": TERMINAL_KEY,
                "PSC_SEED_INTEGRATION_KEY": INTEGRATION_KEY,
                "PSC_HOTLINE_SECRETS": HOTLINE_SECRET,
                "PSC_RECEIPT_KEY": base64.urlsafe_b64encode(b"r" * 32).decode().rstrip("="),
                "PSC_PSEUDONYM_KEY": base64.urlsafe_b64encode(b"p" * 32).decode().rstrip("="),
            },
            "routing": {"PSC_FINGERPRINT_KEY": base64.urlsafe_b64encode(b"f" * 32).decode().rstrip("=")},
            "followup": {
                "PSC_SIGNING_KEY": json.dumps(self.key.as_dict(private=True)),
                "PSC_SEED_STAFF": json.dumps(
                    [
                        {"user": "L2", "password": "a long password", "role": "staff", "level": "L2"},
                        {"user": "L4", "password": "a long password", "role": "staff", "level": "L4"},
                        {"user": "root", "password": "a long password", "role": "admin"},
                    ]
                ),
            },
        }
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PSC_", "OTEL_"))},
            "PSC_POSTGRES_DSN": self.database.of(service),
            "PSC_KAFKA_BOOTSTRAP": self.bootstrap,
            "PSC_HTTP_PORT": str(self.ports[service]),
            "PSC_STAFF_JWKS": json.dumps(keys),
            "PSC_PUBLIC_URLS": json.dumps({name: self.url(name) for name in SERVICES}),
            **own.get(service, {}),
            **self.extra,
        }


async def until(what: Callable[[], Awaitable[object]], seconds: float = 30, pause: float = 0.1) -> bool:
    """Whether `what()` became true within `seconds`."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not await what():
        if loop.time() > end:
            return False
        await asyncio.sleep(pause)
    return True
