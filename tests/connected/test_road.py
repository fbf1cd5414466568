"""The whole road, as its users go it: from a terminal to the passenger's answer and the figures."""

from typing import Any

from shared.clock import utc_now
from tests.backends.system import INTEGRATION_KEY, System, until


async def accepted(system: System, **complaint: Any) -> dict[str, Any]:
    async with system.client("intake", INTEGRATION_KEY) as client:
        answer = await system.complain(client, **complaint)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def status(system: System, made: dict[str, Any]) -> dict[str, Any]:
    async with system.client("intake") as client:
        answer = await client.get(f"/v1/complaints/{made['number']}/status", params={"code": made["receipt_code"]})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def say(system: System, made: dict[str, Any], verb: str, **body: Any) -> int:
    async with system.client("intake") as client:
        url = f"/v1/complaints/{made['number']}:{verb}"
        return (await client.post(url, json={"code": made["receipt_code"], **body})).status_code


async def becomes(system: System, made: dict[str, Any], state: str) -> bool:
    async def is_so() -> bool:
        return bool((await status(system, made))["state"] == state)

    return await until(is_so, 15)


async def reported(system: System, number: str) -> dict[str, Any]:
    async with system.client("reporting", system.token("admin")) as client:

        async def found() -> bool:
            return (await client.get(f"/v1/cases/{number}")).status_code == 200

        assert await until(found, 15)
        body: dict[str, Any] = (await client.get(f"/v1/cases/{number}")).json()
        return body


async def test_a_complaint_is_opened_with_clocks_from_intake_and_told_to_the_passenger(system: System) -> None:
    made = await accepted(system, text="闸机吞卡,站务员说等明天再来。", station="人民广场")
    case = await system.case(made["number"])
    assert case["case_id"] == made["case_id"]
    assert (case["state"], case["kind"], case["station"]) == ("received", "normal", "人民广场")
    started = {d["clock"]: d["started_at"] for d in case["deadlines"]}
    assert {"acknowledge", "first_response", "resolve"} <= set(started)
    assert set(started.values()) == {made["received_at"]}
    assert await becomes(system, made, "received")
    assert await until(lambda: _promised(system, made), 15)
    assert (await reported(system, made["number"]))["number"] == made["number"]


async def _promised(system: System, made: dict[str, Any]) -> bool:
    return bool((await status(system, made))["promised_at"])


async def test_the_case_goes_through_its_life_and_passenger_and_figures_follow(system: System) -> None:
    made = await accepted(system, text="进站闸机扣了两次钱,请退回四元。")
    number = made["number"]
    await system.case(number)
    for action, body in (
        ("accept", {}),
        ("contact", {"medium": "phone"}),
        ("reply", {"text": "您好,四元已退回。"}),
        ("resolve", {"outcome": "not_upheld"}),
    ):
        answer = await system.act(number, action, body)
        assert answer.status_code == 200, (action, answer.text)
    assert answer.json()["state"] == "resolved"
    assert await becomes(system, made, "answered")
    assert await until(lambda: _answer_is(system, made, "您好,四元已退回。"), 15)
    # A reply shows as answered too; the survey opens with the resolution.
    assert await until(lambda: _can(system, made, "survey"), 15)
    assert await say(system, made, "survey", satisfaction=5) == 202
    assert await say(system, made, "reopen", text="还是没有退") == 202

    async def reopened() -> bool:
        case = await system.case(number)
        return bool(case["state"] == "in_progress" and case["reopened"] == 1)

    assert await until(reopened, 15)

    async def figures_follow() -> bool:
        return bool((await reported(system, number))["state"] == "in_progress")

    assert await until(figures_follow, 15)


async def _can(system: System, made: dict[str, Any], verb: str) -> bool:
    return verb in (await status(system, made))["can"]


async def _answer_is(system: System, made: dict[str, Any], text: str) -> bool:
    return bool((await status(system, made))["answer"] == text)


