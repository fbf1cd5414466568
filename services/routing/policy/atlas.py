"""The network that texts are read against, as far as it has arrived."""

from dataclasses import dataclass

from services.routing.rules.gazetteer import Gazetteer


@dataclass(slots=True)
class Atlas:
    """The latest network, ready to be read by; none until it has arrived."""

    version: int = 0
    gazetteer: Gazetteer | None = None

    def take(self, version: int, gazetteer: Gazetteer) -> None:
        """Read by this one from now on."""
        self.version, self.gazetteer = version, gazetteer
