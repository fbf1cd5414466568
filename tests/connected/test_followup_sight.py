"""Whom the doors show which case: the lists agree with the policy, and what is out of sight is not there."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from services.followup.policy import Case, Staff, sees
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.vocabulary import Category, Level, Role
from shared.security import tokens
from tests.backends.databases import Database
from tests.connected.desk import Desk, routed, running

ASKING = (
    Staff("a", level=Level.L1),
    Staff("a", level=Level.L1, stations=("人民广场",)),
    Staff("a", level=Level.L2, lines=("1",)),
    Staff("a", level=Level.L3, lines=("9",)),
    Staff("a", level=Level.L4, lines=("9",)),
    Staff("b", level=Level.L3),
    Staff("c", level=Level.L1, lines=("9",)),
    Staff("d", level=Level.L5, lines=("9",)),
    Staff("root", role=Role.ADMIN),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


def placed(line: str | None, station: str | None, **more: Any) -> ComplaintRouted:
    event = routed(**more)
    return event.model_copy(update={"complaint": event.complaint.model_copy(update={"line": line, "station": station})})


def bearer(desk: Desk, by: Staff) -> str:
    staff = tokens.Staff(by.user, by.role, by.level, by.lines, by.stations)
    return tokens.sign(desk.system.key, staff, seconds=600)


async def put(desk: Desk, number: str, field: str, column: str, document: str) -> None:
    """As if the case had come so far."""
    changed = f"update cases set {field} = $2, document = jsonb_set(document::jsonb, '{{{field}}}', $3)::json"
    await desk.rows(f"{changed} where number = $1", number, column, document)


async def test_lists_and_doors_show_what_the_policy_lets_see(desk: Desk) -> None:
    numbers = await desk.route(
        placed("2", "人民广场"),
        placed("1", None),
        placed(None, None),
        placed("1", "人民广场", category=Category.STAFF, level=Level.L3),
        placed("9", None, about_staff=True, level=Level.L3),
        placed("7", None),
        placed("7", None),
    )
    about_b, owned, offered = numbers[4], numbers[5], numbers[6]
    await put(desk, about_b, "about_user", "b", '"b"')
    await put(desk, owned, "owner", "c", '{"user": "c", "level": "L1"}')
    await desk.did(offered, "transfer", {"to": {"station": "人民广场"}, "reason": "x"})
    rows = await desk.rows("select number, document from cases")
    cases = {row["number"]: Case.model_validate_json(row["document"]) for row in rows}
    for by in ASKING:
        async with desk.system.client("followup", bearer(desk, by)) as client:
            listed = {one["number"] for one in (await client.get("/v1/cases", params={"limit": 200})).json()["items"]}
            assert listed == {number for number, case in cases.items() if sees(case, by)}, by
            for number in numbers:
                answer = await client.get(f"/v1/cases/{number}")
                assert answer.status_code == (200 if number in listed else 404), (by, number)
    assert {sees(cases[about_b], by) for by in ASKING} == {True, False}
