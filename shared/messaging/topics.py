"""Every topic, declared once: who produces it, who consumes it, what it carries, how long it is kept."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import for_code

from shared.contracts import registry
from shared.contracts.base import Event
from shared.contracts.complaint import ComplaintReceived, ComplaintRouted
from shared.contracts.dead_letter import DeadLetterParked
from shared.contracts.passenger import PassengerTold
from shared.errors import SlowDown

PARTITIONS = 12
DAY_MS = 24 * 60 * 60 * 1000


class Topic(StrEnum):
    """The names. A new version of an event is a new topic beside the old one."""

    COMPLAINTS_RECEIVED = "complaints-received-v1"
    COMPLAINTS_NORMAL = "complaints-normal-v1"
    COMPLAINTS_ABNORMAL = "complaints-abnormal-v1"
    ENQUIRIES = "enquiries-v1"
    CASE_EVENTS = "case-events-v1"
    PASSENGER_EVENTS = "passenger-events-v1"
    PASSENGER_MESSAGES = "passenger-messages-v1"
    REFERENCE = "reference-v1"
    INTAKE_DEAD_LETTERS = "intake-dead-letters-v1"
    ROUTING_DEAD_LETTERS = "routing-dead-letters-v1"
    FOLLOWUP_DEAD_LETTERS = "followup-dead-letters-v1"
    REPORTING_DEAD_LETTERS = "reporting-dead-letters-v1"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A topic's contract. `keep_ms` is -1 for ever, None for compaction to the latest per key."""

    topic: Topic
    producers: tuple[str, ...]
    consumers: tuple[str, ...]
    events: tuple[type[Event], ...]
    keep_ms: int | None
    partitions: int = PARTITIONS

    def settings(self, copies: int) -> dict[str, str]:
        """Kafka's topic configuration. With one copy an acknowledgement must mean disk, else it means two copies."""
        kept = {"cleanup.policy": "compact"} if self.keep_ms is None else {"retention.ms": str(self.keep_ms)}
        safe = {"flush.messages": "1"} if copies == 1 else {"min.insync.replicas": "2"}
        return {**kept, **safe}


def _dead(service: str) -> Declaration:
    topic = Topic(f"{service}-dead-letters-v1")
    return Declaration(topic, (service,), (), (DeadLetterParked,), 90 * DAY_MS, partitions=1)


ROUTED = (ComplaintRouted,)
TOPICS: tuple[Declaration, ...] = (
    Declaration(Topic.COMPLAINTS_RECEIVED, ("intake",), ("routing",), (ComplaintReceived,), 7 * DAY_MS),
    Declaration(Topic.COMPLAINTS_NORMAL, ("routing",), ("followup",), ROUTED, 7 * DAY_MS),
    Declaration(Topic.COMPLAINTS_ABNORMAL, ("routing",), ("followup",), ROUTED, 7 * DAY_MS),
    Declaration(Topic.ENQUIRIES, ("routing",), ("followup",), ROUTED, 7 * DAY_MS),
    Declaration(Topic.CASE_EVENTS, ("followup",), ("intake", "routing", "reporting"), registry.CASE_EVENTS, -1),
    Declaration(Topic.PASSENGER_EVENTS, ("intake",), ("followup",), registry.PASSENGER_EVENTS, 7 * DAY_MS),
    Declaration(Topic.PASSENGER_MESSAGES, ("followup",), ("intake",), (PassengerTold,), 7 * DAY_MS),
    Declaration(
        Topic.REFERENCE,
        ("intake", "routing", "followup"),
        ("intake", "routing", "followup", "reporting"),
        registry.REFERENCE_EVENTS,
        None,
        partitions=1,
    ),
    *(_dead(service) for service in ("intake", "routing", "followup", "reporting")),
)


async def ensure(bootstrap: str) -> list[str]:
    """Create the topics that are missing and wait until each has a leader; return the names created.

    Errors: `SlowDown` when the cluster does not answer or refuses.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=20_000)
    try:
        await admin.start()
        present = set(await admin.list_topics())
        missing = [d for d in TOPICS if d.topic.value not in present]
        if missing:
            await _create(admin, missing)
        await _wait_for_leaders(admin, [d.topic.value for d in TOPICS])
    finally:
        await admin.close()
    return [d.topic.value for d in missing]


async def _create(admin: Any, missing: list[Declaration]) -> None:
    copies = min(3, len((await admin.describe_cluster())["brokers"]))
    wanted = [
        NewTopic(
            d.topic.value, num_partitions=d.partitions, replication_factor=copies, topic_configs=d.settings(copies)
        )
        for d in missing
    ]
    answer = await admin.create_topics(wanted, timeout_ms=20_000)
    # create_topics never raises: each topic has its own code; 36 is "exists already", as when two copies start.
    for name, code, *_ in answer.topic_errors:
        if code not in (0, 36):
            raise SlowDown(f"topic {name} cannot be created: {for_code(code).__name__}")


async def _wait_for_leaders(admin: Any, names: list[str]) -> None:
    for _ in range(100):
        described = await admin.describe_topics(names)
        if all(
            topic["error_code"] == 0 and topic["partitions"] and all(p["leader"] >= 0 for p in topic["partitions"])
            for topic in described
        ):
            return
        await asyncio.sleep(0.1)
    raise SlowDown("topics have no leaders after 10 s")
