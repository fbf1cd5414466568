"""A complaint that names no place in its fields: routing reads it, the case has it, the figures follow."""

import httpx

from tests.backends.system import INTEGRATION_KEY, System, until

WORDS = "今天早上二号线人民广场站闸机多扣了我两块钱"


async def posted(system: System, **complaint: str) -> str:
    async with system.client("intake", INTEGRATION_KEY) as client:
        answer = await system.complain(client, **complaint)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


async def preview(client: httpx.AsyncClient, **asked: object) -> dict[str, object]:
    answer = await client.post("/v1/decisions:preview", json={"channel": "web", "text": WORDS, **asked})
    assert answer.status_code == 200, answer.text
    body: dict[str, object] = answer.json()
    return body


async def test_the_place_is_read_from_the_words_and_followed_to_the_end(system: System) -> None:
    async with system.client("routing", system.token("L1")) as client:

        async def network_is_here() -> bool:
            return (await preview(client))["station"] == "人民广场"

        assert await until(network_is_here, 15)
        assert (await preview(client, line="8"))["line"] == "8"
        assert (await preview(client, context={"station": "南湖"}))["station"] == "南湖"
    read, stated = await posted(system, text=WORDS), await posted(system, text=WORDS + "!", station="南湖")
    case = await system.case(read)
    assert (case["line"], case["station"]) == ("2", "人民广场")
    assert [b["evidence"] for b in case["explanation"] if b["rule"] == "place.text"] == ["二号线人民广场站"]
    assert (await system.case(stated))["station"] == "南湖"
    async with system.client("reporting", system.token("admin")) as client:

        async def is_reported() -> bool:
            answer = await client.get("/v1/cases", params={"station": "人民广场", "line": "2"})
            return [item["number"] for item in answer.json()["items"]] == [read]

        assert await until(is_reported, 15)
