"""Staff accounts: seeding, signing in, keys, and what others are told."""

import json
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
import pytest_asyncio

from services.followup.repository import accounts
from services.followup.repository.accounts import Passwords, Seed
from shared.contracts.vocabulary import Level, Role
from shared.messaging.topics import Topic
from shared.security.tokens import Verifier
from shared.storage.pool import Pool, open_pool
from tests.backends.databases import Database
from tests.connected.desk import Desk, running


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def desk(
    database: Database, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Desk]:
    async with running(database, kafka_bootstrap, tmp_path_factory.mktemp("logs")) as it:
        yield it


@pytest_asyncio.fixture(loop_scope="session")
async def pool(database: Database) -> AsyncIterator[Pool]:
    opened = await open_pool(database.of("followup"), name="test")
    yield opened
    await opened.close()


async def test_a_password_buys_a_token_that_every_service_can_verify(desk: Desk) -> None:
    async with desk.system.client("followup") as client:
        answer = await client.post("/v1/sessions", json={"user": "L2", "password": "a long password"})
        assert answer.status_code == 200, answer.text
        jwks = (await client.get("/.well-known/jwks.json")).json()
    assert set(answer.json()) == {"token", "expires_at"}
    staff = Verifier(json.dumps(jwks)).verify(answer.json()["token"])
    assert (staff.user, staff.role, staff.level) == ("L2", Role.STAFF, Level.L2)
    assert not [key for key in jwks["keys"] if "d" in key]
    async with desk.system.client("followup", answer.json()["token"]) as client:
        assert (await client.get("/v1/cases")).status_code == 200


@pytest.mark.parametrize(("user", "password"), [("L2", "wrong"), ("nobody", "a long password")])
async def test_a_wrong_name_and_a_wrong_password_look_the_same(desk: Desk, user: str, password: str) -> None:
    async with desk.system.client("followup") as client:
        answer = await client.post("/v1/sessions", json={"user": user, "password": password})
    assert answer.status_code == 401
    assert answer.json()["type"].endswith("/unauthenticated")


async def test_guessing_is_slowed_down(desk: Desk) -> None:
    async with desk.system.client("followup") as client:
        statuses = []
        for n in range(14):
            answer = await client.post("/v1/sessions", json={"user": "guessed", "password": f"wrong {n}"})
            statuses.append(answer.status_code)
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert int(answer.headers["retry-after"]) >= 1


async def test_right_sign_ins_do_not_count_and_a_stranger_locks_nobody_else_out(desk: Desk) -> None:
    right = {"user": "L2", "password": "a long password"}
    async with desk.system.client("followup") as client:
        answers = [(await client.post("/v1/sessions", json=right)).status_code for _ in range(14)]
        assert answers == [200] * 14
    stranger = httpx.AsyncHTTPTransport(local_address="127.0.0.9")
    async with httpx.AsyncClient(base_url=desk.system.url("followup"), transport=stranger, timeout=30) as client:
        guesses = [await client.post("/v1/sessions", json={**right, "password": f"wrong {n}"}) for n in range(14)]
        assert guesses[-1].status_code == 429
        assert (await client.post("/v1/sessions", json=right)).status_code == 429
    async with desk.system.client("followup") as client:
        assert (await client.post("/v1/sessions", json=right)).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"user": "L2"},
        {"user": "L2\x00", "password": "x"},
        {"user": "L2", "password": "x", "role": "admin"},
        {"user": 1},
    ],
)
async def test_a_bad_sign_in_is_refused(desk: Desk, body: dict[str, object]) -> None:
    async with desk.system.client("followup") as client:
        answer = await client.post("/v1/sessions", json=body)
    assert answer.status_code == 422


async def test_accounts_are_told_when_new_or_changed_and_rehashed_when_the_password_is(
    pool: Pool, superuser: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    passwords = Passwords()

    async def seed(level: Level, password: str) -> tuple[int, str]:
        one = Seed.model_validate({"user": "chen", "password": password, "role": "staff", "level": level})
        told = await accounts.seed(pool, passwords, (one,))
        hashed = await superuser.fetchval("select password_hash from followup.accounts where name = 'chen'")
        return told, str(hashed)

    first = await seed(Level.L2, "first")
    assert first[0] == 1
    assert first[1].startswith("$argon2id$")
    assert await seed(Level.L2, "first") == (0, first[1])
    told, other = await seed(Level.L2, "second")
    assert told == 0
    assert other != first[1]
    assert (await seed(Level.L3, "second")) == (1, other)
    assert (await seed(Level.L2, "second")) == (1, other)
    assert await accounts.sign_in(pool, passwords, "chen", "first") is None
    found = await accounts.sign_in(pool, passwords, "chen", "second")
    assert found is not None
    assert found.level is Level.L2


async def test_staff_and_calendars_are_published_once(desk: Desk) -> None:
    await desk.system.stop()
    await desk.system.start("followup")
    found = [(key, h["ce_id"]) for key, h, _ in await desk.published(Topic.REFERENCE, at_least=5)]
    keys = [key for key, _ in found]
    assert {"staff/L2", "calendar/2024@1", "calendar/2025@1", "calendar/2026@1"} <= set(keys)
    assert keys.count("staff/L2") == 1
    assert keys.count("calendar/2026@1") == 1
