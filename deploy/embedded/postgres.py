"""PostgreSQL on 127.0.0.1: made when its folder is empty, durable, passwords by SCRAM."""

import asyncio
import os
import secrets
import shutil
import signal
import time
from pathlib import Path
from urllib.parse import quote

import asyncpg

from deploy.embedded import leftovers
from deploy.embedded.postgres_programs import Programs, find
from deploy.embedded.privileges import Privileges, dropped, shelter
from deploy.embedded.process import Process, last_line
from deploy.trouble import Trouble

READY_WITHIN = 120.0
"""Seconds; recovery after a crash may have much to replay."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    # Keeps the values in a violated key, which may be a passenger's, out of the log.
    "log_error_verbosity": "terse",
    "jit": "off",
}
"""For a small machine. fsync and synchronous_commit keep their defaults: durability is the product."""

PASSING = (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError, TimeoutError)


class EmbeddedPostgres:
    """A server whose folder is `data_dir`. Not for two starters at once: hold a lock on the folder above."""

    name = "postgres"

    def __init__(
        self, data_dir: Path, port: int, *, log: Path | None = None, privileges: Privileges | None = None
    ) -> None:
        self.port = port
        self._folder = data_dir
        self._log = log or data_dir / "postgres.log"
        self._privileges = privileges or dropped()
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The server's process id once started."""
        return self._process.pid if self._process else None

    def dsn(self, database: str = "postgres") -> str:
        """How the superuser reaches `database`."""
        return f"postgresql://postgres:{quote(self._password(), safe='')}@127.0.0.1:{self.port}/{database}"

    async def start(self) -> None:
        """Launch it and return when it answers. Errors: `Trouble`."""
        await self._answers(await self.launch())

    async def launch(self) -> Process:
        """Make the cluster if there is none, and start the server; that it answers is another matter."""
        self._folder.mkdir(parents=True, exist_ok=True)
        programs = await asyncio.to_thread(find, self._privileges)
        data = self._data()
        if not (data / "PG_VERSION").exists():
            await self._initialise(programs, data)
        await asyncio.to_thread(self.end_leftovers)
        programs.must_read(data)
        options = [option for name, value in SETTINGS.items() for option in ("-c", f"{name}={value}")]
        self._process = await Process.spawn(
            self.name,
            [programs.bin / "postgres", "-D", data, "-p", str(self.port), *options],
            log=self._log,
            cwd=data,
            env=_environment(),
            last_signal=signal.SIGINT,
            prepare=self._privileges.prepare,
            user=self._privileges.user,
        )
        return self._process

    async def wait(self) -> int:
        """Its exit code, once it ends."""
        assert self._process is not None  # noqa: S101 - asked only after start
        return await self._process.wait()

    async def stop(self) -> None:
        """Close connections, write a checkpoint and end; harder when that takes too long."""
        if self._process is not None:
            await self._process.stop((signal.SIGINT, 8.0), (signal.SIGQUIT, 2.0))

    def end_leftovers(self) -> None:
        """End what is left of a killed server and take its stale claim away; blocks until it is gone.

        The claim's number may belong to another process by now, which would keep a new server from starting.
        """
        data = self._data()
        leftovers.stop(data, "postgres", first=signal.SIGINT, seconds=8)
        (data / "postmaster.pid").unlink(missing_ok=True)

    def _data(self) -> Path:
        if not self._privileges.sheltered:
            return self._folder / "data"
        return shelter("postgres", self._folder, owner=self._privileges.user) / "data"

    def _password(self) -> str:
        return (self._folder / "password").read_text(encoding="utf-8")

    async def _initialise(self, programs: Programs, data: Path) -> None:
        """Make the cluster aside and put it in place whole, so that an interrupted attempt leaves nothing behind."""
        half = data.with_name("data.new")
        await asyncio.to_thread(shutil.rmtree, half, ignore_errors=True)
        password = self._folder / "password"
        if not password.exists():
            _write_private(password, secrets.token_urlsafe(24))
        once = half.with_name("password.once")
        _write_private(once, self._password())
        if self._privileges.user:
            shutil.chown(once, self._privileges.user)
        process = await Process.spawn(
            "initdb",
            [
                programs.bin / "initdb",
                "-D",
                half,
                "--username=postgres",
                f"--pwfile={once}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                *programs.locale,
            ],
            log=self._folder / "initdb.log",
            cwd=half.parent,
            env=_environment(),
            prepare=self._privileges.prepare,
            user=self._privileges.user,
        )
        code = await process.wait()
        once.unlink()
        if code != 0:
            raise Trouble(f"PostgreSQL cannot make its data folder: {process.last_words()}")
        half.rename(data)

    async def _answers(self, process: Process) -> None:
        end = time.monotonic() + READY_WITHIN
        dsn = self.dsn()
        while time.monotonic() < end:
            if not process.running:
                raise Trouble(f"PostgreSQL does not start: {last_line(self._log, 'FATAL') or 'it says nothing'}")
            try:
                connection = await asyncpg.connect(dsn, timeout=5)
            except PASSING:
                await asyncio.sleep(0.05)
                continue
            await connection.close()
            return
        await self.stop()
        raise Trouble(f"PostgreSQL does not answer within {READY_WITHIN:.0f} s: see {self._log}")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _write_private(path: Path, text: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
