"""The forecast: what the timers then do, unless somebody acts."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from shared.contracts.vocabulary import Category, Level, Severity
from tests.backends.databases import Database
from tests.connected.desk import Desk, ago, routed, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def forecast(desk: Desk, by: str = "L5", **query: Any) -> dict[str, Any]:
    answer = await desk.get("/v1/escalations:forecast", by, **query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def rises(body: dict[str, Any], number: str) -> list[tuple[str, str, str]]:
    return [(one["clock"], one["from_level"], one["to_level"]) for one in body["items"] if one["number"] == number]


async def test_it_tells_what_rises_when_and_an_action_takes_it_back(desk: Desk) -> None:
    major: dict[str, Any] = {"severity": Severity.S2, "level": Level.L3}
    (number,) = await desk.route(routed(received_at=ago(minutes=10), **major))
    due = datetime.fromisoformat((await desk.case(number))["deadlines"][0]["due_at"])
    assert rises(await forecast(desk, minutes=10), number) == []
    soon = await forecast(desk)
    assert soon["complete"]
    assert datetime.fromisoformat(soon["until"]) - datetime.fromisoformat(soon["as_of"]) == timedelta(minutes=30)
    [first] = [one for one in soon["items"] if one["number"] == number]
    assert datetime.fromisoformat(first["at"]) == due
    assert (first["clock"], first["from_level"], first["to_level"], first["owner"]) == ("acknowledge", "L3", "L4", None)
    assert rises(await forecast(desk, minutes=60), number) == [("acknowledge", "L3", "L4"), ("acknowledge", "L4", "L5")]
    await desk.did(number, "accept")
    assert rises(await forecast(desk, minutes=60), number) == []
    assert (await desk.case(number))["level"] == "L3"


async def test_it_shows_only_what_the_asker_sees(desk: Desk) -> None:
    about: dict[str, Any] = {"severity": Severity.S2, "level": Level.L3, "category": Category.STAFF}
    (number,) = await desk.route(routed(received_at=ago(minutes=10), **about))
    assert rises(await forecast(desk, "L3"), number)
    assert rises(await forecast(desk, "L2"), number) == []
    assert rises(await forecast(desk, "admin"), number)


@pytest.mark.parametrize("minutes", [0, 1441, "soon"])
async def test_minutes_out_of_range_are_named(desk: Desk, minutes: Any) -> None:
    answer = await desk.get("/v1/escalations:forecast", "L5", minutes=minutes)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?minutes"
