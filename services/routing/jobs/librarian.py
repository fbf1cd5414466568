"""The packs that come with the release are published once; new editions go on the shelf."""

import asyncio
from collections.abc import Callable

from services.routing import repository
from services.routing.jobs.shipped import RELEASE, shipped_models, shipped_packs
from services.routing.policy import compile_pack
from services.routing.policy.publishing import Admitted, Repeated
from services.routing.policy.shelf import Edition, Shelf
from services.routing.repository import Published
from shared.logging import get_logger
from shared.storage.pool import Pool

log = get_logger()


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
            for pack, text in packs:
                verdict = await repository.publish(connection, pack, text, self._shelf.name, RELEASE)
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
