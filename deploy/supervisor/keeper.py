"""Keeps parts alive: one that ends is started again, with growing rests, and said so."""

import asyncio
import signal
import time
from collections.abc import Callable

from deploy.supervisor.part import BackOff, Part

Say = Callable[[str], None]

MANY = 3
"""Ends in a row after which a part that was never ready counts as one that cannot start."""


class Keeper:
    """Watches one part that has been started."""

    def __init__(self, part: Part, changed: Callable[[], None], say: Say) -> None:
        self._part = part
        self._changed = changed
        self._say = say
        self._back_off = BackOff()

    @property
    def gives_up(self) -> bool:
        """Whether it ended so often in a row that starting it is hopeless; while running we go on all the same."""
        return self._back_off.ends >= MANY

    async def keep(self) -> None:
        """Until cancelled."""
        while True:
            began = time.monotonic()
            code = await self._part.wait()
            await self._again(how(code), time.monotonic() - began)
            try:
                self._changed()
            except OSError as error:
                self._say(f"run.json cannot be written: {error}")

    async def _again(self, ended: str, lived: float) -> None:
        while True:
            rest = self._back_off.after(lived)
            when = "now" if rest == 0 else f"in {rest:.0f} s"
            self._say(f"{self._part.name} ended unexpectedly ({ended}); starting it again {when}")
            await asyncio.sleep(rest)
            try:
                await self._part.launch()
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, we try again
                ended, lived = str(error) or type(error).__name__, 0.0


def how(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
