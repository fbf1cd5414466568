"""What time starts: the watch for cases that are not opened, and forgetting old keys."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from prometheus_client import Gauge

from services.intake.repository import watch
from shared.logging import get_logger
from shared.runtime import Runtime

log = get_logger()

UNOPENED = Gauge("psc_unopened_complaints", "Complaints that have waited too long for their case")


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds: when a complaint without a case is reported, when it is said again, and how often after that."""

    report_after: float
    resend_after: float
    resend_every: float


class Watch:
    """Sees to it that every complaint becomes a case."""

    def __init__(self, runtime: Runtime, pace: Pace) -> None:
        self._pool = runtime.pool
        self._wake_relay = runtime.relay.wake
        self._pace = pace
        self._reported = 0

    async def look(self) -> None:
        """Report what has waited too long, and say again what is due."""
        pace = self._pace
        waiting = await watch.look(self._pool, after=pace.report_after, resend=pace.resend_after)
        UNOPENED.set(waiting)
        if waiting > self._reported:
            log.error("complaints_unopened", waiting=waiting)
        self._reported = waiting
        said = await watch.say_again(self._pool, every=pace.resend_every)
        if said:
            self._wake_relay()
            log.warning("complaints_said_again", cases=[str(case_id) for case_id in said])


def forgetting_keys(runtime: Runtime, days: int) -> Callable[[], Awaitable[None]]:
    """Drops the idempotency keys that nobody repeats any more."""

    async def forget() -> None:
        await watch.forget_keys(runtime.pool, days)

    return forget
