"""Decisions and remembered cases are kept as long as the pack says, and then forgotten."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

import services.routing
from services.routing.jobs import Archivist
from services.routing.policy import compile_pack
from services.routing.policy.shelf import Edition, Shelf
from services.routing.rules.pack_file import parse_pack
from shared.clock import utc_now
from shared.contracts.pack import Pack
from shared.ids import new_id
from shared.storage.pool import Pool, open_pool
from tests.backends.databases import Database

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
MONTH = timedelta(days=30.5)


@pytest.fixture(scope="module")
def pack() -> Pack:
    folder = Path(services.routing.__file__).parent / "packs"
    return parse_pack((folder / "metro-default.yaml").read_text(encoding="utf-8"))


@pytest_asyncio.fixture(loop_scope="session")
async def pool(database: Database) -> AsyncIterator[Pool]:
    pool = await open_pool(database.of("routing"), name="test")
    yield pool
    await pool.close()


def archivist(pool: Pool, pack: Pack, months: int, professional_days: int = 180) -> Archivist:
    thresholds = pack.thresholds.model_copy(update={"professional_days": professional_days})
    records = pack.records.model_copy(update={"keep_months": months})
    shelf = Shelf(pack.name)
    kept = pack.model_copy(update={"records": records, "thresholds": thresholds})
    shelf.add(Edition(kept, compile_pack(pack), "tests", utc_now()))

    async def ready() -> None:
        return

    return Archivist(pool, shelf, ready)


async def remember(
    superuser: Connection, age: timedelta, state: str = "closed", version: int = 3, decided: timedelta | None = None
) -> UUID:
    """A case in which something last happened so long ago, decided then or at another time."""
    case_id, now = new_id(), utc_now()
    await superuser.execute(
        "insert into routing.cases (case_id, number, at, kind, category, claimed, version, state, touched_at)"
        " values ($1, $2, $3, 'normal', 'TICKET', false, $4, $5, $3)",
        case_id,
        f"PS-{case_id.hex}",
        now - age,
        version,
        state,
    )
    await decide(superuser, case_id, decided or age)
    return case_id


async def decide(superuser: Connection, case_id: UUID, age: timedelta) -> None:
    await superuser.execute(
        "insert into routing.decisions (case_id, number, decision, policy_version, decided_at, known)"
        " values ($1, $2, '{}', 'metro-default@1', $3, '{}')",
        case_id,
        f"PS-{case_id.hex}",
        utc_now() - age,
    )


async def mass_event(superuser: Connection, *cases: UUID) -> UUID:
    """One of long ago, to which these belong."""
    event = new_id()
    await superuser.execute(
        "insert into routing.mass_events (event_id, category, since, cases) values ($1, 'TRAIN', $2, '{}')",
        event,
        utc_now() - 37 * MONTH,
    )
    for case in cases:
        await superuser.execute("insert into routing.mass_event_cases values ($1, $2)", case, event)
    return event


async def left(superuser: Connection, *cases: UUID) -> list[tuple[bool, bool]]:
    """Whether the case is remembered and its decision kept, for each."""
    found = []
    for case in cases:
        remembered, kept = [
            await superuser.fetchval(f"select count(*) = 1 from routing.{table} where case_id = $1", case)
            for table in ("cases", "decisions")
        ]
        found.append((remembered, kept))
    return found


async def test_what_is_over_and_old_is_forgotten_and_nothing_else(
    pool: Pool, pack: Pack, superuser: Connection
) -> None:
    closed, resolved, never_opened = [
        await remember(superuser, 37 * MONTH, state, version)
        for state, version in (("closed", 4), ("resolved", 4), ("received", 0))
    ]
    still_open = [await remember(superuser, 37 * MONTH, state) for state in ("received", "waiting", "in_progress")]
    young = await remember(superuser, 35 * MONTH)
    lately_moved = await remember(superuser, MONTH, decided=37 * MONTH)
    alone, alone_young = new_id(), new_id()
    await decide(superuser, alone, 37 * MONTH)
    await decide(superuser, alone_young, 35 * MONTH)

    over, goes_on = await mass_event(superuser, closed), await mass_event(superuser, resolved, still_open[0])

    assert await archivist(pool, pack, 36).forget() == {"cases": 3, "decisions": 4, "mass_events": 1}

    assert await left(superuser, closed, resolved, never_opened, alone) == [(False, False)] * 4
    assert await left(superuser, *still_open, young, lately_moved) == [(True, True)] * 5
    assert await left(superuser, alone_young) == [(False, True)]
    events = await superuser.fetch("select event_id from routing.mass_events")
    assert [row["event_id"] for row in events] == [goes_on]
    assert over != goes_on
    assert set((await archivist(pool, pack, 36).forget()).values()) == {0}


async def test_nothing_is_forgotten_that_is_still_counted(pool: Pool, pack: Pack, superuser: Connection) -> None:
    case = await remember(superuser, timedelta(days=200))
    await archivist(pool, pack, 6, professional_days=210).forget()
    assert await left(superuser, case) == [(True, True)]
    await archivist(pool, pack, 6, professional_days=180).forget()
    assert await left(superuser, case) == [(False, False)]


async def test_much_is_forgotten_in_small_pieces(
    pool: Pool, pack: Pack, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [await remember(superuser, 40 * MONTH) for _ in range(25)]
    monkeypatch.setattr("services.routing.jobs.archivist.BATCH", 10)
    assert await archivist(pool, pack, 36).forget() == {"cases": 25, "decisions": 25, "mass_events": 0}
    assert await left(superuser, *cases) == [(False, False)] * 25
