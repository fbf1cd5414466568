"""What passengers ask: taken in their order, also when it overtakes its case."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.followup.handlers.passenger import OnPassenger
from services.followup.repository import early
from services.followup.repository.early import Asked
from services.followup.repository.reference import Rulebooks
from shared.clock import utc_now
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.passenger import (
    PassengerAnswered,
    PassengerEvent,
    PassengerReopened,
    PassengerSurveyed,
    PassengerWithdrew,
)
from shared.contracts.vocabulary import Severity
from shared.ids import new_id
from shared.messaging.topics import Topic
from shared.storage.pool import open_pool
from shared.telemetry import Tracing
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.desk import Desk, routed, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def say(desk: Desk, event: PassengerEvent) -> None:
    await desk.say(Topic.PASSENGER_EVENTS, str(event.case_id), event)


def about(event: ComplaintRouted) -> dict[str, Any]:
    return {"case_id": event.complaint.case_id, "number": event.complaint.number, "at": utc_now()}


async def becomes(desk: Desk, number: str, state: str) -> bool:
    async def is_so() -> bool:
        return bool((await desk.case(number))["state"] == state)

    return await until(is_so, 10)


async def happened(desk: Desk, number: str, *types: str) -> bool:
    async def is_so() -> bool:
        return set(types) <= set(await desk.types(number))

    return await until(is_so, 10)


async def test_an_answer_resumes_and_a_withdrawal_closes(desk: Desk) -> None:
    event = routed()
    (number,) = await desk.route(event)
    await desk.did(number, "accept")
    await desk.did(number, "pause", {"reason": "waiting_for_passenger"})
    await say(desk, PassengerAnswered(**about(event), text="是二号口"))
    assert await becomes(desk, number, "in_progress")
    answered = next(one for one in await desk.timeline(number) if one["type"] == "case.answered")
    assert (answered["by"], answered["data"]["text"]) == ({"system": "passenger"}, "是二号口")
    await say(desk, PassengerWithdrew(**about(event)))
    assert await becomes(desk, number, "closed")
    assert (await desk.case(number))["outcome"] == "withdrawn"
    assert await desk.value("select count(*) from timers t join cases using (case_id) where number = $1", number) == 0


async def test_a_survey_and_a_reopening_of_a_resolved_case(desk: Desk) -> None:
    event = routed()
    (number,) = await desk.route(event)
    for action, body in (("accept", {}), ("contact", {"medium": "phone"}), ("resolve", {"outcome": "goodwill"})):
        await desk.did(number, action, body)
    await say(desk, PassengerSurveyed(**about(event), satisfaction=2))
    await say(desk, PassengerReopened(**about(event), text="还是坏的"))
    assert await happened(desk, number, "surveyed", "reopened")
    case = await desk.case(number)
    assert (case["state"], case["reopened"], case["level"]) == ("in_progress", 1, "L2")


async def test_what_no_longer_fits_becomes_a_note_and_a_message(desk: Desk) -> None:
    event = routed()
    (number,) = await desk.route(event)
    await say(desk, PassengerReopened(**about(event), text="再看看"))
    assert await happened(desk, number, "noted")

    async def told() -> bool:
        messages = [body for _, _, body in await desk.published(Topic.PASSENGER_MESSAGES, 2, 0)]
        return any(number.encode() in body and b'"not_taken"' in body for body in messages)

    assert await until(told, 15)
    assert await desk.value("select count(*) from dead_letters") == 0


async def test_a_request_that_overtakes_its_case_waits_for_it(desk: Desk) -> None:
    event = routed()
    await say(desk, PassengerWithdrew(**about(event), text="不用了"))
    await say(desk, PassengerAnswered(**about(event), text="还有一句"))
    query = "select count(*) from early_requests where case_id = $1"

    async def waiting() -> bool:
        return bool(await desk.value(query, event.complaint.case_id) == 2)

    assert await until(waiting, 10)
    (number,) = await desk.route(event)
    assert await becomes(desk, number, "closed")
    # In their order: the answer no longer fitted after the withdrawal.
    assert (await desk.types(number))[:2] == ["opened", "withdrawn"]
    assert (await desk.types(number))[-1] == "noted"
    assert not await waiting()


async def test_what_waited_is_taken_before_what_arrives(desk: Desk) -> None:
    event = routed()
    await desk.route(event)
    waited = Asked(new_id(), PassengerWithdrew(**about(event)), None)
    arrives = Asked(new_id(), PassengerAnswered(**about(event), text="x"), None)
    pool = await open_pool(desk.dsn, name="test")
    rulebooks = Rulebooks(pool)
    await rulebooks.refresh()
    passengers = OnPassenger(rulebooks, Tracing("test"))
    async with pool.acquire() as connection, connection.transaction():
        await early.keep(connection, [waited])
        (change,) = await passengers.take(connection, {event.complaint.case_id}, [arrives])
        left = await connection.fetchval("select count(*) from early_requests")
    await pool.close()
    assert left == 0
    types = [fact.type.split(".")[2] for fact in change.events]
    assert types.index("withdrawn") < types.index("noted")


async def test_a_withdrawal_does_not_call_off_danger(desk: Desk) -> None:
    event = routed(severity=Severity.S1)
    (number,) = await desk.route(event)
    await say(desk, PassengerWithdrew(**about(event)))
    assert await happened(desk, number, "noted")
    assert (await desk.case(number))["state"] == "received"
