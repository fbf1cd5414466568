"""Load from one process, lean enough not to be what is measured: raw HTTP/1.1 over keep-alive connections."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

TEXTS = (
    "二号线人民广场站闸机多扣了我两块钱,请退回。",
    "早高峰在隧道里停了二十分钟,没有一句广播,上班迟到了。",
    "北侧扶梯已经停了三天,天天爬楼梯,也不贴个通知什么时候修好。",
    "车厢空调太冷,孩子冻得直哆嗦,能不能调高两度?",
    "The ticket machine swallowed my 20 yuan note and printed nothing.",
    "洗手间没有纸,地上全是水,差点滑倒。",
)


@dataclass(slots=True)
class Taken:
    """One accepted complaint: when its POST began and how long the 201 took, seconds on the monotonic clock."""

    number: str
    began: float
    took: float


@dataclass(slots=True)
class Load:
    """Posts complaints to one address."""

    host: str
    port: int
    token: str
    taken: list[Taken] = field(default_factory=list)
    failed: int = 0

    async def burst(self, count: int, connections: int) -> float:
        """Post `count` complaints as fast as the answers come; returns the seconds it took."""
        bodies = iter(list(self._requests(count)))
        began = time.perf_counter()
        await asyncio.gather(*(self._one_after_another(bodies) for _ in range(connections)))
        return time.perf_counter() - began

    async def steady(self, per_second: float, seconds: float, connections: int) -> None:
        """Post at a constant pace, whatever the answers do; a late answer does not slow the pace."""
        pool: asyncio.Queue[_Connection] = asyncio.Queue()
        opened = [await _Connection.open(self.host, self.port) for _ in range(connections)]
        for connection in opened:
            pool.put_nowait(connection)
        tasks = [asyncio.create_task(self._pooled(pool, r)) async for r in self._paced(per_second, seconds)]
        await asyncio.gather(*tasks)
        for connection in opened:
            connection.close()

    async def _paced(self, per_second: float, seconds: float) -> AsyncIterator[bytes]:
        began = time.perf_counter()
        for number, request in enumerate(self._requests(int(per_second * seconds))):
            due = began + number / per_second
            if (ahead := due - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            yield request

    async def _pooled(self, pool: "asyncio.Queue[_Connection]", request: bytes) -> None:
        began = time.perf_counter()
        connection = await pool.get()
        try:
            await self._post(connection, request, began)
        finally:
            pool.put_nowait(connection)

    async def _one_after_another(self, requests: Iterator[bytes]) -> None:
        connection = await _Connection.open(self.host, self.port)
        for request in requests:
            await self._post(connection, request, time.perf_counter())
        connection.close()

    async def _post(self, connection: "_Connection", request: bytes, began: float) -> None:
        status, body = await connection.ask(request)
        if status == 201:
            self.taken.append(Taken(json.loads(body)["number"], began, time.perf_counter() - began))
        else:
            self.failed += 1

    def _requests(self, count: int) -> Iterator[bytes]:
        for number in range(count):
            body = json.dumps(
                {"channel": "web", "text": f"{TEXTS[number % len(TEXTS)]} {number}", "station": "人民广场"},
                ensure_ascii=False,
            ).encode()
            head = (
                f"POST /v1/complaints HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.token}\r\n"
                f"Idempotency-Key: {uuid.uuid4().hex}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            )
            yield head.encode() + body


class _Connection:
    """One keep-alive connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, host: str, port: int) -> "_Connection":
        return cls(*await asyncio.open_connection(host, port))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a whole request; the status and body of its answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        start = lower.index(b"content-length:") + 15
        length = int(lower[start : lower.index(b"\r\n", start)])
        return int(head[9:12]), await self._reader.readexactly(length)

    def close(self) -> None:
        self._writer.close()
