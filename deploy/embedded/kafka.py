"""Apache Kafka on 127.0.0.1: one node that is broker and controller (KRaft), durable."""

import asyncio
import base64
import os
import shutil
import signal
import time
import uuid
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from deploy.embedded import kafka_libs, kafka_settings, leftovers
from deploy.embedded.jvm import BROKER, Jvm
from deploy.embedded.process import Process
from deploy.embedded.tools import find_java
from deploy.trouble import Trouble

READY_WITHIN = 120.0
"""Seconds; recovery after a crash may have logs to check."""


class EmbeddedKafka:
    """A broker whose folder is `data_dir`, run from the jars in `libs_dir` (fetched when missing)."""

    name = "kafka"

    def __init__(
        self, data_dir: Path, libs_dir: Path, port: int, *, controller_port: int | None = None, log: Path | None = None
    ) -> None:
        self.port = port
        self.controller_port = controller_port or port + 1
        self._folder = data_dir
        self._libs = libs_dir
        self._log = log or data_dir / "kafka.log"
        self._process: Process | None = None
        self._jvm: Jvm | None = None

    @property
    def pid(self) -> int | None:
        """The broker's process id once started."""
        return self._process.pid if self._process else None

    @property
    def bootstrap(self) -> str:
        """Where clients start."""
        return f"127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Launch it and return when it answers. Errors: `Trouble`."""
        await self._answers(await self.launch())

    async def launch(self) -> Process:
        """Fetch and format what is missing, and start the broker; that it answers is another matter."""
        java = await asyncio.to_thread(find_java)
        await kafka_libs.fetch(self._libs)
        self._folder.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(self.end_leftovers)
        jvm = self._jvm = Jvm(java, self._libs, self._folder)
        if not (self._folder / "data" / "meta.properties").exists():
            await self._format(jvm)
        self._configure("server.properties", "data")
        self._process = await Process.spawn(
            self.name,
            jvm.command(BROKER, "server.properties"),
            log=self._log,
            cwd=self._folder,
            env=jvm.env,
            last_signal=signal.SIGTERM,
        )
        return self._process

    async def wait(self) -> int:
        """Its exit code, once it ends."""
        assert self._process is not None  # noqa: S101 - asked only after start
        return await self._process.wait()

    async def stop(self) -> None:
        """Flush, hand over and end; harder when that takes too long."""
        if self._process is not None:
            await self._process.stop((signal.SIGTERM, 8.0))

    async def archive_classes(self) -> None:
        """Write the class archive that makes the next start faster, if there is none: 9 s of CPU, at lowest priority.

        To be run while the broker runs; may be cancelled.
        """
        jvm = self._jvm
        archive = jvm.archive() if jvm else None
        if jvm is None or archive is None or not await asyncio.to_thread(jvm.can_write_archive):
            return
        half = archive.with_name(f"{archive.name}.{self.pid}")
        process = await Process.spawn(
            "class archive",
            jvm.write_archive(half),
            log=self._folder / "archive.log",
            cwd=self._folder,
            env=jvm.env,
            prepare=_politely,
        )
        try:
            if await process.wait() == 0:
                half.replace(archive)
        finally:
            await process.stop()
            half.unlink(missing_ok=True)

    def end_leftovers(self) -> None:
        """End what is left of an earlier run; blocks until it is gone."""
        leftovers.stop(self._folder, BROKER, "kafka.tools.StorageTool")

    def _configure(self, name: str, data: str) -> None:
        text = kafka_settings.render(self.port, self.controller_port, data)
        (self._folder / name).write_text(text, encoding="ascii")

    async def _format(self, jvm: Jvm) -> None:
        """Format aside and put in place whole, so that an interrupted attempt leaves nothing behind."""
        half = self._folder / "data.new"
        await asyncio.to_thread(shutil.rmtree, half, ignore_errors=True)
        self._configure("format.properties", half.name)
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        process = await Process.spawn(
            "kafka format",
            jvm.command("kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", "format.properties"),
            log=self._folder / "format.log",
            cwd=self._folder,
            env=jvm.env,
        )
        if await process.wait() != 0:
            raise Trouble(f"Kafka cannot format its data folder: {process.last_words()}")
        half.rename(self._folder / "data")

    async def _answers(self, process: Process) -> None:
        end = time.monotonic() + READY_WITHIN
        while time.monotonic() < end:
            if not process.running:
                raise Trouble(f"Kafka does not start: {process.last_words() or 'it says nothing'}")
            if await answers(self.bootstrap):
                return
            await asyncio.sleep(0.05)
        await self.stop()
        raise Trouble(f"Kafka does not answer within {READY_WITHIN:.0f} s: see {self._log}")


def _politely() -> None:
    os.nice(19)


async def answers(bootstrap: str) -> bool:
    """Whether a Kafka cluster answers there, with at least one live broker."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5_000)
    try:
        await admin.start()
        return bool((await admin.describe_cluster())["brokers"])
    except (KafkaError, OSError, TimeoutError, KeyError):
        return False
    finally:
        await admin.close()
