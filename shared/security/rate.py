"""A token bucket per sender, in this process."""

import time


class Bucket:
    """Allows `per_second` on average and `burst` at once, by key."""

    def __init__(self, per_second: float, burst: int, *, keys: int = 10_000) -> None:
        self._rate = per_second
        self._burst = float(burst)
        self._keys = keys
        self._levels: dict[str, tuple[float, float]] = {}

    def wait(self, key: str, now: float | None = None) -> float:
        """Seconds until `take` would be allowed, 0.0 when it is; takes nothing."""
        level, _ = self._level(key, now)
        return max(0.0, (1 - level) / self._rate)

    def take(self, key: str, now: float | None = None) -> float:
        """0.0 when allowed, else the seconds until it will be."""
        level, at = self._level(key, now)
        if len(self._levels) > self._keys:
            self._levels.clear()
        if level < 1:
            self._levels[key] = (level, at)
            return (1 - level) / self._rate
        self._levels[key] = (level - 1, at)
        return 0.0

    def _level(self, key: str, now: float | None) -> tuple[float, float]:
        at = time.monotonic() if now is None else now
        level, since = self._levels.get(key, (self._burst, at))
        return min(self._burst, level + (at - since) * self._rate), at
