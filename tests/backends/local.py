"""Servers as local processes: the product's own launchers."""

import asyncio
import os
import signal
import socket
from pathlib import Path

from deploy.embedded.kafka import EmbeddedKafka
from deploy.embedded.postgres import EmbeddedPostgres

LIBS = Path(__file__).parent.parent.parent / "var" / "kafka-libs"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LocalPostgres:
    """PostgreSQL as a process."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedPostgres(folder / "postgres", free_port())

    @property
    def pid(self) -> int:
        """The server's process."""
        assert self._server.pid is not None, "not started"
        return self._server.pid

    @property
    def dsn(self) -> str:
        """See PostgresServer."""
        return self._server.dsn()

    async def start(self) -> None:
        """See PostgresServer."""
        await self._server.start()

    async def stop(self) -> None:
        """See PostgresServer."""
        await self._server.stop()


class LocalKafka:
    """Apache Kafka as a process."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedKafka(folder / "kafka", LIBS, free_port(), controller_port=free_port())

    @property
    def pid(self) -> int:
        """The broker's process."""
        assert self._server.pid is not None, "not started"
        return self._server.pid

    @property
    def bootstrap(self) -> str:
        """See KafkaServer."""
        return self._server.bootstrap

    async def start(self) -> None:
        """See KafkaServer."""
        await self._server.start()

    async def kill(self) -> None:
        """See KafkaServer."""
        os.kill(self.pid, signal.SIGKILL)
        await asyncio.wait_for(self._server.wait(), 10)

    async def stop(self) -> None:
        """See KafkaServer."""
        await self._server.stop()
