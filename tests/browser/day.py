"""Reporting as a page's site, and what a day brings to it."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from shared.contracts.vocabulary import Clock, Outcome
from tests.connected.reporting import running, say
from tests.unit.reporting.story import Story

PLACES = [("2", "人民广场"), ("1", "汉口路"), ("2", "南京东路"), ("10", "虹桥火车站"), (None, None)]
CATEGORIES = ["TICKET", "TRAIN", "FACILITY", "ENV", "ORDER", "STAFF"]


@dataclass
class Site:
    """Reporting and followup, with everything needed to stop and start reporting again."""

    address: str
    settings: dict[str, str]
    more: dict[str, str]
    bootstrap: str
    running: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def start(self) -> None:
        """Start reporting."""
        port = int(self.address.rpartition(":")[2])
        await self.running.enter_async_context(running(self.settings, port=port, **self.more))

    async def stop(self) -> None:
        """Stop reporting."""
        await self.running.aclose()

    async def put(self, *stories: Story) -> None:
        """Let these happen."""
        await say(self.bootstrap, stories)


def day_of_cases() -> list[Story]:
    """What a day brings, some of it late."""
    now = datetime.now(UTC).replace(microsecond=0)
    told = []
    for n in range(48):
        line, station = PLACES[n % 5]
        category = CATEGORIES[n % 6]
        story = Story(
            f"PS-{now:%Y%m%d}-{n + 1:06}",
            now - timedelta(minutes=25 * n + 5),
            category=category,
            line=line,
            station=station,
            level="L3" if category == "STAFF" else "L1",
            severity=("S4", "S3", "S4", "S2")[n % 4],
            arrival=n % 8 == 0,
        )
        told.append(_lived(story, n))
    return told


def _lived(story: Story, n: int) -> Story:
    hours = (25 * n + 5) / 60
    if n % 8 == 0 and hours > 1:
        story.arrived(0.06) if n % 16 else story.breached(5 / 60, Clock.ARRIVAL).escalated(0.1).arrived(0.2)
    if n % 3 == 0 and hours > 2:
        return story.breached(2, Clock.ACKNOWLEDGE).escalated(2)
    if hours > 1:
        story.accepted(0.5).contacted(0.9)
    if n % 4 == 1 and hours > 6:
        story.resolved(5, Outcome.UPHELD if n % 8 == 1 else Outcome.NOT_UPHELD)
        if hours > 9:
            story.closed(8)
    return story
