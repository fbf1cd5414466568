"""Plays the demo through the same doors as everyone: complaints to intake, actions to followup."""

import asyncio
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

from shared.clock import rfc3339, utc_now

COMPLAINTS = Path(__file__).with_name("complaints.yaml")
ROUNDS = 3
AT_ONCE = 4
APPEARS_WITHIN = 20.0

BODIES: dict[str, dict[str, Any]] = {
    "accept": {},
    "arrive": {},
    "contact": {"medium": "phone", "reached": True},
    "reply": {"text": "您好,您反映的情况我们已核实并处理,感谢您的监督。 We have looked into it and put it right."},
    "resolve": {"outcome": "not_upheld"},
    "close": {},
}
"""The body of each action that the demo takes."""

Progress = Callable[[int, int], None]
"""Told how many of how many are done."""


class Demo:
    """Fills an empty system. `run` is the content of var/run.json."""

    def __init__(self, run: dict[str, Any], demo_key: str, *, seed: int = 1) -> None:
        self._run = run
        self._key = demo_key
        self._chance = random.Random(seed)  # noqa: S311 - variety, not secrecy
        self._staff = run["staff"]["L5"]["token"]

    async def wanted(self) -> bool:
        """Only an empty system is filled."""
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(f"{self._run['followup']}/v1/cases?limit=1", headers=self._bearer(self._staff))
            return answer.status_code == 200 and not answer.json()["items"]

    async def play(self, progress: Progress) -> int:
        """Post every complaint and do its work; returns how many were accepted."""
        complaints = list(self._complaints())
        done = 0
        gate = asyncio.Semaphore(AT_ONCE)
        async with httpx.AsyncClient(timeout=15) as client:

            async def one(complaint: dict[str, Any]) -> bool:
                nonlocal done
                async with gate:
                    taken = await self._complain(client, complaint)
                done += 1
                progress(done, len(complaints))
                return taken

            return sum(await asyncio.gather(*(one(c) for c in complaints)))

    def _complaints(self) -> Iterator[dict[str, Any]]:
        entries = yaml.safe_load(COMPLAINTS.read_text(encoding="utf-8"))
        for number in range(ROUNDS):
            self._chance.shuffle(entries)
            # The same person with the same words again would be a repeat; the later rounds are other people.
            yield from ({k: v for k, v in entry.items() if number == 0 or k != "passenger"} for entry in entries)

    async def _complain(self, client: httpx.AsyncClient, complaint: dict[str, Any]) -> bool:
        work = complaint.pop("work", [])
        ago = complaint.pop("minutes_ago", 0) + self._chance.randrange(20)
        complaint["taken_at"] = rfc3339(utc_now() - timedelta(minutes=ago))
        headers = {**self._bearer(self._key), "Idempotency-Key": uuid.uuid4().hex}
        answer = await client.post(f"{self._run['intake']}/v1/complaints", json=complaint, headers=headers)
        if answer.status_code != 201:
            return False
        # Not every case has been worked on yet.
        for action in work[: self._chance.randrange(len(work) + 1)]:
            if not await self._act(client, answer.json()["number"], action):
                break
        return True

    async def _act(self, client: httpx.AsyncClient, number: str, action: str) -> bool:
        url = f"{self._run['followup']}/v1/cases/{number}"
        headers = self._bearer(self._staff)
        end = asyncio.get_running_loop().time() + APPEARS_WITHIN
        while (case := await client.get(url, headers=headers)).status_code == 404:
            if asyncio.get_running_loop().time() > end:
                return False
            await asyncio.sleep(0.2)
        answer = await client.post(
            f"{url}/actions/{action}",
            json=BODIES[action],
            headers={**headers, "If-Match": case.headers.get("etag", "")},
        )
        return answer.status_code == 200

    @staticmethod
    def _bearer(token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}
