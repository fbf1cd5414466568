"""The projection of case events: rows of cases, their clocks, the stream, and what overtook."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from services.reporting.policy.case import COLUMNS, Case, ClockRow
from services.reporting.policy.fold import Fact, Fold, Place
from shared.contracts.case_events import CaseEvent
from shared.contracts.registry import EVENTS
from shared.errors import SlowDown
from shared.storage.pool import Connection
from shared.storage.queries import load

queries = load(__file__, "projection.sql")

CASE_FACTS = "psc.case."
"""How the types of all case facts begin, those of later versions too."""

R = TypeVar("R", Case, ClockRow)

CLOCK = ("case_id", "clock", "generation", "state", "started_at", "due_at", "stopped_at", "breached_at")
BREACH = ("case_id", "clock", "generation", "at", "level")
TOLD = ("case_id", "version", "number", "fact", "at", "person", "line", "station", "data")


class Projection:
    """Loads what a batch concerns and saves what it changed, by one statement each."""

    async def begin(self, tx: Connection, ids: Sequence[UUID]) -> Fold:
        """The rows of these cases and what waits for them, ours until `tx` ends.

        Errors: `SlowDown` while a rebuild runs.
        """
        if not await queries.may_project(tx):
            raise SlowDown("the projection is being rebuilt")
        await queries.take_turns(tx)
        return await self.load(tx, ids)

    async def load(self, tx: Connection, ids: Sequence[UUID]) -> Fold:
        """The same for the only writer."""
        cases = {row["case_id"]: Case(*row) async for row in queries.load_cases(tx, ids=ids)}
        waiting = {(row["case_id"], row["version"]): _fact(row) async for row in queries.load_held(tx, ids=ids)}
        return Fold(cases, waiting)

    async def save(self, tx: Connection, fold: Fold, held_before: set[Place]) -> None:
        """Write what the fold changed; `held_before` is what waited when it began."""
        fold.finish()
        new, changed = _split(fold.changed.values(), fold.opened)
        new_clocks, moved = _split(fold.clocks.values(), fold.opened)
        # COPY costs half of what unnest does, and nearly everything that arrives is new.
        await _copy(tx, "cases", COLUMNS, new)
        await _copy(tx, "clocks", CLOCK, new_clocks)
        await _copy(tx, "stream", TOLD, fold.told)
        if changed:
            await queries.save_cases(tx, **_columns(changed, COLUMNS))
        if moved:
            await queries.save_clocks(tx, **_columns(moved, CLOCK))
        if fold.breaches:
            await queries.save_breaches(tx, **_columns(fold.breaches, BREACH))
        await self._hold(tx, fold, held_before)

    async def _hold(self, tx: Connection, fold: Fold, before: set[Place]) -> None:
        if new := [fact for place, fact in fold.waiting.items() if place not in before]:
            await queries.hold(
                tx,
                case_id=[fact.event.case_id for fact in new],
                version=[fact.event.version for fact in new],
                type=[fact.event.type for fact in new],
                trace=[fact.trace_id for fact in new],
                body=[fact.body for fact in new],
            )
        if gone := before - fold.waiting.keys():
            await queries.release(
                tx, case_id=[case_id for case_id, _ in gone], version=[version for _, version in gone]
            )


def _split(rows: Iterable[R], opened: set[UUID]) -> tuple[list[R], list[R]]:
    """Rows of cases that this batch opened, and the others."""
    new: list[R] = []
    known: list[R] = []
    for row in rows:
        (new if row.case_id in opened else known).append(row)
    return new, known


async def _copy(tx: Connection, table: str, columns: Sequence[str], rows: Sequence[Any]) -> None:
    if rows:
        await tx.copy_records_to_table(table, columns=columns, records=map(attrgetter(*columns), rows))


def _columns(rows: Sequence[Any], names: Sequence[str]) -> dict[str, list[Any]]:
    """Rows as one array per column, as `unnest` takes them."""
    return dict(zip(names, map(list, zip(*map(attrgetter(*names), rows), strict=True)), strict=True))


def read_as(type_: str) -> type[CaseEvent] | None:
    """The class of a case fact, `CaseEvent` itself for a fact of a later version; None for any other type."""
    if not type_.startswith(CASE_FACTS):
        return None
    known = EVENTS.get(type_, CaseEvent)
    return known if issubclass(known, CaseEvent) else None


def _fact(row: Any) -> Fact:
    model = read_as(row["type"]) or CaseEvent
    return Fact(model.model_validate_json(row["body"]), row["trace"], row["body"])
