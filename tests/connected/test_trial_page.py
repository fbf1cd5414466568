"""The trial page keeps nothing: no row, no event, no word in a log."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from shared.web.session import FORM_COOKIE
from shared.web.staff import COOKIE
from tests.backends.databases import Database
from tests.backends.system import System
from tests.connected.wire import routing_alone

WORDS = "闸机多扣了我两块钱,我姓欧阳,请尽快退款"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def routing(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    folder: Path = tmp_path_factory.mktemp("routing")
    async with routing_alone(database, kafka_bootstrap, folder) as system:
        yield system


async def tried(routing: System, text: str, form: str = "ours", token: str = "") -> tuple[int, str]:
    async with routing.client("routing") as client:
        client.cookies.set(COOKIE, token or routing.token("L1"))
        client.cookies.set(FORM_COOKIE, "ours")
        answer = await client.post("/trial", data={"form": form, "channel": "web", "text": text})
    return answer.status_code, answer.text


async def test_nothing_is_kept_and_no_word_is_logged(
    routing: System, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    status, page = await tried(routing, WORDS)
    assert (status, "欧阳" in page, 'id="words"' in page) == (200, True, True)
    for wrong in (await tried(routing, WORDS * 2000), await tried(routing, WORDS + "\x00")):
        assert (wrong[0], "欧阳" in wrong[1]) == (422, True)
    assert (await tried(routing, WORDS, form="theirs"))[0] == 403
    assert (await tried(routing, WORDS, token="nobody"))[0] == 401
    for table in ("decisions", "cases", "outbox", "inbox", "dead_letters"):
        assert await superuser.fetchval(f"select count(*) from routing.{table}") == 0, table
    assert "欧阳" not in routing.log("routing")


async def test_what_is_typed_is_text_and_never_code(routing: System) -> None:
    status, page = await tried(routing, "<script>alert(1)</script>闸机多扣了</textarea><b>钱")
    assert status == 200
    assert "<script>alert" not in page
    assert "</textarea><b>" not in page
