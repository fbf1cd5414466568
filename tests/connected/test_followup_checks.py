"""Acting on cases at the door: the order of checks, versions, who sees what, and what leaves for the passenger."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from joserfc.jwk import OKPKey

from shared.contracts.vocabulary import Category, Level, Role, Severity
from shared.messaging.topics import Topic
from shared.security.tokens import Staff, sign
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.desk import Desk, routed, running

UPHELD = {"outcome": "upheld", "cause": "x", "responsible": "x", "measure": "x", "education": "x"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def ask(
    desk: Desk, path: str, token: str | None, *, version: str | None = None, content: bytes = b"{}"
) -> httpx.Response:
    headers = {"Content-Type": "application/json"}
    if version is not None:
        headers["If-Match"] = version
    async with desk.system.client("followup", token) as client:
        return await client.post(path, content=content, headers=headers)


def slug(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[1]


async def test_the_checks_come_in_their_order(desk: Desk) -> None:
    number = await desk.new(severity=Severity.S2, level=Level.L3)
    url = f"/v1/cases/{number}/actions"
    low, high = desk.system.token("L1"), desk.system.token("L5")
    bad = b'{"outcome": "nonsense"}'
    # Each request is wrong in every later way too.
    assert slug(await ask(desk, "/v1/cases/PS-0/actions/resolve", None, content=bad)) == (401, "unauthenticated")
    assert slug(await ask(desk, "/v1/cases/PS-0/actions/resolve", low, content=bad)) == (404, "not-found")
    assert slug(await ask(desk, f"{url}/vanish", high)) == (404, "not-found")
    assert slug(await ask(desk, f"{url}/resolve", low, content=bad)) == (428, "if-match-required")
    assert slug(await ask(desk, f"{url}/resolve", low, version='"7"', content=bad)) == (409, "version-conflict")
    assert slug(await ask(desk, f"{url}/resolve", low, version='"1"', content=bad)) == (409, "transition-refused")
    await desk.did(number, "accept")
    assert slug(await ask(desk, f"{url}/resolve", low, version='"2"', content=bad)) == (403, "forbidden")
    answer = await ask(desk, f"{url}/resolve", high, version='"2"', content=bad)
    assert slug(answer) == (422, "invalid")
    assert answer.json()["errors"] == [
        {"pointer": "/outcome", "code": "not_allowed", "detail": answer.json()["errors"][0]["detail"]}
    ]
    assert slug(await ask(desk, f"{url}/resolve", high, version='"2"', content=b"{")) == (400, "malformed-json")
    missing = await ask(desk, f"{url}/resolve", high, version='"2"', content=b'{"outcome": "upheld"}')
    assert {(e["pointer"], e["code"]) for e in missing.json()["errors"]} == {
        (f"/{name}", "missing") for name in ("cause", "responsible", "measure", "education")
    }
    assert (await desk.case(number))["version"] == 2


async def test_a_refusal_says_what_is_allowed_and_who_may(desk: Desk) -> None:
    number = await desk.new(severity=Severity.S2, level=Level.L3)
    refused = await desk.act(number, "close", level="L3")
    assert slug(refused) == (409, "transition-refused")
    allowed = {one["action"] for one in refused.json()["allowed_actions"] if one["allowed"]}
    on_the_case = {one["action"] for one in (await desk.case(number, "L3"))["allowed_actions"] if one["allowed"]}
    assert allowed == on_the_case
    assert "accept" in allowed
    assert "close" not in allowed
    forbidden = await desk.act(number, "accept", level="L1")
    assert slug(forbidden) == (403, "forbidden")
    assert forbidden.json()["needs_level"] == "L3"
    by_admin = await desk.act(number, "accept", level="admin")
    assert slug(by_admin) == (403, "forbidden")


async def test_a_stale_version_tells_what_happened_since(desk: Desk) -> None:
    number = await desk.new()
    await desk.did(number, "accept", level="L2")
    await desk.did(number, "contact", {"medium": "phone"}, level="L3")
    stale = await desk.act(number, "note", {"text": "x"}, version=1)
    assert slug(stale) == (409, "version-conflict")
    body = stale.json()
    assert body["current"] == 3
    assert body["changed_by"] == {"user": "L3", "level": "L3"}
    assert [(c["version"], c["type"]) for c in body["changes"]] == [(2, "case.accepted"), (3, "case.contacted")]
    assert (await desk.case(number))["version"] == 3


async def test_of_many_who_act_on_one_version_one_succeeds(desk: Desk) -> None:
    number = await desk.new()
    answers = await asyncio.gather(*(desk.act(number, "accept", level=f"L{n % 3 + 1}", version=1) for n in range(9)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 8
    case = await desk.case(number)
    assert (case["version"], case["state"]) == (2, "accepted")
    winner = next(a for a in answers if a.status_code == 200)
    assert winner.headers["etag"] == '"2"'
    assert winner.json()["owner"] == case["owner"]


async def test_a_case_goes_through_its_life(desk: Desk) -> None:
    number = await desk.new()
    etag = (await desk.get(f"/v1/cases/{number}")).headers["etag"]
    assert etag == '"1"'
    steps: list[tuple[str, Any, str]] = [
        ("accept", None, "accepted"),
        ("contact", {"medium": "phone"}, "in_progress"),
        ("pause", {"reason": "waiting_for_passenger"}, "waiting"),
        ("resume", {}, "in_progress"),
        ("note", {"text": "已联系机电"}, "in_progress"),
        ("escalate", {"reason": "乘客不满"}, "in_progress"),
        ("reply", {"text": "扶梯明早修好"}, "in_progress"),
        ("resolve", UPHELD, "resolved"),
        ("reopen", {"reason": "又停了"}, "in_progress"),
        ("resolve", {"outcome": "goodwill"}, "resolved"),
    ]
    for action, body, state in steps:
        assert (await desk.did(number, action, body))["state"] == state, action
    timeline = await desk.timeline(number)
    assert [one["version"] for one in timeline] == list(range(1, len(timeline) + 1))
    types = [one["type"] for one in timeline]
    for type_ in ("opened", "accepted", "contacted", "paused", "resumed", "noted", "escalated", "replied", "resolved"):
        assert f"case.{type_}" in types
    note = next(one for one in timeline if one["type"] == "case.noted")
    assert (note["by"], note["data"]["text"]) == ({"user": "L5", "level": "L5"}, "已联系机电")
    assert next(one for one in timeline if one["type"] == "case.resolved")["data"]["measure"] == "x"
    clocks = {d["clock"]: d for d in (await desk.case(number))["deadlines"]}
    assert (clocks["acknowledge"]["state"], clocks["first_response"]["state"]) == ("met", "met")
    assert clocks["resolve"]["state"] == "met"
    assert len(clocks["resolve"]["history"]) == 1


async def test_a_reply_is_told_without_numbers_that_identify(desk: Desk) -> None:
    number = await desk.new()
    await desk.did(number, "accept")
    await desk.did(number, "reply", {"text": "请致电 13812345678 或服务热线 12345"})

    async def told() -> bool:
        messages = [json.loads(b) for _, _, b in await desk.published(Topic.PASSENGER_MESSAGES, 2, 0)]
        mine = [m for m in messages if m["number"] == number and m["code"] == "reply"]
        return [m["text"] for m in mine] == ["请致电 [电话] 或服务热线 12345"]

    assert await until(told, 15)
    reply = next(one for one in await desk.timeline(number) if one["type"] == "case.replied")
    assert reply["data"]["text"] == "请致电 [电话] 或服务热线 12345"
    facts = [b.decode() for _, _, b in await desk.published(Topic.CASE_EVENTS)]
    assert not [fact for fact in facts if "请致电" in fact]


async def test_deadlines_explain_themselves_in_the_readers_language(desk: Desk) -> None:
    number = await desk.new()
    async with desk.system.client("followup", desk.system.token()) as client:
        answer = await client.get(f"/v1/cases/{number}/deadlines", headers={"Accept-Language": "en"})
    items = {one["clock"]: one for one in answer.json()["items"]}
    acknowledge = items["acknowledge"]
    assert acknowledge["segments"][0]["counts"] is True
    assert set(acknowledge["segments"][0]) == {"from", "to", "counts", "why"}
    assert acknowledge["windows"][-1]["to"] == acknowledge["due_at"]
    assert acknowledge["explanation"]
    assert all(sentence.isascii() or "–" in sentence for sentence in acknowledge["explanation"])


async def test_a_case_about_a_person_is_unknown_below_l3(desk: Desk) -> None:
    number = await desk.new(category=Category.STAFF, severity=Severity.S3, level=Level.L3, about_staff=True)
    for level, status in (("L1", 404), ("L2", 404), ("L3", 200), ("L5", 200), ("admin", 200)):
        assert (await desk.get(f"/v1/cases/{number}", level)).status_code == status, level
        assert (await desk.get(f"/v1/cases/{number}/timeline", level)).status_code == status, level
        listed = await desk.system.numbers("followup", desk.system.token(level))
        assert (number in listed) is (status == 200), level
    answer = await ask(desk, f"/v1/cases/{number}/actions/note", desk.system.token("L2"), version='"1"')
    assert slug(answer) == (404, "not-found")


async def test_a_case_about_a_person_is_unknown_to_that_person(desk: Desk) -> None:
    number = await desk.new(category=Category.STAFF, severity=Severity.S3, level=Level.L3)
    await desk.did(number, "reclassify", {"about_staff": "L4", "note": "是他"})
    theirs = desk.system.token("L4")
    others = desk.system.token("L4", user="li")
    for token, status in ((theirs, 404), (others, 200)):
        async with desk.system.client("followup", token) as client:
            assert (await client.get(f"/v1/cases/{number}")).status_code == status
        assert (number in await desk.system.numbers("followup", token)) is (status == 200)


async def test_lists_are_narrowed_and_paged(desk: Desk) -> None:
    events = [routed(severity=Severity.S3, level=Level.L2, text=f"空调太冷 {n}") for n in range(5)]
    numbers = await desk.route(*events)
    await desk.did(numbers[0], "accept", level="L4")
    found: list[str] = []
    cursor = ""
    while True:
        params: dict[str, Any] = {"q": "空调太冷", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = (await desk.get("/v1/cases", "L5", **params)).json()
        found += [one["number"] for one in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert found == list(reversed(numbers))
    wanted: list[tuple[dict[str, str], int]] = [
        ({"owner": "L4"}, 1),
        ({"state": "accepted"}, 1),
        ({"state": "received"}, 4),
        ({"level": "L2"}, 5),
        ({"kind": "abnormal"}, 0),
        ({"severity": "S3"}, 5),
        ({"station": "人民广场"}, 0),
        ({"due_before": "2100-01-01T00:00:00Z"}, 5),
        ({"due_before": "2000-01-01T00:00:00Z"}, 0),
    ]
    for narrowed, count in wanted:
        items = await desk.listed(q="空调太冷", **narrowed)
        assert len(items) == count, narrowed
    assert len(await desk.listed(q="空调太冷", level="", state="", due_before="", owner="")) == 5
    (by_number,) = await desk.listed(q=numbers[3])
    assert by_number["number"] == numbers[3]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"nonsense": "1"},
        {"limit": "201"},
        {"cursor": "zz"},
        {"cursor": "OTk5OS0xMi0zMVQyMzo1OTo1OS0yMzo1OXwwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDA"},
        {"state": "gone"},
        {"due_before": "2026-01-01T00:00:00"},
        {"due_before": "9999-12-31T23:59:59-23:59"},
    ],
)
async def test_a_bad_query_is_refused(desk: Desk, query: dict[str, str]) -> None:
    assert slug(await desk.get("/v1/cases", "L5", **query)) == (422, "invalid")


async def test_a_filter_that_does_not_exist_is_named(desk: Desk) -> None:
    refused = await desk.get("/v1/cases", "L5", nonsense="1")
    assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [("?nonsense", "unknown_field")]


async def test_only_our_own_unexpired_tokens_open_the_door(desk: Desk) -> None:
    staff = Staff("L5", Role.STAFF, Level.L5)
    other = OKPKey.generate_key("Ed25519", {"kid": "test"}, private=True)
    head, claims, signature = desk.system.token("L1").split(".")
    forged = ".".join([head, sign(other, staff, seconds=60).split(".")[1], signature])
    for token in (
        None,
        "nonsense",
        sign(other, staff, seconds=60),
        sign(desk.system.key, staff, seconds=60, now=time.time() - 3600),
        forged,
        f"{head}.{claims}.",
        "eyJhbGciOiJub25lIn0." + claims + ".",
    ):
        async with desk.system.client("followup", token) as client:
            answer = await client.get("/v1/cases")
        assert slug(answer) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_transfer_goes_to_someone_who_exists(desk: Desk) -> None:
    number = await desk.new()
    await desk.did(number, "accept")
    unknown = await desk.act(number, "transfer", {"to": {"user": "nobody"}, "reason": "x"})
    assert slug(unknown) == (422, "invalid")
    assert unknown.json()["errors"][0]["pointer"] == "/to/user"
    case = await desk.did(number, "transfer", {"to": {"user": "L2"}, "reason": "x"})
    assert (case["transfers"], case["offer"]["user"]) == (1, "L2")
    both = await desk.act(number, "transfer", {"to": {"user": "L2", "level": "L3"}, "reason": "x"})
    assert both.json()["errors"][0]["code"] == "exactly_one"


async def test_an_administrator_is_offered_nothing_and_a_case_is_about_someone_who_exists(desk: Desk) -> None:
    number = await desk.new()
    admin = await desk.act(number, "transfer", {"to": {"user": "root"}, "reason": "x"})
    assert [(e["pointer"], e["code"]) for e in admin.json()["errors"]] == [("/to/user", "takes_no_cases")]
    nobody = await desk.act(number, "reclassify", {"about_staff": "nobody-such", "note": "x"})
    assert [(e["pointer"], e["code"]) for e in nobody.json()["errors"]] == [("/about_staff", "unknown_user")]
    assert {admin.status_code, nobody.status_code} == {422}
    assert (await desk.case(number))["version"] == 1


async def test_only_names_of_the_network_and_of_units_leave_in_facts(desk: Desk) -> None:
    async def known() -> bool:
        return bool(await desk.value("select count(*) from network"))

    assert await until(known, 20)
    number = await desk.new()
    await desk.did(number, "accept")

    async def offered() -> bool:
        return (await desk.act(number, "transfer", {"to": {"station": "人广站"}, "reason": "x"})).status_code == 200

    assert await until(offered, 10)
    assert (await desk.case(number))["offer"]["station"] == "人民广场"
    assert (await desk.did(number, "accept", level="L1"))["owner"] == {"user": "L1", "level": "L1"}
    corrected = await desk.did(number, "reclassify", {"station": "People's Square", "note": "x"})
    assert (corrected["station"], corrected["line"]) == ("人民广场", "2")
    words = "张三 13800000000"
    for action, body, pointer, code in (
        ("transfer", {"to": {"station": words}, "reason": "x"}, "/to/station", "unknown_station"),
        ("transfer", {"to": {"unit": words}, "reason": "x"}, "/to/unit", "unknown_unit"),
        ("reclassify", {"station": words, "note": "x"}, "/station", "unknown_station"),
    ):
        refused = await desk.act(number, action, body)
        assert slug(refused) == (422, "invalid")
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [(pointer, code)]
