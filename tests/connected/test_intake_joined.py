"""What passengers see of complaints that were merged, and of those with children."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.contracts.case_events import CasePaused
from shared.contracts.case_joining import CaseMerged, CaseUnmerged
from shared.contracts.vocabulary import PauseReason, State
from shared.ids import new_id
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.connected.intake import Intake, running

DUE = "2099-01-01T00:00:00.000Z"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def intake(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Intake]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def test_a_merged_one_stands_as_the_case_that_goes_on_for_it(intake: Intake) -> None:
    first, second, third = await intake.opened(), await intake.opened(), await intake.opened()
    for made, into, version in ((second, third, 2), (first, second, 2)):
        named = {"into": into["number"], "into_case_id": into["case_id"]}
        await intake.fact(made, CaseMerged, version, State.CLOSED, **named)
    assert await intake.becomes(first, state="received", can=["withdraw"])
    await intake.fact(third, CasePaused, 2, State.WAITING, reason=PauseReason.WAITING_FOR_PASSENGER)
    assert await intake.becomes(first, state="waiting_for_you", can=["answer", "withdraw"])
    answered = await intake.ask(first, "answer", text="是二号口")
    assert answered.status_code == 202
    heard = await intake.wire.hear([Topic.PASSENGER_EVENTS], lambda heard: len(heard) == 1)
    assert [one.key for one in heard] == [first["case_id"]]
    await intake.fact(first, CaseUnmerged, 3, State.RECEIVED, out_of=second["number"])
    assert await intake.becomes(first, state="received", can=["withdraw"])
    assert await intake.becomes(second, state="waiting_for_you")


async def test_the_number_shows_what_became_of_its_children(intake: Intake) -> None:
    made = await intake.opened()
    assert (await intake.status(made))["children"] == []
    for place in (2, 1):
        child = {**made, "case_id": str(new_id()), "number": f"{made['number']}-{place}"}
        await intake.open(child, parent=made["number"])
    last = {"number": f"{made['number']}-2", "state": "received", "promised_at": DUE}
    assert await intake.becomes(made, children=[{**last, "number": f"{made['number']}-1"}, last])
