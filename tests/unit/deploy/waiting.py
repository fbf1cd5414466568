"""Waiting for something that a process does, with a bound."""

import asyncio
import time
from collections.abc import Callable


def until(what: Callable[[], bool], seconds: float = 10) -> None:
    """Return when `what()` is true; fail after `seconds`."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.02)


async def until_async(what: Callable[[], bool], seconds: float = 10) -> None:
    """The same, letting the event loop go on."""
    await asyncio.to_thread(until, what, seconds)
