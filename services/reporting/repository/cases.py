"""Cases as they are listed and shown."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.reporting.policy.proposals import meant
from services.reporting.policy.selection import Selection
from services.reporting.policy.sight import Sight
from shared.storage.pool import Pool, Row
from shared.storage.queries import load
from shared.web.paging import Cursor

queries = load(__file__, "cases.sql")

CLOCKS_OF_A_CASE = 6

MANY = ("state", "kind", "reason", "category", "severity", "level", "line", "station", "channel")
PLAIN = (
    "received_from",
    "received_to",
    "q",
    "marks",
    "without",
    "due",
    "due_from",
    "due_to",
    "breached",
    "breached_level",
    "repeated",
)


def seen(sight: Sight) -> dict[str, Any]:
    """What a sight is in SQL."""
    return {
        "persons": sight.persons,
        "whole": sight.whole,
        "lines": list(sight.lines),
        "stations": list(sight.stations),
        "unless_about": sight.unless_about,
    }


class Cases:
    """Reads the projection."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(self, selection: Selection, sight: Sight, cursor: Cursor | None, limit: int) -> list[Row]:
        """Up to `limit` + 1 rows, newest first: the one too many tells that there are more."""
        rows = queries.list_cases(
            self._pool,
            **seen(sight),
            **{name: getattr(selection, name) for name in PLAIN},
            **{f"{name}s_": list(getattr(selection, name)) for name in MANY},
            proposals_=meant(selection.proposal),
            cursor_at=cursor.received_at if cursor else None,
            cursor_id=cursor.case_id if cursor else None,
            size=limit + 1,
        )
        return [row async for row in rows]

    async def find(self, number: str, sight: Sight) -> Row | None:
        """A case by its number, None when there is none in sight."""
        row: Row | None = await queries.find_case(self._pool, number=number, **seen(sight))
        return row

    async def clocks(self, ids: Sequence[UUID]) -> Mapping[UUID, list[Row]]:
        """The clocks of these cases, the latest generation of each."""
        found: dict[UUID, list[Row]] = defaultdict(list)
        async for row in queries.clocks_of(self._pool, ids=list(ids)):
            found[row["case_id"]].append(row)
        return found

    async def urgent(self, sight: Sight, size: int) -> list[Row]:
        """One row per case, of the clock that it is latest with or that runs out next; the most urgent first."""
        rows: dict[str, Row] = {}
        async for row in queries.urgent(self._pool, **seen(sight), size=CLOCKS_OF_A_CASE * size):
            rows.setdefault(row["number"], row)
        return list(rows.values())[:size]