async def test_a_passenger_answers_what_we_wait_for_and_withdraws(system: System) -> None:
    made = await accepted(system, text="洗手间没有纸,地上全是水。")
    number = made["number"]
    await system.case(number)
    assert (await system.act(number, "accept")).status_code == 200
    assert (await system.act(number, "pause", {"reason": "waiting_for_passenger"})).json()["state"] == "waiting"
    assert await becomes(system, made, "waiting_for_you")
    assert await say(system, made, "answer", text="是二号口的洗手间") == 202

    async def goes_on() -> bool:
        return (
            bool((await system.case(number))["state"] == "accepted")
            or (await system.case(number))["state"] == "in_progress"
        )

    assert await until(goes_on, 15)
    assert await becomes(system, made, "in_progress")
    assert await say(system, made, "withdraw") == 202
    assert await becomes(system, made, "closed")
    assert (await system.case(number))["outcome"] == "withdrawn"
    assert await say(system, made, "answer", text="还有一句") == 409


async def test_a_defect_inside_praise_is_a_case_of_its_own_for_everyone(system: System) -> None:
    made = await accepted(system, text="表扬站务员小张热心帮我提箱子。不过扶梯踏板松动,很不安全,希望检查。")
    number = f"{made['number']}-1"
    child = await system.case(number)
    assert (child["parent"], child["category"], child["kind"]) == (made["number"], "SAFETY", "normal")
    assert (await reported(system, number))["category"] == "SAFETY"
    assert (await system.act(number, "accept")).status_code == 200

    async def followed() -> bool:
        states = {one["number"]: one["state"] for one in (await status(system, made))["children"]}
        return states == {number: "in_progress"} and (await reported(system, number))["state"] == "accepted"

    assert await until(followed, 15)


async def test_a_merged_complaint_shows_its_passenger_the_other_ones_answer(system: System) -> None:
    first = await accepted(system, text="三号口的直梯停了两天,没人来修。")
    again = await accepted(system, text="三号口那部直梯还停着,是我朋友也报过的那部。")
    for made in (first, again):
        await system.case(made["number"])
    assert (await system.act(again["number"], "merge", {"into": first["number"]})).status_code == 200
    for action, body in (("accept", {}), ("reply", {"text": "直梯今晚修好。"})):
        assert (await system.act(first["number"], action, body)).status_code == 200
    assert await until(lambda: _answer_is(system, again, "直梯今晚修好。"), 15)
    assert await becomes(system, again, "answered")

    async def counted() -> bool:
        return bool((await reported(system, again["number"]))["state"] == "closed")

    assert await until(counted, 15)


async def test_enquiries_and_abnormal_complaints_are_opened_and_listed(system: System) -> None:
    praise = await accepted(system, text="想表扬一下昨晚值班的姑娘,谢谢她帮我找回钱包!")
    threat = await accepted(system, text="再不退我卡里的余额,我明天就带汽油去你们客服中心,大家都别想好过。")
    kinds = {(await system.case(m["number"]))["kind"] for m in (praise, threat)}
    assert kinds == {"non_complaint", "abnormal"}
    assert (await system.case(threat["number"]))["severity"] == "S1"
    listed = await system.numbers("followup")
    assert {praise["number"], threat["number"]} <= set(listed)
    assert len(listed) == len(set(listed))


async def test_a_paper_complaint_keeps_the_instant_at_which_it_was_taken(system: System) -> None:
    taken = utc_now().replace(microsecond=0)
    made = await accepted(system, channel="letter", taken_at=taken.isoformat().replace("+00:00", "Z"))
    case = await system.case(made["number"])
    starts = {d["started_at"] for d in case["deadlines"]}
    assert starts == {taken.isoformat().replace("+00:00", ".000Z")}


async def test_figures_count_what_was_received(system: System) -> None:
    async with system.client("reporting", system.token("admin")) as client:

        async def received() -> float:
            figures = (await client.get("/v1/kpis")).json()["figures"]
            return float(next(f["value"] for f in figures if f["name"] == "received"))

        before = await received()
        for n in range(3):
            await accepted(system, text=f"车厢太吵 {n}")

        async def counted() -> bool:
            return await received() == before + 3

        assert await until(counted, 15)
