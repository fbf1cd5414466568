"""The group commit on a real database: many complaints in few transactions, each for itself when one is bad."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from services.intake.policy.admission import NOWHERE, Draft
from services.intake.policy.requests import ComplaintRequest, Posted
from services.intake.repository.accepting import Accepted, KeyReused, Outcome
from services.intake.repository.group_commit import GroupCommit
from services.intake.settings import Settings
from shared.contracts.vocabulary import Channel
from shared.ids import new_id
from shared.runtime import Runtime
from shared.storage.pool import Pool, open_pool
from tests.backends.databases import Database


@pytest_asyncio.fixture(loop_scope="session")
async def pool(database: Database) -> AsyncIterator[Pool]:
    pool = await open_pool(database.of("intake"), name="tests", size=4)
    yield pool
    await pool.close()


@asynccontextmanager
async def accepting(pool: Pool, database: Database, *, together: bool = True) -> AsyncIterator[GroupCommit]:
    settings = Settings.model_validate(
        {
            "postgres_dsn": database.of("intake"),
            "kafka_bootstrap": "127.0.0.1:1",
            "receipt_key": "r" * 32,
            "pseudonym_key": "p" * 32,
        }
    )
    acceptor = GroupCommit(Runtime("intake", settings, pool), together=together)
    writer = asyncio.create_task(acceptor.run())
    try:
        yield acceptor
    finally:
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer


def draft(text: str = "车厢空调太冷", key: str | None = None, **fields: Any) -> Draft:
    # Unvalidated, so that a test can bring in what the door would have refused.
    request = ComplaintRequest.model_construct(channel=Channel.WEB, text=text)
    posted = Posted(request)
    base: dict[str, Any] = {
        "case_id": new_id(),
        "sender": "tests",
        "key": key or secrets.token_hex(8),
        "digest": posted.digest(),
        "posted": posted,
        "settled": NOWHERE,
        "passenger_ref": None,
        "trace": None,
    }
    return Draft(**{**base, **fields})


async def transactions(pool: Pool, drafts: Sequence[Draft]) -> int:
    """How many transactions wrote these."""
    ids = [d.case_id for d in drafts]
    count: int = await pool.fetchval(
        "select count(distinct xmin::text) from complaints where case_id = any($1::uuid[])", ids
    )
    return count


async def test_what_waits_is_written_together_and_by_one_without_it(pool: Pool, database: Database) -> None:
    for together, most in ((True, 20), (False, 200)):
        drafts = [draft(f"第 {n} 件") for n in range(200)]
        async with accepting(pool, database, together=together) as acceptor:
            outcomes = await asyncio.gather(*(acceptor.accept(d) for d in drafts))
        assert len({o.number for o in outcomes if isinstance(o, Accepted)}) == 200
        written = await transactions(pool, drafts)
        assert written <= most
        assert together or written == most


async def test_a_complaint_and_its_event_are_of_one_transaction(pool: Pool, database: Database) -> None:
    async with accepting(pool, database) as acceptor:
        one = draft()
        await acceptor.accept(one)
    tables = "complaints c join words w using (case_id) join idempotency_keys k using (case_id)"
    row = await pool.fetchrow(
        f"select c.xmin::text as c, w.xmin::text as w, k.xmin::text as k, o.xmin::text as o from {tables} "
        "join outbox o on o.key = c.case_id::text where c.case_id = $1",
        one.case_id,
    )
    assert row is not None
    assert len(set(row.values())) == 1


@pytest.mark.parametrize(
    ("bad", "error"),
    [("NUL\x00in it", asyncpg.CharacterNotInRepertoireError), ("字" * 400_000, asyncpg.CheckViolationError)],
    ids=["not storable", "too large an event"],
)
async def test_a_bad_one_fails_alone_and_leaves_nothing(
    pool: Pool, database: Database, bad: str, error: type[Exception]
) -> None:
    drafts = [draft("好的"), draft(bad), draft("也好")]
    async with accepting(pool, database) as acceptor:
        outcomes = await asyncio.gather(*(acceptor.accept(d) for d in drafts), return_exceptions=True)
    assert [type(o) for o in outcomes] == [Accepted, error, Accepted]
    for table, column in (("complaints", "case_id"), ("idempotency_keys", "case_id"), ("words", "case_id")):
        kept = await pool.fetch(
            f"select {column} from {table} where {column} = any($1::uuid[])", [d.case_id for d in drafts]
        )
        assert {row[column] for row in kept} == {drafts[0].case_id, drafts[2].case_id}
    assert await pool.fetchval("select count(*) from outbox where key = $1", str(drafts[1].case_id)) == 0


async def test_within_one_group_the_first_of_a_key_counts(pool: Pool, database: Database) -> None:
    drafts = [draft("一样", "same"), draft("一样", "same"), draft("不一样", "same")]
    async with accepting(pool, database) as acceptor:
        outcomes: list[Outcome] = await asyncio.gather(*(acceptor.accept(d) for d in drafts))
    first, second, third = outcomes
    assert isinstance(first, Accepted)
    assert isinstance(second, Accepted)
    assert (first.number, first.replayed, second.number, second.replayed) == (first.number, False, first.number, True)
    assert isinstance(third, KeyReused)


async def test_two_processes_agree_on_who_was_first(pool: Pool, database: Database) -> None:
    keys = [secrets.token_hex(8) for _ in range(100)]
    ours, theirs = [draft("同", key) for key in keys], [draft("同", key) for key in reversed(keys)]
    async with accepting(pool, database) as one, accepting(pool, database) as other:
        outcomes = await asyncio.gather(*(one.accept(d) for d in ours), *(other.accept(d) for d in theirs))
    numbers = {o.number for o in outcomes if isinstance(o, Accepted)}
    assert len(numbers) == 100
    assert sum(isinstance(o, Accepted) and not o.replayed for o in outcomes) == 100


async def test_whoever_waits_hears_that_the_database_is_away(pool: Pool, database: Database) -> None:
    away = await open_pool(database.of("intake"), name="tests", size=2)
    async with accepting(away, database) as acceptor:
        await acceptor.accept(draft())
        await away.close()
        outcomes = await asyncio.gather(*(acceptor.accept(draft()) for _ in range(3)), return_exceptions=True)
    assert {type(o) for o in outcomes} == {asyncpg.InterfaceError}
