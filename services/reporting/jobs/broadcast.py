"""One reader of the stream for all who listen; each listener goes at its own pace and holds up nobody.

`asyncio.timeout` and not `wait_for`: in Python 3.11 that one forgets a cancellation that comes with the news.
"""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncGenerator
from contextlib import suppress

from services.reporting.repository.stream import Line, Stream

POLL_SECONDS = 0.2
PAGE = 500
KEPT = 4 * PAGE


class Broadcast:
    """Keeps the latest facts in memory for those who hear them as they come.

    What was missed is read from the database, also by whoever is too far behind: a case may have become one that the
    listener does not see.
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._kept: list[Line] = []
        # Every fact after `floor` up to `last` is in `kept`.
        self._floor = self._last = 0
        self._listeners = 0
        self._wanted = asyncio.Event()
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Read while anyone listens."""
        while True:
            await self._wanted.wait()
            self._kept.clear()
            self._floor = self._last = await self._stream.latest()
            self._tell()
            while self._listeners:
                if not await self._read():
                    await asyncio.sleep(POLL_SECONDS)
            self._wanted.clear()

    async def follow(self, after: int | None, seconds: float) -> AsyncGenerator[Line]:
        """Every fact after this one, then those to come, for so long; None begins with those to come."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        latest = await self._stream.latest()
        cursor = latest if after is None else after
        self._listeners += 1
        self._wanted.set()
        try:
            while (left := end - loop.time()) > 0:
                news = self._news
                lines = self._since(cursor) if cursor >= latest else None
                if lines is None:
                    lines = await self._stream.after(cursor, PAGE)
                for line in lines:
                    cursor = line.sequence
                    yield line
                if not lines:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(left):
                            await news.wait()
        finally:
            self._listeners -= 1

    async def _read(self) -> bool:
        lines = await self._stream.after(self._last, PAGE)
        if lines:
            self._kept += lines
            self._last = lines[-1].sequence
            if len(self._kept) > KEPT:
                self._floor = self._kept[-KEPT - 1].sequence
                del self._kept[:-KEPT]
            self._tell()
        return bool(lines)

    def _since(self, cursor: int) -> list[Line] | None:
        """What is kept after the cursor; None where it does not reach back so far."""
        if cursor < self._floor:
            return None
        return self._kept[bisect_right(self._kept, cursor, key=lambda line: line.sequence) :]

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()
