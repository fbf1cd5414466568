"""Parts that end are started again, with rests that grow."""

import asyncio
import sys
from pathlib import Path

import pytest

from deploy.embedded.process import Process
from deploy.supervisor.keeper import Keeper, how
from deploy.supervisor.part import BackOff
from deploy.trouble import Trouble
from tests.unit.deploy.waiting import until_async


def test_the_first_rest_is_none_and_the_next_ones_grow() -> None:
    back_off = BackOff()
    assert [back_off.after(lived=0.5) for _ in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]


def test_a_steady_minute_forgives() -> None:
    back_off = BackOff()
    for _ in range(5):
        back_off.after(lived=1)
    assert back_off.after(lived=60) == 0
    assert back_off.after(lived=59.9) == 1


@pytest.mark.parametrize(
    ("code", "words"), [(0, "exit code 0"), (3, "exit code 3"), (-9, "SIGKILL"), (-99, "signal 99")]
)
def test_exit_codes_in_words(code: int, words: str) -> None:
    assert how(code) == words


class Short:
    """A part whose process ends at once with code 3; from its third start on it cannot be started."""

    name = "short"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Process | None = None
        self.starts = 0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def launch(self) -> None:
        self.starts += 1
        if self.starts > 2:
            raise Trouble("it is broken")
        program = [sys.executable, "-c", "raise SystemExit(3)"]
        self._process = await Process.spawn(self.name, program, log=self._folder / "log", cwd=self._folder)

    async def wait(self) -> int:
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> None:
        return None


async def test_a_part_that_ends_is_started_again_and_said_so(tmp_path: Path) -> None:
    part = Short(tmp_path)
    said: list[str] = []
    changes: list[int | None] = []
    keeper = Keeper(part, lambda: changes.append(part.pid), said.append)
    await part.launch()
    first = part.pid
    keeping = asyncio.create_task(keeper.keep())
    await until_async(lambda: part.starts == 3)
    keeping.cancel()
    assert said[0] == "short ended unexpectedly (exit code 3); starting it again now"
    assert said[1] == "short ended unexpectedly (exit code 3); starting it again in 1 s"
    assert changes == [part.pid]
    assert part.pid != first


async def test_a_part_that_cannot_be_started_is_given_up_after_three_ends(tmp_path: Path) -> None:
    part = Short(tmp_path)
    keeper = Keeper(part, lambda: None, lambda _: None)
    await part.launch()
    assert not keeper.gives_up
    keeping = asyncio.create_task(keeper.keep())
    await until_async(lambda: keeper.gives_up)
    keeping.cancel()
    assert part.starts == 3
