"""What followup leaves in a case's trace: actions, clocks with their true times, breaches and rises."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
import pytest_asyncio

from shared.contracts.vocabulary import Category, Level, Reason, Severity
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.desk import Desk, ago, routed, running
from tests.connected.test_trace import Collector, Seen

TRACE, ROOT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    receiver = Collector()
    yield receiver
    receiver.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, collector: Collector, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    extra = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs"), extra) as it:
        yield it


async def test_clocks_breaches_rises_and_actions_lie_under_the_case(desk: Desk, collector: Collector) -> None:
    received = ago(minutes=5) + timedelta(seconds=2)
    event = routed(
        received_at=received, severity=Severity.S1, level=Level.L2, reason=Reason.N3, category=Category.SAFETY
    )
    (number,) = await desk.route(event, trace=f"00-{TRACE}-{ROOT}-01")

    def ours() -> dict[str, list[Seen]]:
        found: dict[str, list[Seen]] = {}
        for span in collector.spans:
            if span.trace == TRACE:
                found.setdefault(span.name, []).append(span)
        return found

    async def breached() -> bool:
        return {"breach acknowledge", "breach arrival", "escalation"} <= set(ours())

    assert await until(breached, 15), ours()
    await desk.did(number, "accept")
    await desk.did(number, "arrive")

    async def ended() -> bool:
        return {"action accept", "action arrive", "clock acknowledge", "clock arrival"} <= set(ours())

    assert await until(ended, 15), ours()
    spans = ours()
    acknowledge = spans["clock acknowledge"][0]
    assert acknowledge.attributes["psc.case.number"] == number
    assert acknowledge.attributes["psc.sla.clock"] == "acknowledge"
    assert acknowledge.attributes["psc.sla.state"] == "breached"
    assert acknowledge.start == received
    assert acknowledge.end - acknowledge.start > timedelta(minutes=5)
    assert spans["breach acknowledge"][0].start == received + timedelta(minutes=5)
    assert spans["escalation"][0].attributes["psc.authority.from_level"] == "L2"
    assert spans["action accept"][0].attributes["psc.authority.level"] == "L5"
    known = {span.id for same in spans.values() for span in same} | {ROOT}
    assert [span.name for same in spans.values() for span in same if span.parent not in known] == []


async def test_a_refused_action_leaves_no_span(desk: Desk, collector: Collector) -> None:
    trace = TRACE[::-1]
    (number,) = await desk.route(routed(), trace=f"00-{trace}-{ROOT}-01")
    await desk.did(number, "accept")
    assert (await desk.act(number, "close")).status_code == 409
    assert (await desk.act(number, "transfer", {"to": {"user": "nobody"}, "reason": "x"})).status_code == 422
    await desk.did(number, "note", {"text": "x"})

    def actions() -> set[str]:
        return {span.name for span in collector.spans if span.trace == trace and span.name.startswith("action ")}

    async def noted() -> bool:
        return "action note" in actions()

    assert await until(noted, 15)
    assert actions() == {"action accept", "action note"}
