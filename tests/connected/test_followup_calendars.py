"""A calendar notice: published once, and every open deadline that rests on it moves."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import httpx
import pytest
import pytest_asyncio
import yaml

from services.followup.jobs import shipped_calendars
from services.followup.policy import Change, Rulebook, Staff, act, parse
from services.followup.repository import calendars, ledger, locking
from services.followup.rules.working_time import WorkingTime
from shared.clock import utc_now
from shared.contracts.vocabulary import Level, Severity
from shared.messaging.topics import Topic
from shared.storage.pool import open_pool
from tests.backends.databases import ROOT, Database
from tests.backends.system import until
from tests.connected.desk import Desk, default_pack, routed, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def publish(desk: Desk, text: str, by: str = "admin") -> httpx.Response:
    async with desk.system.client("followup", desk.system.token(by)) as client:
        return await client.post("/v1/calendars", json={"yaml": text})


async def latest(desk: Desk) -> dict[int, dict[str, object]]:
    return {one["year"]: one for one in (await desk.get("/v1/calendars", "L1")).json()["items"]}


async def resolve_due(desk: Desk, number: str) -> str:
    deadlines = (await desk.case(number))["deadlines"]
    return next(str(one["due_at"]) for one in deadlines if one["clock"] == "resolve")


async def notice(desk: Desk, *days_off: date) -> str:
    """The next version of a year with more days off."""
    year = days_off[0].year
    calendar = dict((await latest(desk))[year]) if year in await latest(desk) else _like(year)
    calendar["version"] = int(str(calendar["version"])) + 1
    calendar["holidays"] = sorted({*map(str, calendar["holidays"]), *map(str, days_off)})  # type: ignore[call-overload]
    return yaml.safe_dump(calendar)


def _like(year: int) -> dict[str, object]:
    shipped = shipped_calendars()[-1].model_dump(mode="json")
    return {**shipped, "year": year, "version": 0, "holidays": [], "make_up_days": [], "source": "test"}


async def test_open_deadlines_move_and_the_passenger_is_told(desk: Desk) -> None:
    (number,) = await desk.route(routed(severity=Severity.S3))
    before = await resolve_due(desk, number)
    last_day = (datetime.fromisoformat(before) + timedelta(hours=8)).date()
    answer = await publish(desk, await notice(desk, last_day))
    assert answer.status_code == 201, answer.text

    async def moved() -> bool:
        return await resolve_due(desk, number) > before

    assert await until(moved, 15), desk.system.log("followup")
    [fact] = [one for one in await desk.timeline(number) if one["type"] == "case.retimed"]
    assert fact["by"] == {"system": "clock"}
    assert f"{last_day.year}@{answer.json()['version']}" in fact["data"]["calendars"]
    timer = await desk.value(
        """select max(t.due_at) from timers t join cases c using (case_id)
           where c.number = $1 and t.clock = 'resolve'""",
        number,
    )
    assert timer > datetime.fromisoformat(before) - timedelta(days=9)
    told = [json.loads(body) for _, _, body in await desk.published(Topic.PASSENGER_MESSAGES)]
    mine = [one for one in told if one["number"] == number]
    assert [(one["code"], one["due_at"]) for one in mine] == [("deadline_changed", await resolve_due(desk, number))]


async def test_a_case_worked_out_on_other_calendars_is_looked_at_again(desk: Desk) -> None:
    """As one whose process had not read the new ones yet when it wrote."""
    (number,) = await desk.route(routed(severity=Severity.S3))

    async def settled() -> bool:
        return bool(await desk.value("select calendars is not null from cases where number = $1", number))

    assert await until(settled, 15)
    right = await resolve_due(desk, number)
    await desk.rows(
        """update cases set calendars = '2024@1',
                  document = replace(document::text, $2, '2030-01-01T00:00:00.000Z')::json where number = $1""",
        number,
        right,
    )

    async def mended() -> bool:
        return await resolve_due(desk, number) == right

    assert not await mended()
    assert await until(mended, 15)


async def test_what_is_worked_out_on_two_calendars_rests_on_neither(desk: Desk) -> None:
    number = await desk.new()
    rulebook = Rulebook(default_pack(), WorkingTime.of(shipped_calendars()))
    pool = await open_pool(desk.dsn, name="test")
    try:
        async with pool.acquire() as connection, connection.transaction():
            for label, rests_on in (("2024@1", None), (rulebook.time.versions, rulebook.time.versions)):
                case = (await locking.lock_numbers(connection, [number]))[number]
                await calendars.mark(connection, label, [case])
                noted = act(case, parse("note", {"text": "x"}), Staff("L5", level=Level.L5), rulebook, utc_now())
                assert isinstance(noted, Change)
                await ledger.save(connection, [ledger.entry(noted, rulebook)])
                assert await connection.fetchval("select calendars from cases where number = $1", number) == rests_on
    finally:
        await pool.close()


async def test_once_is_enough_and_out_of_turn_is_refused(desk: Desk) -> None:
    text = await notice(desk, date(2027, 10, 1))
    first, again = await publish(desk, text), await publish(desk, text)
    assert (first.status_code, again.status_code) == (201, 200)
    other = await publish(desk, text.replace("2027-10-01", "2027-10-04"))
    assert (other.status_code, other.json()["current"]) == (409, 1)
    calendar = yaml.safe_load(text)
    skipped = await publish(desk, yaml.safe_dump({**calendar, "version": 5}))
    assert skipped.status_code == 409
    elsewhere = await publish(desk, yaml.safe_dump({**calendar, "version": 2, "zone": "Europe/Berlin"}))
    assert elsewhere.status_code == 422
    broken = await publish(desk, yaml.safe_dump({**calendar, "holidays": ["2026-10-01"]}))
    assert broken.status_code == 422
    assert "2027" in broken.json()["errors"][0]["why"]
    assert (await publish(desk, text, by="L5")).status_code == 403
    assert (await latest(desk))[2027]["holidays"] == ["2027-10-01"]


async def test_two_at_once_publish_one(desk: Desk) -> None:
    one, two = [await notice(desk, date(2028, 5, day)) for day in (1, 2)]
    answers = await asyncio.gather(publish(desk, one), publish(desk, two))
    assert sorted(a.status_code for a in answers) == [201, 409]


async def test_the_command_publishes_a_file(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("calendar")
    file, token = folder / "2029.yaml", folder / "token"
    file.write_text(await notice(desk, date(2029, 10, 1)), encoding="utf-8")
    token.write_text(desk.system.token("admin"), encoding="utf-8")
    command = ["calendar", "import", str(file), "--url", desk.system.url("followup"), "--token-file", str(token)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "deploy",
        *command,
        cwd=ROOT,
        env={**os.environ, "LANG": "en_GB.UTF-8"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, wrong
    assert b"calendar 2029, version 1, is published" in said
    assert (await latest(desk))[2029]["version"] == 1
