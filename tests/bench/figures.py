"""Percentiles, processor time and how they are shown."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import psutil


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of the values lie; nan for none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(frozen=True, slots=True)
class Processor:
    """Processor seconds by process name, children included."""

    seconds: dict[str, float]

    @classmethod
    def now(cls, pids: dict[str, int]) -> "Processor":
        """What each has used so far."""
        return cls({name: _with_children(pid) for name, pid in pids.items()})

    def since(self, before: "Processor", count: int) -> dict[str, float]:
        """Microseconds per complaint by process."""
        return {name: (self.seconds[name] - before.seconds[name]) / count * 1e6 for name in self.seconds}


def _with_children(pid: int) -> float:
    process = psutil.Process(pid)
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    # A database backend that ended meanwhile is in its parent's children times.
    ended = process.cpu_times()
    return total + ended.children_user + ended.children_system


@dataclass(frozen=True, slots=True)
class Form:
    """What one form of the road reached, in several rounds."""

    accepted: list[float]
    end_to_end: list[float]
    cpu: dict[str, float]
    post: list[float]
    visible: list[float]
    offered: float

    @property
    def rate(self) -> float:
        """Complaints a second end to end, median of the rounds."""
        return statistics.median(self.end_to_end)
