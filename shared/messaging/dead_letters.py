"""Messages that can never succeed: set aside whole, told by a notice, and tried again when an operator asks.

The rate of setting aside is capped: at the cap consuming slows down instead, so that a bad release cannot bury
everything.
"""

import base64
import hashlib
import json

from aiokafka import ConsumerRecord

from shared.clock import utc_now
from shared.contracts.dead_letter import DeadLetterParked
from shared.errors import Park, SlowDown
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.topics import Topic
from shared.metrics import PARKED
from shared.storage.pool import Connection, Row
from shared.storage.queries import load

queries = load(__file__)

NUL = "\x00"
DETAIL, NAME, NAMES = 1000, 100, 50
"""How much of what a message brought may be told: characters of the detail and of a header's name, headers."""


class DeadLetters:
    """A service's parked messages, kept in its schema."""

    def __init__(self, service: str, per_minute: int) -> None:
        self._service = service
        self._per_minute = per_minute

    async def park(self, tx: Connection, record: ConsumerRecord, why: Park) -> None:
        """Set a message aside with its reason and say so, in `tx`.

        Errors: `SlowDown` when as many were parked in the last minute as are allowed.
        """
        if await queries.parked_lately(tx) >= self._per_minute:
            wait = await queries.seconds_until_room(tx, limit_=self._per_minute)
            raise SlowDown(f"{self._per_minute} messages were parked in the last minute; room in {wait or 0:.0f} s")
        body = None if record.value is None else bytes(record.value)
        id_ = derived_id("dead-letter", self._service, record.topic, record.partition, record.offset)
        digest = hashlib.sha256(body or b"").hexdigest()
        tries = await queries.park(
            tx,
            id=id_,
            topic=record.topic,
            partition=record.partition,
            offset_=record.offset,
            key=None if record.key is None else bytes(record.key),
            headers=json.dumps(_safe(record)),
            body=body,
            reason=why.reason,
            detail=why.detail.replace(NUL, "")[:DETAIL],
            digest=digest,
        )
        notice = DeadLetterParked(
            id=id_,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            headers=tuple(name[:NAME] for name, _ in record.headers[:NAMES]),
            reason=why.reason,
            digest=digest,
            at=utc_now(),
        )
        topic = Topic(f"{self._service}-dead-letters-v1")
        await outbox.add(tx, [outbox.Outgoing(topic, str(id_), derived_id(id_, tries), notice)])
        PARKED.labels(self._service, why.reason).inc()


def _safe(record: ConsumerRecord) -> list[tuple[str, str | None]]:
    """Headers in base64, names too: poison may be anything, and PostgreSQL's JSON refuses NUL."""
    return [(_base64(name.encode()), None if value is None else _base64(value)) for name, value in record.headers]


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def restore(row: Row) -> ConsumerRecord:
    """The record as it arrived, from its row."""
    headers = tuple(
        (base64.b64decode(name).decode(), None if value is None else base64.b64decode(value))
        for name, value in json.loads(row["headers"])
    )
    return ConsumerRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset_"],
        timestamp=0,
        timestamp_type=0,
        key=row["key"],
        value=row["body"],
        checksum=None,
        serialized_key_size=len(row["key"] or b""),
        serialized_value_size=len(row["body"] or b""),
        headers=headers,
    )
