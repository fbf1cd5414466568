"""What a test may ask of its servers, whichever way they run, and which way that is."""

import os
from pathlib import Path
from typing import Protocol

BACKENDS = ("auto", "docker", "local")


class PostgresServer(Protocol):
    """A running PostgreSQL."""

    @property
    def dsn(self) -> str:
        """The superuser's, of the database `postgres`."""
        ...

    async def start(self) -> None:
        """Start, or start again, with the same data and address."""
        ...

    async def stop(self) -> None:
        """Stop for good."""
        ...


class KafkaServer(Protocol):
    """A running broker without topics."""

    @property
    def bootstrap(self) -> str:
        """host:port."""
        ...

    async def start(self) -> None:
        """Start, or start again, with the same data and address."""
        ...

    async def kill(self) -> None:
        """SIGKILL it; returns when it is gone."""
        ...

    async def stop(self) -> None:
        """Stop for good."""
        ...


def chosen() -> str:
    """`docker` or `local`, by PSC_TEST_BACKEND; auto takes Docker when its engine answers."""
    wish = os.environ.get("PSC_TEST_BACKEND", "auto")
    if wish not in BACKENDS:
        raise ValueError(f"PSC_TEST_BACKEND is {wish!r}, which is none of {', '.join(BACKENDS)}")
    if wish == "auto":
        return "docker" if engine_answers() else "local"
    return wish


def engine_answers() -> bool:
    """Whether a Docker engine answers."""
    import docker
    from docker.errors import DockerException

    try:
        return bool(docker.from_env(timeout=3).ping())
    except (DockerException, OSError):
        return False


def postgres(folder: Path) -> PostgresServer:
    """A server, not started, that keeps its data below `folder` where it runs as a process."""
    if chosen() == "docker":
        from tests.backends.containers import ContainerPostgres

        return ContainerPostgres()
    from tests.backends.local import LocalPostgres

    return LocalPostgres(folder)


def kafka(folder: Path) -> KafkaServer:
    """A broker, not started, that keeps its data below `folder` where it runs as a process."""
    if chosen() == "docker":
        from tests.backends.containers import ContainerKafka

        return ContainerKafka()
    from tests.backends.local import LocalKafka

    return LocalKafka(folder)
