"""A complaint's fingerprint: which words it shares with another, and when it says that it happened; no words."""

import struct
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from services.routing.rules.moments import Moment, apart, instant_of, moment
from services.routing.rules.sketch import Likeness, Sketch, Sketcher, likeness

_UNSAID = -1
_PLACES = 4096
_HEADER = struct.Struct("<4i")


class Fingerprint(NamedTuple):
    """What is kept of a text."""

    moment: Moment
    sketch: Sketch

    def encode(self) -> bytes:
        """As it is stored: days and minutes (-1 where unsaid), then the hashes, all little-endian 32 bits."""
        days, minutes = self.moment.days or (_UNSAID, _UNSAID), self.moment.minutes or (_UNSAID, _UNSAID)
        return _HEADER.pack(*days, *minutes) + struct.pack(f"<{len(self.sketch)}I", *self.sketch)

    @classmethod
    def decode(cls, stored: bytes) -> "Fingerprint":
        """The reverse of `encode`."""
        first, last, start, end = _HEADER.unpack_from(stored)
        days, minutes = (first, last) if first >= 0 else None, (start, end) if start >= 0 else None
        sketch = struct.unpack_from(f"<{(len(stored) - _HEADER.size) // 4}I", stored, _HEADER.size)
        return cls(Moment(days, minutes), sketch)

    def apart(self, other: "Fingerprint") -> bool:
        """Whether both say when it happened, and not at the same time."""
        return apart(self.moment, other.moment)

    def likeness(self, other: "Fingerprint", without: Collection[int] = ()) -> Likeness:
        """How much the two share besides the parts `without`."""
        return likeness(self.sketch, other.sketch, without)

    def overlap(self, other: "Fingerprint") -> float:
        """A rough `likeness().contained` at a tenth of the cost, for comparing many; too low for very long texts."""
        least = min(len(self.sketch), len(other.sketch))
        return len(set(self.sketch).intersection(other.sketch)) / least if least else 0.0


class Fingerprints:
    """Takes fingerprints with one key."""

    def __init__(self, key: bytes) -> None:
        self._sketcher = Sketcher(key)
        self.of_place = lru_cache(maxsize=_PLACES)(self._of_place)

    def of(self, text: str, at: datetime, occurred_at: datetime | None = None) -> Fingerprint:
        """The fingerprint of `text`, written at `at`; `occurred_at` goes before what the words say of the time."""
        return Fingerprint(instant_of(occurred_at) if occurred_at else moment(text, at), self._sketcher.of(text))

    def _of_place(self, station: str | None, line: str | None) -> frozenset[int]:
        """The parts that a text has because it names this place."""
        names = [*((station, f"{station}站") if station else ()), *((line, f"{line}号线") if line else ())]
        return frozenset(part for name in names for part in self._sketcher.of(name))
