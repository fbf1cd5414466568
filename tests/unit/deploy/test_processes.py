"""Children: in their own session, ended when we end, found again when left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.embedded import leftovers
from deploy.embedded.process import LOG_BYTES, Process, last_line, rotate
from deploy.trouble import Trouble
from tests.unit.deploy.waiting import until, until_async

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


async def _up(process: Process) -> None:
    await until_async(lambda: "up" in process.last_words())


async def test_a_child_is_out_of_reach_of_signals_to_our_group(tmp_path: Path) -> None:
    process = await Process.spawn("child", SLEEP, log=tmp_path / "log", cwd=tmp_path)
    assert os.getsid(process.pid) == process.pid
    await process.stop((signal.SIGTERM, 5))
    assert await process.wait() == -signal.SIGTERM


async def test_stopping_gets_harder(tmp_path: Path) -> None:
    process = await Process.spawn("child", STUBBORN, log=tmp_path / "log", cwd=tmp_path)
    await _up(process)
    await process.stop((signal.SIGTERM, 0.3))
    assert await process.wait() == -signal.SIGKILL


async def test_a_program_that_is_missing_is_trouble(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="child cannot be started: /nowhere: No such file"):
        await Process.spawn("child", ["/nowhere"], log=tmp_path / "log", cwd=tmp_path)


def test_a_child_ends_with_us_even_when_we_are_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import asyncio, sys, time\n"
            "from pathlib import Path\n"
            "from deploy.embedded.process import Process\n"
            "where = Path(sys.argv[1])\n"
            "async def main():\n"
            "    child = await Process.spawn('child', sys.argv[2:], log=where / 'log', cwd=where)\n"
            "    (where / 'pid.new').write_text(str(child.pid))\n"
            "    (where / 'pid.new').rename(where / 'pid')\n"
            "    await asyncio.sleep(60)\n"
            "asyncio.run(main())\n",
            str(tmp_path),
            *SLEEP,
        ],
        cwd=Path(__file__).parents[3],
    )
    until(lambda: (tmp_path / "pid").exists())
    child = int((tmp_path / "pid").read_text())
    assert _alive(child)
    parent.kill()
    parent.wait(5)
    until(lambda: not _alive(child))


def test_leftovers_are_those_that_work_in_the_folder_and_run_the_program(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "数据 here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    ours = subprocess.Popen([*SLEEP, "services.intake"], cwd=here, stdout=subprocess.DEVNULL)
    other_program = subprocess.Popen([*SLEEP, "editor"], cwd=here, stdout=subprocess.DEVNULL)
    other_folder = subprocess.Popen([*SLEEP, "services.intake"], cwd=elsewhere, stdout=subprocess.DEVNULL)
    try:
        until(lambda: ours.pid in leftovers.working_in(here, "services.intake"))
        assert leftovers.stop(here, "services.intake", seconds=5) == [ours.pid]
        assert ours.wait(5) == -signal.SIGTERM
        assert other_program.poll() is None
        assert other_folder.poll() is None
    finally:
        for process in (ours, other_program, other_folder):
            process.kill()
            process.wait(5)


def test_leftovers_that_do_not_listen_are_killed(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        stubborn = subprocess.Popen(STUBBORN, cwd=tmp_path, stdout=log)
    until(lambda: last_line(tmp_path / "log") == "up")
    leftovers.stop(tmp_path, "time.sleep", seconds=0.2)
    assert stubborn.wait(5) == -signal.SIGKILL


def test_last_words_prefer_the_fatal_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("FATAL: no room\nLOG: shut down\n\n", encoding="utf-8")
    assert last_line(log) == "LOG: shut down"
    assert last_line(log, "FATAL") == "FATAL: no room"
    assert last_line(log, "PANIC") == "LOG: shut down"
    assert last_line(tmp_path / "missing") == ""


def test_a_large_log_is_set_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    for number in range(5):
        log.write_text(str(number) * LOG_BYTES, encoding="ascii")
        rotate(log)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log.1", "a.log.2", "a.log.3"]
    assert (tmp_path / "a.log.1").read_text(encoding="ascii")[0] == "4"
    log.write_text("small", encoding="ascii")
    rotate(log)
    assert log.read_text(encoding="ascii") == "small"


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
