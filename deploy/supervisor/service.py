"""A service process: `python -m services.<name>`."""

import asyncio
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy.embedded.process import Process, rotate
from deploy.http import get
from deploy.supervisor.environment import Wiring, environment
from deploy.trouble import Trouble

READY_WITHIN = 90.0


class Service:
    """One of the four, working in the data folder, its output in `logs/<name>.log`."""

    def __init__(self, name: str, wiring: Wiring, folder: Path) -> None:
        self._name = name
        self._wiring = wiring
        self._folder = folder
        self._log = folder / "logs" / f"{name}.log"
        self._process: Process | None = None

    @property
    def name(self) -> str:
        """Its name, also that of its schema and package."""
        return self._name

    @property
    def pid(self) -> int | None:
        """Its process id once started."""
        return self._process.pid if self._process else None

    async def launch(self) -> None:
        """Start the process; being ready is another matter. Errors: `Trouble`."""
        rotate(self._log)
        self._process = await Process.spawn(
            self._name,
            [sys.executable, "-m", f"services.{self._name}"],
            log=self._log,
            cwd=self._folder,
            env=environment(self._name, self._wiring),
        )

    async def wait(self) -> int:
        """Its exit code, once it ends."""
        assert self._process is not None  # noqa: S101 - asked only after start
        return await self._process.wait()

    async def stop(self) -> None:
        """Let it finish what it does, for a while."""
        if self._process is not None:
            await self._process.stop((signal.SIGTERM, 8.0))

    async def ready(self, given_up: Callable[[], bool]) -> None:
        """Return when `/readyz` answers 200. Errors: `Trouble`, also as soon as `given_up()`."""
        url = f"{self._wiring.settings.ports.urls[self._name]}/readyz"
        end = time.monotonic() + READY_WITHIN
        said = ""
        while time.monotonic() < end:
            if given_up():
                raise Trouble(f"{self._name} ends as soon as it is started: {self._last_words()}; see {self._log}")
            answer = await asyncio.to_thread(get, url)
            if answer is not None and answer.status == 200:
                return
            said = answer.text[:200] if answer else self._last_words()
            await asyncio.sleep(0.1)
        raise Trouble(f"{self._name} is not ready after {READY_WITHIN:.0f} s: {said}; see {self._log}")

    def _last_words(self) -> str:
        return self._process.last_words() if self._process else ""
