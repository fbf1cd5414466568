"""What time starts: the packs that come with the release are published once; new editions go on the shelf."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path

from services.routing import repository
from services.routing.policy import compile_pack
from services.routing.policy.atlas import Atlas
from services.routing.policy.publishing import Admitted, Repeated
from services.routing.policy.shelf import Edition, Shelf
from services.routing.repository import Published
from services.routing.rules.gazetteer import Gazetteer
from services.routing.rules.model import Model
from services.routing.rules.pack_file import parse_pack
from services.routing.rules.signals import Signals
from shared.contracts.pack import Pack
from shared.logging import get_logger
from shared.storage.pool import Pool

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

    @property
    def models(self) -> frozenset[str]:
        """The names of the models that a pack may name."""
        return frozenset(self._models)

    async def published(self) -> None:
        """A pack was published here: tell everyone, and put it on the shelf at once."""
        self._wake()
        await self.look()

    async def missing(self) -> str | None:
        """For readiness."""
        return None if self._shelf.all() else f"no published pack {self._shelf.name}"

    async def look(self) -> None:
        """Publish what the release brings, the first time; put new editions on the shelf."""
        async with self._looking:
            if not self._shipped:
                await self._publish_shipped()
                self._shipped = True
            published = await repository.versions(self._pool, self._shelf.name)
            if any(version.number not in self._shelf for version in published):
                for edition in await repository.editions(self._pool, self._shelf.name):
                    await self._put(edition)

    async def _publish_shipped(self) -> None:
        """A release's pack is published like anybody's: only as the next version, and never for what was decided."""
        packs = await asyncio.to_thread(shipped_packs)
        async with self._pool.acquire() as connection, connection.transaction():
            for pack in packs:
                verdict = await repository.publish(connection, pack, self._shelf.name, RELEASE)
                if isinstance(verdict, Admitted):
                    log.info("pack_published", pack=pack.id)
                elif not isinstance(verdict, Repeated):
                    log.warning("pack_of_the_release_not_published", pack=pack.id, verdict=type(verdict).__name__)
        self._wake()

    async def _put(self, published: Published) -> None:
        pack = published.pack
        if pack.version not in self._shelf:
            # In a thread: complaints go on being decided under the versions that are there.
            rulebook = await asyncio.to_thread(compile_pack, pack, self._models)
            if rulebook.model is None and pack.signals.get("model") is not None:
                log.error("model_missing", pack=pack.id, model=pack.signals["model"])
            self._shelf.add(Edition(pack, rulebook, published.by, published.at, published.digest))
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


def model_names() -> frozenset[str]:
    """The models that a pack may name, without reading them."""
    return frozenset(path.stem for path in SHIPPED.glob("*.model"))


def shipped_packs() -> list[Pack]:
    """The packs that come with the release."""
    return [parse_pack(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("*.yaml"))]


@cache
def groups_read() -> frozenset[str]:
    """The groups of signals that rules look for: those of the packs that come with the release."""
    return frozenset(name for pack in shipped_packs() for name in Signals.model_validate(pack.signals).groups)
