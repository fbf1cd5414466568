"""routing's tables; the only callers of its queries. Here: what is kept and forgotten, policy packs and the network."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.routing.policy.publishing import Admitted, Verdict, Version, admit, digest
from services.routing.policy.replay import Known
from shared.contracts.decision import Decision
from shared.contracts.pack import Pack
from shared.contracts.reference import Network, PackPublished
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection, Pool, Row
from shared.storage.queries import load

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a pack: by whom it was published, and when."""

    pack: Pack
    by: str
    at: datetime
    digest: str


async def kept(connection: Connection, case_ids: Sequence[UUID]) -> dict[UUID, tuple[Decision, Known]]:
    """What was said of these cases, without words, and what was known besides the complaint."""
    rows = [row async for row in queries.kept_decisions(connection, case_ids=case_ids)]
    return {r["case_id"]: (Decision.model_validate_json(r["decision"]), json.loads(r["known"])) for r in rows}


async def forget_cases(pool: Pool, months: int, days: int, size: int) -> int:
    """Forget at most `size` cases that are over and in which nothing happened for so long; returns how many."""
    count: int = await queries.forget_cases(pool, months=months, days=days, size=size)
    return count


async def forget_decisions(pool: Pool, months: int, days: int, size: int) -> int:
    """Forget at most `size` decisions that are as old and whose cases are forgotten; returns how many."""
    count: int = await queries.forget_decisions(pool, months=months, days=days, size=size)
    return count


async def forget_mass_events(pool: Pool, months: int, days: int, size: int) -> int:
    """Forget at most `size` mass events that are as old and whose cases are all forgotten; returns how many."""
    count: int = await queries.forget_mass_events(pool, months=months, days=days, size=size)
    return count


async def keep_network(tx: Connection, network: Network) -> None:
    """Keep the network, if it is later than what is here."""
    await queries.put_network(tx, version=network.version, network=network.model_dump_json())


async def later_network(pool: Pool, known: int) -> Network | None:
    """The network, if there is one later than version `known`."""
    document = await queries.network(pool, known=known)
    return Network.model_validate_json(document) if document else None


async def editions(connection: "Connection | Pool", name: str) -> list[Published]:
    """Every version of the pack `name` that was published, in order."""
    return [_published(row) async for row in queries.packs(connection, name=name)]


async def versions(connection: "Connection | Pool", name: str) -> list[Version]:
    """Every version of the pack `name` that was published, without what it says."""
    return [_version(row) async for row in queries.versions(connection, name=name)]


async def versions_while_deciding(tx: Connection, name: str) -> list[Version]:
    """The same, and nobody publishes another until `tx` ends."""
    await queries.hold_packs(tx)
    return await versions(tx, name)


async def written(pool: Pool, name: str, version: int) -> tuple[Pack, str | None] | None:
    """One version of the pack `name` and the text of its file, None where it came without; None if there is none."""
    row = await queries.pack_text(pool, name=name, version=version)
    return (Pack.model_validate_json(row["pack"]), row["text"]) if row else None


async def publish(tx: Connection, pack: Pack, text: str | None, name: str, by: str) -> Verdict:
    """Publish `pack`, of which `text` is the file, where packs called `name` decide, if it may be; tell everyone."""
    # Alone from here to the end: what is decided meanwhile has been received before `now`, under earlier versions.
    await queries.lock_packs(tx)
    verdict = admit(pack, name, await versions(tx, name), await queries.clock(tx))
    if isinstance(verdict, Admitted):
        said = digest(pack)
        row = await queries.add_pack(
            tx,
            name=pack.name,
            version=pack.version,
            pack=pack.model_dump_json(),
            text=text,
            digest=said,
            effective_from=pack.effective_from,
            published_by=by,
        )
        event = PackPublished(pack=pack, published_by=by, published_at=row["published_at"])
        id_ = derived_id("pack", pack.id, said)
        await outbox.add(tx, [Outgoing(Topic.REFERENCE, f"pack/{pack.id}", id_, event)])
    return verdict


def _version(row: Row) -> Version:
    return Version(row["version"], row["digest"], row["effective_from"], row["published_by"], row["published_at"])


def _published(row: Row) -> Published:
    return Published(Pack.model_validate_json(row["pack"]), row["published_by"], row["published_at"], row["digest"])
