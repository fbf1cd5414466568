"""The running time of one kind over whole years as a table: how much has run by an instant, and when so much has."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from services.followup.rules.local_day import Stretch


@dataclass(frozen=True, slots=True)
class Track:
    """Windows in order, in microseconds since 1970, and what they add up to. Covers [begins, ends)."""

    begins: int
    ends: int
    opens: list[int]
    closes: list[int]
    sums: list[int]
    """sums[i]: running time of the windows 0 to i."""

    @classmethod
    def of(cls, begins: int, ends: int, windows: Iterable[Stretch]) -> "Track":
        """A track of windows that are in order and apart."""
        windows = list(windows)
        opens, closes = [one[0] for one in windows], [one[1] for one in windows]
        return cls(begins, ends, opens, closes, list(accumulate(b - a for a, b in windows)))

    def run_by(self, instant: int) -> int:
        """Running time from the beginning of the track to `instant`."""
        last = bisect_right(self.opens, instant) - 1
        if last < 0:
            return 0
        still_to_run = self.closes[last] - instant
        return self.sums[last] - still_to_run if still_to_run > 0 else self.sums[last]

    def reached(self, amount: int) -> int | None:
        """The earliest instant by which `amount` (> 0) has run, None if it lies beyond the track."""
        window = bisect_left(self.sums, amount)
        return self.closes[window] - (self.sums[window] - amount) if window < len(self.sums) else None

    def within(self, start: int, end: int) -> Iterator[Stretch]:
        """The windows clipped to [start, end), which is not empty."""
        for window in range(bisect_right(self.closes, start), bisect_left(self.opens, end)):
            yield max(self.opens[window], start), min(self.closes[window], end)


__all__ = ["Track"]
