"""Lines and stations by what people write."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TypeVar

from shared.contracts.reference import Network, Station

T = TypeVar("T")

NOISE = re.compile(r"[\s'’‘`.·・\-—_()]+")
PREFIX = re.compile(r"^(?:地铁|轨道交通|metro)(?=.)")
SUFFIX = re.compile(r"(?<=.)(?:地铁站|车站|站|metrostation|station)$")


def _folded(name: str) -> str:
    return NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _spellings(name: str) -> Iterable[str]:
    """The name as it stands first, then without what people add to it."""
    plain = _folded(name)
    yield plain
    yield SUFFIX.sub("", PREFIX.sub("", plain))


class Places:
    """The network as an index. Names and aliases lead to `Line.id` and to `Station`."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._lines: dict[str, str] = {}
        self._stations: dict[str, Station] = {}
        for line in network.lines:
            for name in (line.id, line.name_zh, line.name_en, *line.aliases):
                for spelling in _spellings(name):
                    self._lines.setdefault(spelling, line.id)
        for station in network.stations:
            for name in (station.name, station.name_en, *station.aliases):
                for spelling in _spellings(name):
                    self._stations.setdefault(spelling, station)

    def line(self, name: str) -> str | None:
        """The line's id, None for a name that the network does not know."""
        return self._found(self._lines, name)

    def station(self, name: str) -> Station | None:
        """The station, None for a name that the network does not know."""
        return self._found(self._stations, name)

    @staticmethod
    def _found(index: Mapping[str, T], name: str) -> T | None:
        # As most senders write it, without the folding.
        return index.get(name) or next((found for s in _spellings(name) if (found := index.get(s))), None)
