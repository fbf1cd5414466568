"""What passengers ask by number and code: checked against how the case stands, and said with it, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.policy.progress import Progress, can
from services.intake.repository import progress
from services.intake.repository.progress import Registered
from shared.contracts.passenger import PassengerEvent
from shared.ids import derived_id, new_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection, Pool
from shared.storage.queries import load

queries = load(__file__, "asks.sql")


@dataclass(frozen=True, slots=True)
class Asked:
    """One wish. `event` makes what is said of it from the instant; `text` are the words as they were given."""

    verb: str
    event: Callable[[datetime], PassengerEvent]
    text: str | None
    key: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """It is stored and on its way. `replayed`: it had been before."""

    at: datetime
    replayed: bool


@dataclass(frozen=True, slots=True)
class NotNow:
    """As the case stands it cannot be asked."""

    standing: Progress | None


@dataclass(frozen=True, slots=True)
class Reused:
    """The key came with something else before."""


async def take(pool: Pool, complaint: Registered, asked: Asked) -> Taken | NotNow | Reused:
    """Say what the passenger asks, if `can` lists it."""
    async with pool.acquire() as connection, connection.transaction():
        # The lock lets one wish of a case in at a time, and keeps their order in the outbox.
        await progress.lock(connection, [complaint.case_id])
        standing = await progress.read(connection, complaint.case_id)
        if before := await _before(connection, complaint, asked):
            return before
        if asked.verb not in can(standing):
            return NotNow(standing)
        at: datetime = await queries.database_now(connection)
        id_ = derived_id("passenger", complaint.case_id, asked.key) if asked.key else new_id()
        await _keep(connection, complaint, asked, id_, at)
        if asked.verb == "survey" and standing is not None:
            await queries.mark_surveyed(connection, case_id=standing.case_id)
        key = str(complaint.case_id)
        said = Outgoing(Topic.PASSENGER_EVENTS, key, id_, asked.event(at), trace=complaint.trace)
        await outbox.add(connection, [said])
        return Taken(at, replayed=False)


async def _before(connection: Connection, complaint: Registered, asked: Asked) -> Taken | Reused | None:
    if asked.key is None:
        return None
    row = await queries.key_of(connection, sender=_sender(complaint), key=asked.key)
    if row is None:
        return None
    return Taken(row["at"], replayed=True) if row["digest"] == asked.digest else Reused()


async def _keep(connection: Connection, complaint: Registered, asked: Asked, id_: UUID, at: datetime) -> None:
    if asked.key is not None:
        await queries.keep_key(
            connection,
            sender=_sender(complaint),
            key=asked.key,
            digest=asked.digest,
            case_id=complaint.case_id,
            at=at,
        )
    if asked.text is not None:
        await queries.keep_words(connection, id=id_, case_id=complaint.case_id, text=asked.text)


def _sender(complaint: Registered) -> str:
    return f"passenger {complaint.case_id}"
