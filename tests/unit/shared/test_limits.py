"""Limits: on size, declared or not, on how many at once, and no NUL in addresses."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from shared.web.limits import MEBIBYTE, Limits, Room
from tests.unit.shared.frame import client

JSON = {"Content-Type": "application/json", "Accept-Language": "en"}


def body(size: int) -> bytes:
    return b'{"a": "%s"}' % (b"x" * (size - 9))


def test_a_body_up_to_the_limit_is_taken() -> None:
    http = client()
    assert http.post("/any", content=body(MEBIBYTE), headers=JSON).status_code == 200
    assert http.post("/any", content=body(MEBIBYTE + 1), headers=JSON).status_code == 413


def test_a_body_of_undeclared_length_is_counted() -> None:
    http = client()
    pieces = [body(MEBIBYTE + 1)[start : start + 65536] for start in range(0, MEBIBYTE + 1, 65536)]
    answer = http.post("/any", content=iter(pieces), headers=JSON)
    assert answer.status_code == 413
    assert str(MEBIBYTE) in answer.json()["detail"]


def test_a_door_may_take_more() -> None:
    http = client(larger_bodies={"/any": 2 * MEBIBYTE})
    assert http.post("/any", content=body(MEBIBYTE + 1), headers=JSON).status_code == 200
    assert http.post("/any", content=body(2 * MEBIBYTE + 1), headers=JSON).status_code == 413
    assert http.post("/strict", content=body(MEBIBYTE + 1), headers=JSON).status_code == 413


@pytest.mark.parametrize(
    ("address", "pointer"),
    [("/list?cursor=a%00b", "?cursor"), ("/list?limit=5&%00=1", "?"), ("/fail/a%00b", "path:")],
)
def test_nul_in_an_address_is_refused_where_it_is(address: str, pointer: str) -> None:
    answer = client().get(address)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [(pointer, "nul")]


def test_an_escaped_percent_sign_is_no_nul() -> None:
    assert client().get("/list?cursor=%2500").json()["errors"][0]["code"] == "bad_cursor"


class Sent:
    """One request to an ASGI app and what came back."""

    def __init__(self) -> None:
        self.messages: list[Any] = []

    async def to(self, app: Any, path: str = "/x") -> None:
        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            self.messages.append(message)

        scope = {"type": "http", "path": path, "method": "GET", "headers": [], "query_string": b"", "server": ("a", 1)}
        await app(scope, receive, send)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])


async def test_above_its_limit_a_service_says_when_to_come_again() -> None:
    leave = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/x":
            await leave.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})

    room = Room(slow, most=2)
    inside = [Sent(), Sent()]
    waiting = [asyncio.create_task(one.to(room)) for one in inside]
    await asyncio.sleep(0)
    third, health = Sent(), Sent()
    await third.to(room)
    await health.to(room, "/livez")
    headers = dict(third.messages[0]["headers"])
    assert (third.status, headers[b"content-type"], headers[b"retry-after"]) == (503, b"application/problem+json", b"1")
    assert b"/too-busy" in third.messages[1]["body"]
    assert health.status == 204
    leave.set()
    await asyncio.gather(*waiting)
    assert [one.status for one in inside] == [204, 204]
    again = Sent()
    await again.to(room)
    assert again.status == 204


async def test_who_fails_leaves_its_place() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError

    room = Room(failing, most=1)
    for _ in range(3):
        with pytest.raises(RuntimeError):
            await Sent().to(room)


async def test_what_is_no_request_passes() -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    for guard in (Limits(app, body=0), Room(app, most=0)):
        await guard({"type": "lifespan"}, None, None)  # type: ignore[arg-type]
    assert seen == ["lifespan", "lifespan"]
