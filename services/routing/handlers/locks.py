"""Advisory locks by name: whoever decides about the same passenger or place at once waits for the other.

Always in this order, so that none waits in a circle: passengers, then places, each ascending.
"""

import hashlib
from collections.abc import Iterable

PASSENGER, STATION, LINE = b"passenger", b"station", b"line"


def keys(what: bytes, names: Iterable[str]) -> list[int]:
    """Keys for `names`, ascending; signed 64-bit numbers."""
    return sorted(_key(what, name) for name in names)


def _key(what: bytes, name: str) -> int:
    digest = hashlib.blake2b(name.encode(), digest_size=8, person=b"routing", salt=what).digest()
    return int.from_bytes(digest, signed=True)
