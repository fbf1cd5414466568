"""What the services stand on: a Kafka and a PostgreSQL, started here or given by the operator, made ready for them."""

import asyncio
import time
from collections.abc import Mapping

from deploy.embedded import EmbeddedKafka, EmbeddedPostgres, kafka_libs
from deploy.embedded.kafka import answers
from deploy.embedded.process import rotate
from deploy.settings import RunSettings
from deploy.supervisor import database
from deploy.supervisor.voice import Voice
from deploy.trouble import Trouble
from shared.errors import SlowDown
from shared.messaging import topics

ANSWERS_WITHIN = 15.0


class Kafka:
    """The cluster, with its topics."""

    def __init__(self, settings: RunSettings, voice: Voice) -> None:
        self._settings = settings
        self._voice = voice
        self._own = None if settings.kafka_bootstrap else _kafka(settings)
        self.bootstrap = settings.kafka_bootstrap or f"127.0.0.1:{settings.ports.kafka}"

    @property
    def part(self) -> EmbeddedKafka | None:
        """What to keep alive; None for a cluster that runs elsewhere."""
        return self._own

    async def ready(self) -> None:
        """Start or find it, and create the topics that are missing. Errors: `Trouble`."""
        began = time.monotonic()
        if self._own is None:
            await _wait_for_kafka(self.bootstrap)
        else:
            if not kafka_libs.present(self._settings.data_dir / "kafka-libs"):
                self._voice.doing("取 Kafka,43 MB,仅一次 · fetching Kafka, 43 MB, once")
            await self._own.start()
        try:
            created = await topics.ensure(self.bootstrap)
        except SlowDown as error:
            raise Trouble(f"Kafka at {self.bootstrap} does not take our topics: {error}") from None
        made = f", {len(created)} topics created" if created else ""
        self._voice.done("Kafka", f"{self.bootstrap}{made}", time.monotonic() - began)


class Postgres:
    """The database, with each service's schema up to date."""

    def __init__(self, settings: RunSettings, voice: Voice) -> None:
        self._settings = settings
        self._voice = voice
        self._own = None if settings.postgres_dsn else _postgres(settings)
        self.dsn = settings.postgres_dsn.get_secret_value() if settings.postgres_dsn else ""

    @property
    def part(self) -> EmbeddedPostgres | None:
        """What to keep alive; None for a server that runs elsewhere."""
        return self._own

    async def ready(self, passwords: Mapping[str, str]) -> dict[str, str]:
        """Start or find it, create roles and schemas, migrate; return each service's DSN. Errors: `Trouble`."""
        began = time.monotonic()
        if self._own is None:
            where = f"{await database.check(self.dsn)}, given"
        else:
            await self._own.start()
            await database.create(self._own.dsn())
            self.dsn = self._own.dsn(database.NAME)
            where = f"127.0.0.1:{self._own.port}"
        dsns = await database.prepare(self.dsn, passwords)
        applied = sum(len(names) for names in (await database.migrate_all(dsns)).values())
        made = f", {applied} migrations applied" if applied else ""
        self._voice.done("PostgreSQL", f"{where}{made}", time.monotonic() - began)
        return dsns


def _kafka(settings: RunSettings) -> EmbeddedKafka:
    folder = settings.data_dir
    log = folder / "logs" / "kafka.log"
    rotate(log)
    ports = settings.ports
    return EmbeddedKafka(
        folder / "kafka", folder / "kafka-libs", ports.kafka, controller_port=ports.kafka_controller, log=log
    )


def _postgres(settings: RunSettings) -> EmbeddedPostgres:
    log = settings.data_dir / "logs" / "postgres.log"
    rotate(log)
    return EmbeddedPostgres(settings.data_dir / "postgres", settings.ports.postgres, log=log)


async def _wait_for_kafka(bootstrap: str) -> None:
    end = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < end:
        try:
            if await asyncio.wait_for(answers(bootstrap), ANSWERS_WITHIN):
                return
        except (TimeoutError, ValueError):
            pass
        await asyncio.sleep(0.5)
    raise Trouble(f"PSC_KAFKA_BOOTSTRAP: no Kafka answers at {bootstrap} within {ANSWERS_WITHIN:.0f} s")
