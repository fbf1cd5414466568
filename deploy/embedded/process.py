"""One child process: in a session of its own, ended when we end however we end, its output in a file."""

import asyncio
import ctypes
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deploy.trouble import Trouble

PR_SET_PDEATHSIG = 1
LOG_BYTES = 10 * 1024 * 1024
LOGS_KEPT = 3

_libc = ctypes.CDLL(None, use_errno=True)

Prepare = Callable[[], None]
"""Runs in the child between fork and exec."""


class Process:
    """A started child. Signals to our process group do not reach it: we decide the order in which parts stop."""

    def __init__(self, name: str, child: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._child = child

    @staticmethod
    async def spawn(
        name: str,
        argv: Sequence[str | Path],
        *,
        log: Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        last_signal: signal.Signals = signal.SIGKILL,
        prepare: Prepare | None = None,
        user: str | None = None,
    ) -> "Process":
        """Start `argv` in `cwd`; it gets `last_signal` from the kernel should we die first.

        `prepare` runs in the child before `exec`. Errors: `Trouble` when the program cannot be started.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            try:
                child = await asyncio.create_subprocess_exec(
                    *argv,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    cwd=cwd,
                    env=env,
                    start_new_session=True,
                    preexec_fn=_before_exec(last_signal, prepare),
                    user=user,
                    group=None if user is None else "nogroup",
                    extra_groups=None if user is None else [],
                )
            except OSError as error:
                raise Trouble(f"{name} cannot be started: {argv[0]}: {error.strerror or error}") from error
        return Process(name, child, log)

    @property
    def pid(self) -> int:
        """Its process id, also of one that has ended."""
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet, as far as we were told."""
        return self._child.returncode is None

    async def wait(self) -> int:
        """Its exit code, once it ends; negative for a signal."""
        return await self._child.wait()

    async def stop(self, *steps: tuple[signal.Signals, float]) -> None:
        """Send each signal and allow it so many seconds; SIGKILL at the end. Harmless when it has ended."""
        for number, seconds in (*steps, (signal.SIGKILL, 5.0)):
            if not self.running:
                return
            try:
                self._child.send_signal(number)
                await asyncio.wait_for(self.wait(), seconds)
            except (ProcessLookupError, TimeoutError):
                continue

    def last_words(self) -> str:
        """The last line it wrote, shortened: the best reason we can give for its end."""
        return last_line(self.log)


def _before_exec(last_signal: signal.Signals, prepare: Prepare | None) -> Prepare:
    parent = os.getpid()

    def run() -> None:
        if prepare is not None:
            prepare()
        # After `prepare`: a change of credentials clears it.
        _libc.prctl(PR_SET_PDEATHSIG, int(last_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return run


def last_line(log: Path, mark: str = "", width: int = 200) -> str:
    """The last line of a log that is not blank and, if any has it, holds `mark`; or an empty string."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 4096))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    spoken = [line.strip()[:width] for line in lines if line.strip()]
    return next((line for line in reversed(spoken) if mark in line), spoken[-1] if spoken else "")


def rotate(log: Path) -> None:
    """Set a log aside that has grown large, keeping the latest few."""
    if not log.exists() or log.stat().st_size < LOG_BYTES:
        return
    for number in range(LOGS_KEPT, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        newer = log if number == 1 else log.with_name(f"{log.name}.{number - 1}")
        if newer.exists():
            newer.replace(older)
