"""Processes that an earlier run left behind: found by the folder they work in and what they run, and stopped."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

PATIENCE = 10.0


def stop(folder: Path, *marks: str, first: signal.Signals = signal.SIGTERM, seconds: float = PATIENCE) -> list[int]:
    """End every process of ours that works in `folder` and has one of `marks` in its command line.

    The working folder lies inside the data folder, so a number that the kernel gave to somebody else since does not
    match. They get `first`, after `seconds` SIGKILL. Returns the process ids that were ended.
    """
    found = list(working_in(folder, *marks))
    for number, patience in ((first, seconds), (signal.SIGKILL, PATIENCE)):
        left = [pid for pid in working_in(folder, *marks)]
        for pid in left:
            _send(pid, number)
        if _gone(folder, marks, patience):
            break
    return found


def working_in(folder: Path, *marks: str) -> Iterator[int]:
    """The processes, other than this one, whose working folder is `folder` and whose command line has a mark."""
    where = os.path.realpath(folder)
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if os.readlink(entry / "cwd") != where:
                continue
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if any(mark in command for mark in marks):
            yield int(entry.name)


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except OSError:
        return


def _gone(folder: Path, marks: tuple[str, ...], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while any(working_in(folder, *marks)):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
