"""Those who listen can be told to stop at any moment, also as news comes."""

import asyncio
from contextlib import aclosing

import pytest

from services.reporting.jobs.broadcast import Broadcast
from services.reporting.repository.stream import Line, Stream


class Silence(Stream):
    """A stream that holds nothing yet."""

    def __init__(self) -> None:
        """Needs no database."""

    async def latest(self) -> int:
        return 0

    async def after(self, sequence: int, size: int) -> list[Line]:
        return []


async def listen(broadcast: Broadcast) -> None:
    async with aclosing(broadcast.follow(None, 1)) as lines:
        async for _ in lines:
            pytest.fail("there is nothing to tell")


@pytest.mark.parametrize("turns", range(5))
async def test_who_is_told_to_stop_as_news_comes_stops(turns: int) -> None:
    broadcast = Broadcast(Silence())
    listening = asyncio.create_task(listen(broadcast))
    await asyncio.sleep(0.01)
    # It says that there may be news as soon as it begins.
    telling = asyncio.create_task(broadcast.run())
    for _ in range(turns):
        await asyncio.sleep(0)
    listening.cancel()
    _, going_on = await asyncio.wait([listening], timeout=0.2)
    telling.cancel()
    assert not going_on
    assert listening.cancelled()
