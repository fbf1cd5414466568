"""The notice that a message was set aside; the message itself stays in the group's table."""

from typing import Literal
from uuid import UUID

from shared.contracts.base import Event, Instant


class DeadLetterParked(Event):
    """A consumer group set a message aside. `digest` is the SHA-256 of its body, hex; header values stay behind."""

    type: Literal["psc.dead_letter.parked.v1"] = "psc.dead_letter.parked.v1"
    id: UUID
    topic: str
    partition: int
    offset: int
    headers: tuple[str, ...]
    reason: str
    digest: str
    at: Instant
