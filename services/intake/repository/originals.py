"""Complaints as they were posted; every reading of one is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic_core import from_json

from shared.storage.pool import Pool
from shared.storage.queries import load

queries = load(__file__, "originals.sql")


@dataclass(frozen=True, slots=True)
class Original:
    """A complaint whole. `posted` is the body without words and contacts; `line` and `station` are the network's."""

    case_id: UUID
    number: str
    received_at: datetime
    posted: Mapping[str, Any]
    text: str
    line: str | None
    station: str | None
    unverified: Mapping[str, str]
    source: Mapping[str, Any] | None
    name: str | None
    phone: str | None


async def find(pool: Pool, number: str) -> Original | None:
    """The complaint of this number."""
    row = await queries.original(pool, number=number)
    if row is None:
        return None
    return Original(
        case_id=row["case_id"],
        number=row["number"],
        received_at=row["received_at"],
        posted=from_json(row["posted"]),
        text=row["text"],
        line=row["line"],
        station=row["station"],
        unverified=from_json(row["unverified"]) if row["unverified"] else {},
        source=from_json(row["source"]) if row["source"] else None,
        name=row["name"],
        phone=row["phone"],
    )


async def record(
    pool: Pool, case_id: UUID, what: Literal["original", "contact"], actor: str, purpose: str | None = None
) -> None:
    """Say who read it, before it is shown."""
    await queries.record_disclosure(pool, case_id=case_id, what=what, actor=actor, purpose=purpose)
