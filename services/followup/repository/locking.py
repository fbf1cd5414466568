"""Locking cases by number, and those that go on for them; several always in the order of their ids."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.followup.policy.case import Case
from services.followup.repository.cases import case_of, lock, queries
from shared.storage.pool import Connection


async def lock_numbers(tx: Connection, numbers: Sequence[str]) -> dict[str, Case]:
    """Those of the cases with these numbers that are here, ours until `tx` ends."""
    found = [case_of(row) async for row in queries.lock_numbers(tx, numbers=list(numbers))]
    return {case.number: case for case in found}


async def merged_into(tx: Connection, number: str) -> str | None:
    """The number of the case that this one was merged into."""
    into: str | None = await queries.merged_into(tx, number=number)
    return into


async def lock_going_on(tx: Connection, found: Mapping[UUID, Case]) -> dict[UUID, Case]:
    """For each of these locked cases the one that goes on for it, locked too: itself, or the end of its merges."""
    held = dict(found)
    while missing := {
        case.before_merge.into for case in held.values() if case.before_merge and case.before_merge.into not in held
    }:
        held |= await lock(tx, sorted(missing))
    return {case_id: _end_of(case, held) for case_id, case in found.items()}


def _end_of(case: Case, held: Mapping[UUID, Case]) -> Case:
    while case.before_merge is not None:
        case = held[case.before_merge.into]
    return case
