"""The network that other services publish goes into the atlas."""

from services.routing import repository
from services.routing.policy.atlas import Atlas
from services.routing.rules.gazetteer import Gazetteer
from shared.logging import get_logger
from shared.storage.pool import Pool

log = get_logger()


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
