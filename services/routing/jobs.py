"""What time starts: the packs that come with the release are published once; new editions go on the shelf."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path

from services.routing import repository
from services.routing.policy import compile_pack
from services.routing.policy.atlas import Atlas
from services.routing.policy.shelf import Edition, Shelf
from services.routing.repository import Published
from services.routing.rules.gazetteer import Gazetteer
from services.routing.rules.model import Model
from services.routing.rules.pack_file import parse_pack
from shared.contracts.pack import Pack
from shared.contracts.reference import PackPublished
from shared.ids import derived_id
from shared.logging import get_logger
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection, Pool

log = get_logger()

SHIPPED = Path(__file__).with_name("packs")
RELEASE = "release"


class Librarian:
    """Keeps the shelf as the table of packs is."""

    def __init__(self, pool: Pool, shelf: Shelf, wake: Callable[[], None]) -> None:
        self._pool = pool
        self._shelf = shelf
        self._wake = wake
        self._shipped = False
        self._looking = asyncio.Lock()
        self._models = shipped_models()

    async def ready(self) -> None:
        """Returns when there is a pack to decide with."""
        while await self.missing() is not None:
            await self.look()
            await asyncio.sleep(0.05 if await self.missing() is None else 1.0)

    async def missing(self) -> str | None:
        """For readiness."""
        return None if self._shelf.all() else f"no published pack {self._shelf.name}"

    async def look(self) -> None:
        """Publish what the release brings, the first time; put new editions on the shelf."""
        async with self._looking:
            if not self._shipped:
                await self._publish_shipped()
                self._shipped = True
            known = {edition.pack.id for edition in self._shelf.all()}
            published = await repository.versions(self._pool)
            if any(id_.startswith(f"{self._shelf.name}@") and id_ not in known for id_ in published):
                for edition in await repository.editions(self._pool, self._shelf.name):
                    self._put(edition)

    async def _publish_shipped(self) -> None:
        packs = [parse_pack(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("*.yaml"))]
        async with self._pool.acquire() as connection, connection.transaction():
            await repository.lock_packs(connection)
            known = await repository.versions(connection)
            for pack in packs:
                await _publish(connection, pack, known.get(pack.id))
        self._wake()

    def _put(self, published: Published) -> None:
        pack = published.pack
        if pack.version not in self._shelf:
            rulebook = compile_pack(pack, self._models)
            if rulebook.model is None and pack.signals.get("model") is not None:
                log.error("model_missing", pack=pack.id, model=pack.signals["model"])
            self._shelf.add(Edition(pack, rulebook, published.by, published.at))
            log.info("pack_loaded", pack=pack.id, effective_from=pack.effective_from.isoformat())


class Surveyor:
    """Keeps the atlas as the table of the network is: every process reads for itself, for only one receives it."""

    def __init__(self, pool: Pool, atlas: Atlas) -> None:
        self._pool = pool
        self._atlas = atlas

    async def look(self) -> None:
        """Take a later network, if there is one."""
        network = await repository.later_network(self._pool, self._atlas.version)
        if network is not None:
            self._atlas.take(network.version, Gazetteer(network))
            log.info("network_loaded", version=network.version)


def shipped_models() -> dict[str, Model]:
    """The models that come with the release, by the name under which packs name them."""
    return {path.stem: Model(path.read_text(encoding="utf-8")) for path in SHIPPED.glob("*.model")}


async def _publish(tx: Connection, pack: Pack, known: str | None) -> None:
    """A version that was published stays as it is: decisions name it."""
    digest = hashlib.sha256(pack.model_dump_json().encode()).hexdigest()
    if known is not None:
        if known != digest:
            log.error("pack_changed_without_a_new_version", pack=pack.id)
        return
    at = await repository.add_pack(tx, pack, digest, RELEASE)
    event = PackPublished(pack=pack, published_by=RELEASE, published_at=at)
    id_ = derived_id("pack", pack.id, digest)
    await outbox.add(tx, [Outgoing(Topic.REFERENCE, f"pack/{pack.id}", id_, event)])
    log.info("pack_published", pack=pack.id)
