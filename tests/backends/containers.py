"""Servers in containers, through testcontainers. Images by PSC_TEST_POSTGRES_IMAGE and PSC_TEST_KAFKA_IMAGE."""

import asyncio
import os

from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.docker_client import DockerClient
from testcontainers.core.waiting_utils import wait_for_logs

from tests.backends.local import free_port

POSTGRES_IMAGE = os.environ.get("PSC_TEST_POSTGRES_IMAGE", "postgres:18")
KAFKA_IMAGE = os.environ.get("PSC_TEST_KAFKA_IMAGE", "apache/kafka:4.4.0")
KAFKA_PORT = 9092
STARTED = "Kafka Server started"
READY_SECONDS = 60


class ContainerPostgres:
    """PostgreSQL in a container."""

    def __init__(self) -> None:
        self._container = PostgresContainer(
            POSTGRES_IMAGE, username="postgres", password="postgres", dbname="postgres", driver=None
        )
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
    """Apache Kafka in a container, on a port of the host that stays when it is killed and started again."""

    def __init__(self) -> None:
        self.bootstrap = f"{_host()}:{free_port()}"
        self._container = DockerContainer(KAFKA_IMAGE)
        self._container.with_bind_ports(KAFKA_PORT, int(self.bootstrap.rpartition(":")[2]))
        for name, value in self._settings().items():
            self._container.with_env(name, value)
        self._starts = 0

    async def start(self) -> None:
        """See KafkaServer."""
        await asyncio.to_thread(self._start)

    async def kill(self) -> None:
        """See KafkaServer."""
        await asyncio.to_thread(self._container.get_wrapped_container().kill)

    async def stop(self) -> None:
        """See KafkaServer."""
        await asyncio.to_thread(self._container.stop)

    def _start(self) -> None:
        if self._starts:
            self._container.get_wrapped_container().start()
        else:
            self._container.start()
        self._starts += 1
        wait_for_logs(self._container, lambda said: said.count(STARTED) >= self._starts, READY_SECONDS)

    def _settings(self) -> dict[str, str]:
        return {
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENERS": f"PLAINTEXT://0.0.0.0:{KAFKA_PORT},CONTROLLER://127.0.0.1:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{self.bootstrap}",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@127.0.0.1:9093",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "12",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_BROKER_SESSION_TIMEOUT_MS": "2000",
            "KAFKA_BROKER_HEARTBEAT_INTERVAL_MS": "500",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS": "1000",
            "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        }


def _host() -> str:
    return DockerClient().host()
