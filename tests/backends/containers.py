"""Servers in containers, through testcontainers. Images by PSC_TEST_POSTGRES_IMAGE and PSC_TEST_KAFKA_IMAGE."""

import asyncio
import os
from io import BytesIO
from tarfile import TarFile, TarInfo

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

POSTGRES_IMAGE = os.environ.get("PSC_TEST_POSTGRES_IMAGE", "postgres:18")
KAFKA_IMAGE = os.environ.get("PSC_TEST_KAFKA_IMAGE", "apache/kafka:4.4.0")
KAFKA_PORT = 9092
START = "/tmp/start.sh"
READY_SECONDS = 60


class ContainerPostgres:
    """PostgreSQL in a container."""

    def __init__(self) -> None:
        self._container = PostgresContainer(POSTGRES_IMAGE, username="postgres", password="postgres", driver=None)
        self._container.with_command("postgres -c max_connections=200")

    @property
    def dsn(self) -> str:
        """See PostgresServer."""
        host, port = self._container.get_container_host_ip(), self._container.get_exposed_port(5432)
        return f"postgresql://postgres:postgres@{host}:{port}/postgres"

    async def start(self) -> None:
        """See PostgresServer."""
        await asyncio.to_thread(self._container.start)

    async def stop(self) -> None:
        """See PostgresServer."""
        await asyncio.to_thread(self._container.stop)


class ContainerKafka:
    """Apache Kafka in a container whose advertised port is the mapped one.

    The mapped port is known only once the container runs: it waits for a script that is put into it then.
    """

    def __init__(self) -> None:
        self._container = DockerContainer(KAFKA_IMAGE)
        self._container.with_exposed_ports(KAFKA_PORT)
        self._container.with_kwargs(entrypoint=["sh"])
        self._container.with_command(["-c", f"while [ ! -f {START} ]; do sleep 0.1; done; sh {START}"])
        self._started = False

    @property
    def bootstrap(self) -> str:
        """See KafkaServer."""
        return f"{self._container.get_container_host_ip()}:{self._container.get_exposed_port(KAFKA_PORT)}"

    async def start(self) -> None:
        """See KafkaServer."""
        await asyncio.to_thread(self._start_again if self._started else self._start)

    async def kill(self) -> None:
        """See KafkaServer."""
        await asyncio.to_thread(self._container.get_wrapped_container().kill)

    async def stop(self) -> None:
        """See KafkaServer."""
        await asyncio.to_thread(self._container.stop)

    def _start(self) -> None:
        self._container.start()
        self._started = True
        self._put(START, self._script())
        wait_for_logs(self._container, "Kafka Server started", READY_SECONDS)

    def _start_again(self) -> None:
        wrapped = self._container.get_wrapped_container()
        wrapped.start()
        # A container that starts again may get another mapped port; ours is fixed by the first start.
        wrapped.reload()

    def _script(self) -> str:
        listeners = f"PLAINTEXT://0.0.0.0:{KAFKA_PORT},CONTROLLER://127.0.0.1:9093"
        settings = {
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENERS": listeners,
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap}",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@127.0.0.1:9093",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "12",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
            "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        }
        exports = "".join(f"export {name}='{value}'\n" for name, value in settings.items())
        return f"#!/bin/sh\n{exports}exec /etc/kafka/docker/run\n"

    def _put(self, path: str, text: str) -> None:
        archive = BytesIO()
        with TarFile(fileobj=archive, mode="w") as tar:
            entry = TarInfo(path.lstrip("/"))
            entry.size, entry.mode = len(text.encode()), 0o755
            tar.addfile(entry, BytesIO(text.encode()))
        self._container.get_wrapped_container().put_archive("/", archive.getvalue())
