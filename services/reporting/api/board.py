"""The figures of a window for someone's eyes, counted once when many ask at once."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from services.reporting.policy.figure import Figure
from services.reporting.policy.figures import Figures
from services.reporting.policy.selection import Selection
from services.reporting.policy.sight import Sight
from services.reporting.policy.window import Window, window
from services.reporting.repository.figures import Counts


@dataclass(frozen=True, slots=True)
class Answer:
    """The figures of a window, as of an instant."""

    as_of: datetime
    window: Window
    figures: list[Figure]


class Board:
    """Every open dashboard asks at each change: who asks while the same is being counted gets the same answer."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._running: dict[Hashable, asyncio.Task[Answer]] = {}

    async def figures(self, narrowing: Selection, start: datetime | None, end: datetime | None, sight: Sight) -> Answer:
        """All figures. Errors: ValueError("empty_window")."""
        asked = window(start, end, await self._counts.now())
        key = (narrowing, asked, sight)
        task = self._running.get(key)
        if task is None:
            task = asyncio.create_task(self._count(narrowing, asked, sight))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(task)

    async def _count(self, narrowing: Selection, asked: Window, sight: Sight) -> Answer:
        as_of, counted = await self._counts.count(narrowing, asked, sight)
        return Answer(as_of, asked, Figures(counted, narrowing, asked, as_of).all())
