"""A token bucket per sender, in this process."""

import time
from collections import OrderedDict


class Bucket:
    """Allows `per_second` on average and `burst` at once, by key.

    Remembers the `keys` that asked last: nobody who keeps asking is forgotten because many others come.
    """

    def __init__(self, per_second: float, burst: int, *, keys: int = 10_000) -> None:
        self._rate = per_second
        self._burst = float(burst)
        self._keys = keys
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str, now: float | None = None) -> float:
        """Seconds until `take` would be allowed, 0.0 when it is; takes nothing."""
        level, _ = self._level(key, now)
        return max(0.0, (1 - level) / self._rate)

    def take(self, key: str, now: float | None = None) -> float:
        """0.0 when allowed, else the seconds until it will be."""
        level, at = self._level(key, now)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, at)
        self._levels.move_to_end(key)
        if len(self._levels) > self._keys:
            self._levels.popitem(last=False)
        return 0.0 if allowed else (1 - level) / self._rate

    def give_back(self, key: str, now: float | None = None) -> None:
        """Undo one `take`: what it was taken for does not count after all."""
        level, at = self._level(key, now)
        self._levels[key] = (min(self._burst, level + 1), at)

    def _level(self, key: str, now: float | None) -> tuple[float, float]:
        at = time.monotonic() if now is None else now
        level, since = self._levels.get(key, (self._burst, at))
        return min(self._burst, level + (at - since) * self._rate), at
