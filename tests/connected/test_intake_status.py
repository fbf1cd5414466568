"""The passenger's status follows the case, and what the passenger asks reaches it."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from shared.clock import rfc3339, utc_now
from shared.contracts.case_events import (
    CaseAccepted,
    CaseClosed,
    CaseNoted,
    CasePaused,
    CaseReclassified,
    CaseReopened,
    CaseReplied,
    CaseResolved,
    Person,
)
from shared.contracts.vocabulary import Level, Outcome, PauseReason, State
from shared.messaging.topics import Topic
from tests.backends.databases import Database
from tests.backends.system import until
from tests.connected.intake import Intake, Made, running
from tests.connected.wire import Heard

DUE = "2099-01-01T00:00:00.000Z"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def intake(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Intake]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


async def resolved(intake: Intake, made: Made, version: int) -> None:
    await intake.fact(made, CaseResolved, version, State.RESOLVED, outcome=Outcome.NOT_UPHELD)


async def asked(intake: Intake, made: Made, count: int) -> list[Heard]:
    def enough(heard: list[Heard]) -> bool:
        return len([one for one in heard if one.key == made["case_id"]]) >= count

    heard = await intake.wire.hear([Topic.PASSENGER_EVENTS], enough)
    return [one for one in heard if one.key == made["case_id"]]


async def test_a_new_complaint_is_received_and_nothing_can_be_asked_yet(intake: Intake) -> None:
    made = await intake.made()
    status = await intake.status(made)
    assert {k: status[k] for k in ("number", "state", "promised_at", "answered_at", "answer", "can")} == {
        "number": made["number"],
        "state": "received",
        "promised_at": None,
        "answered_at": None,
        "answer": None,
        "can": [],
    }
    assert status["history"][0]["at"] == status["received_at"] == made["received_at"]
    refused = await intake.ask(made, "withdraw")
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/transition-refused")
    assert refused.json()["allowed_actions"] == []


async def test_the_status_follows_the_case_through_its_life(intake: Intake) -> None:
    made = await intake.opened(passenger={"name": "李四"})
    assert await intake.becomes(made, state="received", promised_at=DUE)
    await intake.fact(made, CaseAccepted, 2, State.ACCEPTED, owner=Person(user="wang", level=Level.L1))
    assert await intake.becomes(made, state="in_progress")
    waiting = PauseReason.WAITING_FOR_PASSENGER
    await intake.fact(made, CasePaused, 3, State.WAITING, reason=waiting)
    assert await intake.becomes(made, state="waiting_for_you", can=["answer", "withdraw"])
    await intake.fact(made, CaseReplied, 4, State.IN_PROGRESS, final=False)
    await intake.tell(made, "您好,已退款。")
    assert await intake.becomes(made, state="answered", answer="李四,您好,已退款。")
    await resolved(intake, made, 5)
    assert await intake.becomes(made, state="answered", can=["reopen", "survey"])
    await intake.fact(made, CaseReopened, 6, State.IN_PROGRESS, from_level=Level.L1, reopened=1)
    assert await intake.becomes(made, state="in_progress", answer=None, answered_at=None, can=["withdraw"])
    await intake.fact(made, CaseReplied, 7, State.IN_PROGRESS, final=True)
    await resolved(intake, made, 8)
    await intake.fact(made, CaseClosed, 9, State.CLOSED)
    assert await intake.becomes(made, state="closed", can=["survey"])
    texts = [entry["text"] for entry in (await intake.status(made, **{"Accept-Language": "en"}))["history"]]
    assert texts[0] == "We have received what you told us."
    assert texts[-1] == "The file has been closed."


async def test_facts_that_overtake_one_another_take_effect_in_their_order(intake: Intake) -> None:
    made = await intake.made()
    steps: list[tuple[Any, int, State, dict[str, Any]]] = [
        (CaseAccepted, 2, State.ACCEPTED, {"owner": Person(user="wang", level=Level.L1)}),
        (CaseReplied, 3, State.IN_PROGRESS, {"final": True}),
        (CaseResolved, 4, State.RESOLVED, {"outcome": Outcome.NOT_UPHELD}),
        (CaseClosed, 5, State.CLOSED, {}),
    ]
    random.Random(7).shuffle(steps)
    await intake.tell(made, "比案件先到的答复")
    for type_, version, state, fields in steps:
        await intake.fact(made, type_, version, state, **fields)

    async def held() -> bool:
        held: int = await intake.value("select count(*) from held_facts where case_id = $1", made["case_id"])
        return held == 4

    assert await until(held, 15)
    assert (await intake.status(made))["state"] == "received"
    assert (await intake.status(made))["answer"] is None
    await intake.open(made)
    assert await intake.becomes(made, state="closed", can=["survey"], answer="比案件先到的答复")
    assert await intake.value("select count(*) from held_facts where case_id = $1", made["case_id"]) == 0


async def test_a_second_fact_of_the_same_version_changes_nothing(intake: Intake) -> None:
    made = await intake.opened()
    await resolved(intake, made, 2)
    assert await intake.becomes(made, can=["reopen", "survey"])
    await intake.wire.raw(
        Topic.CASE_EVENTS,
        json.dumps(
            {**_noted(made), "type": "psc.case.replied.v1", "version": 2, "state": "resolved", "final": True}
        ).encode(),
        [("ce_specversion", b"1.0"), ("ce_id", made["case_id"].encode()), ("ce_type", b"psc.case.replied.v1")],
        made["case_id"].encode(),
    )
    await intake.fact(made, CaseNoted, 3, State.RESOLVED)

    async def third() -> bool:
        version: int = await intake.value("select version from progress where case_id = $1", made["case_id"])
        return version == 3

    assert await until(third, 15)
    assert (await intake.status(made))["can"] == ["reopen", "survey"], (
        "a final reply would have taken the reopening away"
    )


async def test_a_fact_of_a_later_version_of_psc_moves_the_case_on(intake: Intake) -> None:
    made = await intake.opened()
    await intake.wire.raw(
        Topic.CASE_EVENTS,
        json.dumps({**_noted(made), "type": "psc.case.frozen.v1", "version": 2, "state": "in_progress"}).encode(),
        [("ce_specversion", b"1.0"), ("ce_id", made["case_id"].encode()), ("ce_type", b"psc.case.frozen.v1")],
        made["case_id"].encode(),
    )
    await resolved(intake, made, 3)
    assert await intake.becomes(made, state="answered")


def _noted(made: Made) -> dict[str, Any]:
    by = {"user": "wang", "level": "L1"}
    base = {"case_id": made["case_id"], "number": made["number"], "at": rfc3339(utc_now()), "by": by, "level": "L1"}
    return {**base, "type": "psc.case.noted.v1", "cause": "staff"}


async def test_what_the_passenger_asks_is_said_once_with_redacted_words_in_the_cases_trace(intake: Intake) -> None:
    made = await intake.opened(passenger={"name": "李四"})
    await intake.fact(made, CasePaused, 2, State.WAITING, reason=PauseReason.WAITING_FOR_PASSENGER)
    assert await intake.becomes(made, can=["answer", "withdraw"])
    text = "我是李四,电话13812345678"
    answers = await asyncio.gather(*(intake.ask(made, "answer", "one-key", text=text) for _ in range(8)))
    assert {a.status_code for a in answers} == {202}
    assert sum("idempotency-replayed" not in a.headers for a in answers) == 1
    other = await intake.ask(made, "answer", "one-key", text="别的话")
    assert other.status_code == 422
    assert other.json()["type"].endswith("/idempotency-key-reused")
    assert (await intake.ask(made, "withdraw", text="不用了")).status_code == 202
    said = await asked(intake, made, 2)
    assert [one.headers["ce_type"] for one in said] == ["psc.passenger.answered.v1", "psc.passenger.withdrew.v1"]
    assert json.loads(said[0].body)["text"] == "我是[姓名],电话[电话]"
    trace = await intake.value("select traceparent from complaints where case_id = $1", made["case_id"])
    assert said[0].headers["traceparent"].split("-")[1] == trace.split("-")[1]
    kept = await intake.value("select array_agg(text order by id) from words where case_id = $1", made["case_id"])
    assert text in kept


async def test_a_verdict_is_given_once_and_a_reopening_is_asked_for(intake: Intake) -> None:
    made = await intake.opened()
    await resolved(intake, made, 2)
    assert await intake.becomes(made, can=["reopen", "survey"])
    good: dict[str, Any] = {
        "satisfaction": 4,
        "servqual": dict.fromkeys(("reliability", "responsiveness", "assurance", "empathy", "tangibles"), 3),
    }
    for bad in ({"satisfaction": 6}, {"satisfaction": "4"}, {}, {**good, "servqual": {"empathy": 1}}, {**good, "x": 1}):
        assert (await intake.ask(made, "survey", **bad)).status_code == 422
    assert (await intake.ask(made, "survey", **good)).status_code == 202
    assert (await intake.ask(made, "survey", satisfaction=1)).status_code == 409
    assert (await intake.status(made))["can"] == ["reopen"]
    assert (await intake.ask(made, "reopen")).status_code == 422
    assert (await intake.ask(made, "reopen", text="还是没有退")).status_code == 202
    said = await asked(intake, made, 2)
    assert [json.loads(one.body).get("satisfaction") for one in said] == [4, None]
    assert (await intake.ask(made, "answer", text="还有一句")).status_code == 409


async def test_a_wrong_code_and_an_unknown_number_are_the_same_and_count(intake: Intake) -> None:
    made = await intake.made()
    # Another address than the other tests', because wrong codes count by address.
    headers = {"X-Forwarded-For": "10.9.8.7"}

    async def look(number: str, code: str) -> Any:
        return await intake.client.get(f"/v1/complaints/{number}/status", params={"code": code}, headers=headers)

    for _ in range(20):
        assert (await look(made["number"], made["receipt_code"].lower())).status_code == 200
    wrong = await look(made["number"], "AAAAAA" if made["receipt_code"] != "AAAAAA" else "BBBBBB")
    unknown = await look("PS-20260101-000001", "AAAAAA")
    assert wrong.status_code == unknown.status_code == 404
    differing = {k for k in wrong.json() if wrong.json()[k] != unknown.json()[k]}
    assert differing == {"instance"}
    assert set(wrong.headers) == set(unknown.headers)
    statuses = [(await look(made["number"], "AAAAAA")).status_code for _ in range(12)]
    assert statuses[-1] == 429
    assert 404 in statuses
    limited = await look(made["number"], made["receipt_code"])
    assert limited.status_code == 429, "a guesser who has guessed too often must not learn from the answer"
    assert int(limited.headers["retry-after"]) >= 1
    assert (await intake.status(made))["state"] == "received", "others are not locked out"


async def test_a_status_without_code_is_refused(intake: Intake) -> None:
    made = await intake.made()
    answer = await intake.client.get(f"/v1/complaints/{made['number']}/status")
    assert answer.status_code == 422


async def test_staff_read_the_original_and_reveal_the_contact_and_both_are_recorded(intake: Intake) -> None:
    text = "原话 \r\n 13812345678"
    sent = {"text": text, "channel": "letter", "station": "人广", "claim": {"amount_cny": 2}}
    sent |= {"flags": {"on_scene": True}, "occurred_at": rfc3339(utc_now() - timedelta(hours=1))}
    made = await intake.made(**sent, passenger={"name": "李四", "phone": "13812345678", "language": "zh"})
    url = f"/v1/complaints/{made['number']}"
    async with intake.system.client("intake", intake.system.token("L2", "zhao")) as l2:
        assert (await l2.get(url)).status_code == 200
        await intake.open(made)
        await intake.fact(made, CaseAccepted, 2, State.ACCEPTED, owner=Person(user="wang", level=Level.L2))
        assert await intake.becomes(made, state="in_progress")
        original = (await l2.get(url)).json()
        assert sent.items() <= original.items()
        assert {k: original[k] for k in ("case_id", "number", "received_at")}.items() <= made.items()
        assert original["passenger"] == {"language": "zh"}
        refused = await l2.post(f"{url}/contact:reveal", json={"purpose": "回电"})
        assert (refused.status_code, refused.json()["needs_level"]) == (403, "L3")
    async with intake.system.client("intake", intake.system.token("L2", "wang")) as owner:
        assert (await owner.post(f"{url}/contact:reveal", json={})).status_code == 422
        assert (await owner.post(f"{url}/contact:reveal", json={"purpose": "回电"})).json() == {
            "name": "李四",
            "phone": "13812345678",
        }
    recorded = await intake.value(
        "select array_agg(what || ' ' || actor || coalesce(' ' || purpose, '') order by id) from disclosures "
        "where case_id = $1",
        made["case_id"],
    )
    assert recorded == ["original zhao", "original zhao", "contact wang 回电"]


async def test_what_its_sender_calls_a_case_about_staff_is_kept_from_below_l3_before_it_is_opened(
    intake: Intake,
) -> None:
    made = await intake.made(category="STAFF")
    url = f"/v1/complaints/{made['number']}"
    for level, status in (("L2", 404), ("L3", 200)):
        async with intake.system.client("intake", intake.system.token(level, "zhao")) as client:
            assert (await client.get(url)).status_code == status


async def test_a_case_is_kept_from_whom_it_is_about(intake: Intake) -> None:
    made = await intake.opened(passenger={"phone": "13812345678"})
    await intake.fact(made, CaseAccepted, 2, State.ACCEPTED, owner=Person(user="zhao", level=Level.L3))
    about = {"kind": "normal", "reason": "N0", "category": "TICKET", "severity": "S4", "about_staff": True}
    about |= {"about_user": "zhao", "proposed": False, "uncertain": False}
    assert await intake.becomes(made, state="in_progress")
    url = f"/v1/complaints/{made['number']}"
    async with intake.system.client("intake", intake.system.token("L3", "zhao")) as zhao:
        assert (await zhao.get(url)).status_code == 200
        await intake.fact(made, CaseReclassified, 3, State.ACCEPTED, **about)
        await intake.fact(made, CaseResolved, 4, State.RESOLVED, outcome="upheld")
        assert await intake.becomes(made, state="answered")
        assert (await zhao.get(url)).status_code == 404
        assert (await zhao.post(f"{url}/contact:reveal", json={"purpose": "回电"})).status_code == 404
    for level, user in (("L3", "qian"), ("L5", "zhao")):
        async with intake.system.client("intake", intake.system.token(level, user)) as other:
            assert (await other.get(url)).status_code == 200
            assert (await other.post(f"{url}/contact:reveal", json={"purpose": "回电"})).status_code == 200


async def test_nobody_else_reads_originals(intake: Intake) -> None:
    made = await intake.made()
    assert (await intake.client.get(f"/v1/complaints/{made['number']}")).status_code == 401
    async with intake.system.client("intake", intake.system.token("L5")) as l5:
        assert (await l5.get("/v1/complaints/PS-19000101-000000")).status_code == 404
        assert (await l5.get(f"/v1/complaints/{made['number']}")).status_code == 200
