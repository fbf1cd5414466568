"""Complaints by place and minute, and the mass events among them."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from asyncpg.exceptions import LockNotAvailableError

from services.routing.policy.crowd import LATEST, Crowds, Report
from services.routing.rules.fingerprint import Fingerprint
from shared.contracts.complaint import MassEvent
from shared.contracts.vocabulary import Category
from shared.storage.pool import Connection, Row
from shared.storage.queries import load

queries = load(__file__, "crowds.sql")

PATIENCE = "500ms"


async def hold(tx: Connection, keys: Sequence[int]) -> bool:
    """Whether nobody else looks at these places until `tx` ends; gives up after PATIENCE. `keys` ascend."""
    try:
        async with tx.transaction():
            await queries.hold_places(tx, keys=keys, patience=PATIENCE)
            await queries.be_patient(tx)
    except LockNotAvailableError:
        return False
    return True


async def crowds(
    tx: Connection,
    stations: Collection[str],
    lines: Collection[str],
    times: tuple[datetime, datetime],
    width: timedelta,
) -> Crowds:
    """What was reported from these places from `width` before the first of `times` to `width` after the last."""
    rows = [
        row
        async for row in queries.recent(
            tx, stations=list(stations), lines=list(lines), since=times[0] - width, until=times[1] + width, most=LATEST
        )
    ]
    ids = {row["event_id"] for row in rows if row["event_id"]}
    events = [_event(row) async for row in queries.events(tx, ids=list(ids))] if ids else []
    return Crowds(map(_report, rows), events)


async def record(tx: Connection, founded: Sequence[MassEvent], joined: Mapping[UUID, UUID]) -> None:
    """Keep new mass events, and which cases (known already) belong to which."""
    if founded:
        await queries.add_events(
            tx,
            ids=[e.event_id for e in founded],
            lines=[e.line for e in founded],
            stations=[e.station for e in founded],
            categories=[e.category for e in founded],
            since=[e.since for e in founded],
            cases=[json.dumps(e.cases) for e in founded],
        )
    if joined:
        await queries.join_events(tx, case_ids=list(joined), event_ids=list(joined.values()))


async def said_of(tx: Connection, case_ids: Sequence[UUID]) -> dict[UUID, MassEvent]:
    """The mass events that these cases were said to belong to."""
    return {row["case_id"]: _event(row) async for row in queries.events_of(tx, case_ids=case_ids)}


def _event(row: Row) -> MassEvent:
    return MassEvent(
        event_id=row["event_id"],
        line=row["line"],
        station=row["station"],
        category=Category(row["category"]),
        since=row["since"],
        cases=tuple(row["cases"]),
    )


def _report(row: Row) -> Report:
    return Report(
        case_id=row["case_id"],
        number=row["number"],
        passenger_ref=row["passenger_ref"],
        at=row["at"],
        category=Category(row["category"]),
        line=row["line"],
        station=row["station"],
        fingerprint=Fingerprint.decode(row["sketch"]) if row["sketch"] else None,
        event_id=row["event_id"],
    )
