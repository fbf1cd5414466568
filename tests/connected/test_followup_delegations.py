"""Naming who decides in one's place: the doors, and what the delegate then sees and may do."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey

from shared.clock import rfc3339, utc_now
from shared.contracts.vocabulary import Category, Level, Role, Severity
from shared.security.tokens import Staff, sign
from tests.backends.databases import Database
from tests.connected.desk import Desk, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


def token(key: OKPKey, user: str, level: str, *stations: str) -> str:
    return sign(key, Staff(user, Role.STAFF, Level(level), (), stations), seconds=3600)


async def post(desk: Desk, path: str, by: str, body: Any = None, version: int | None = None) -> httpx.Response:
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    async with desk.system.client("followup", by) as client:
        return await client.post(path, json=body, headers=headers)


def time(**delta: float) -> str:
    return rfc3339(utc_now() + timedelta(**delta))


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def test_a_delegate_acts_with_the_level_of_the_absent_until_it_ends(desk: Desk) -> None:
    number = await desk.new(severity=Severity.S2, level=Level.L4)
    about = await desk.new(category=Category.STAFF, severity=Severity.S3, level=Level.L3)
    hidden = set()
    for whom in ("L4", "L2"):
        one = await desk.new(category=Category.STAFF, severity=Severity.S3, level=Level.L3)
        await desk.did(one, "reclassify", {"about_staff": whom, "note": "是他"})
        hidden.add(one)
    assert (await desk.act(number, "accept", level="L2")).json()["needs_level"] == "L4"
    assert (await desk.get(f"/v1/cases/{about}", "L2")).status_code == 404

    chen = desk.system.token("L4")
    made = await post(desk, "/v1/delegations", chen, {"to": "L2", "until": time(hours=1)})
    assert made.status_code == 201, made.text
    assert {name: made.json()[name] for name in ("delegator", "delegate", "level", "ended_at")} == {
        "delegator": "L4",
        "delegate": "L2",
        "level": "L4",
        "ended_at": None,
    }
    assert (await desk.get(f"/v1/cases/{about}", "L2")).status_code == 200
    assert {(await desk.get(f"/v1/cases/{one}", "L2")).status_code for one in hidden} == {404}
    listed = set(await desk.system.numbers("followup", desk.system.token("L2")))
    assert {number, about} <= listed
    assert not hidden & listed
    case = await desk.did(number, "accept", level="L2")
    assert case["owner"] == {"user": "L2", "level": "L4"}
    last = (await desk.timeline(number))[-1]
    assert last["by"] == {"user": "L2", "level": "L4", "acting_for": "L4"}

    url = f"/v1/delegations/{made.json()['id']}:end"
    assert (await post(desk, url, desk.system.token("L3"))).status_code == 404
    assert (await post(desk, url, chen)).json()["ended_at"] is not None
    assert (await desk.get(f"/v1/cases/{about}", "L2")).status_code == 404
    assert about not in await desk.system.numbers("followup", desk.system.token("L2"))
    ended = (await post(desk, url, chen)).json()["ended_at"]
    assert (await post(desk, url, desk.system.token("admin"))).json()["ended_at"] == ended


async def test_it_counts_only_from_its_beginning_and_within_the_scope_of_the_absent(desk: Desk) -> None:
    here = await desk.new(station="人民广场", line="2")
    key = desk.system.key
    helper = token(key, "L2", "L1", "西湖路")
    absent = token(key, "station-master", "L3", "人民广场")
    later = {"to": "L2", "from": time(minutes=30), "until": time(hours=1)}
    assert (await post(desk, "/v1/delegations", absent, later)).status_code == 201
    url = f"/v1/cases/{here}/actions/note"
    assert (await post(desk, url, helper, {"text": "x"}, 1)).status_code == 404
    now = {"to": "L2", "until": time(minutes=20)}
    assert (await post(desk, "/v1/delegations", absent, now)).status_code == 201
    assert (await post(desk, url, helper, {"text": "x"}, 1)).json()["version"] == 2
    assert here in await desk.system.numbers("followup", helper)
    elsewhere = await desk.new()
    assert elsewhere not in await desk.system.numbers("followup", helper)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"to": "nobody", "until": "+1"}, [("/to", "unknown_user")]),
        ({"to": "root", "until": "+1"}, [("/to", "takes_no_cases")]),
        ({"to": "li", "until": "+1"}, [("/to", "not_oneself")]),
        ({"to": "L2", "until": "-1"}, [("/until", "past")]),
        ({"to": "L2", "from": "-1", "until": "+1"}, [("/from", "past")]),
        ({"to": "L2", "from": "+2", "until": "+1"}, [("/until", "before_start")]),
        ({"to": "L2"}, [("/until", "missing")]),
        ({"to": "L2", "until": 1}, [("/until", "bad_time")]),
        ({"to": "L2", "until": "+1", "why": "x"}, [("/why", "unknown_field")]),
    ],
)
async def test_what_does_not_fit_is_refused(desk: Desk, body: dict[str, Any], found: list[tuple[str, str]]) -> None:
    hours = {name: time(hours=int(value)) for name, value in body.items() if str(value)[0] in "+-"}
    assert errors(await post(desk, "/v1/delegations", desk.system.token("L3", user="li"), {**body, **hours})) == found


async def test_one_has_one_delegate_at_a_time_and_admin_lends_no_level(desk: Desk) -> None:
    wang = desk.system.token("L5", user="wang")
    first = await post(desk, "/v1/delegations", wang, {"to": "L2", "from": time(hours=2), "until": time(hours=4)})
    assert first.status_code == 201
    again = {"to": "L4", "from": time(hours=3), "until": time(hours=5)}
    assert errors(await post(desk, "/v1/delegations", wang, again)) == [("/from", "overlaps")]
    await post(desk, f"/v1/delegations/{first.json()['id']}:end", wang)
    assert (await post(desk, "/v1/delegations", wang, again)).status_code == 201
    by_admin = await post(desk, "/v1/delegations", desk.system.token("admin"), {"to": "L2", "until": time(hours=1)})
    assert by_admin.status_code == 403
    assert (await post(desk, "/v1/delegations", "", {})).status_code == 401


async def test_everyone_sees_what_concerns_them_and_l5_all(desk: Desk) -> None:
    zhao = desk.system.token("L3", user="zhao")
    await post(desk, "/v1/delegations", zhao, {"to": "L2", "until": time(hours=1)})

    async def delegators(by: str) -> set[str]:
        async with desk.system.client("followup", by) as client:
            return {one["delegator"] for one in (await client.get("/v1/delegations")).json()["items"]}

    assert "zhao" in await delegators(zhao)
    assert "zhao" in await delegators(desk.system.token("L2"))
    assert "zhao" not in await delegators(desk.system.token("L3", user="sun"))
    assert "zhao" in await delegators(desk.system.token("L5"))
    async with desk.system.client("followup", zhao) as client:
        (one,) = (await client.get("/v1/delegations", params={"limit": 1})).json()["items"]
    assert (one["delegate"], one["level"], one["active"]) == ("L2", "L3", True)
    assert set(one) == {"id", "delegator", "delegate", "level", "from", "until", "ended_at", "active"}
