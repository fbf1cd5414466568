"""What was decided, and how cases stand as far as the next complaint depends on it."""

import json
from collections.abc import Sequence
from uuid import UUID

from services.routing.policy.history import Past
from services.routing.policy.judge import Judgement
from services.routing.policy.standing import Due, Move, due
from services.routing.policy.words import without_words
from services.routing.rules.fingerprint import Fingerprint
from shared.contracts.case_events import CaseOpened, CaseReclassified
from shared.contracts.complaint import Complaint
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Category, Clock, Kind, State
from shared.storage.pool import Connection, Row
from shared.storage.queries import load

queries = load(__file__, "history.sql")

UNTOLD = Due(0, None)


async def lock(tx: Connection, keys: Sequence[int]) -> None:
    """Wait until nobody else decides for these passengers, or about these places; `keys` ascend."""
    await queries.lock(tx, keys=keys)


async def past(tx: Connection, refs: Sequence[str], numbers: Sequence[str]) -> list[Past]:
    """The earlier cases of these passengers, the latest 200 of each, and the cases with these numbers."""
    return [_past(row) async for row in queries.past(tx, refs=refs, numbers=numbers)]


async def record(tx: Connection, judged: Sequence[tuple[Complaint, Judgement]]) -> None:
    """Keep what was decided, without words, and what the next complaint will be judged by; once per case."""
    cases = [judgement.case for _, judgement in judged]
    await queries.record_decisions(
        tx,
        case_ids=[c.case_id for c in cases],
        numbers=[c.number for c in cases],
        decisions=[without_words(j.decision, c.text).model_dump_json(exclude_defaults=True) for c, j in judged],
        earlier=[j.earlier.case_id if j.earlier else None for _, j in judged],
        policy_versions=[j.decision.policy_version for _, j in judged],
        known=[json.dumps(j.known, ensure_ascii=False) for _, j in judged],
    )
    await queries.remember(
        tx,
        case_ids=[c.case_id for c in cases],
        numbers=[c.number for c in cases],
        refs=[c.passenger_ref for c in cases],
        ats=[c.at for c in cases],
        kinds=[c.kind for c in cases],
        categories=[c.category for c in cases],
        lines=[c.line for c in cases],
        stations=[c.station for c in cases],
        claimed=[c.claimed for c in cases],
        sketches=[c.fingerprint.encode() if c.fingerprint else None for c in cases],
        follows=[c.follows for c in cases],
    )


async def stored(tx: Connection, case_ids: Sequence[UUID]) -> dict[UUID, tuple[Decision, UUID | None]]:
    """What was said of these cases, without words, and the earlier case that each repeats or adds to."""
    rows = [row async for row in queries.stored_decisions(tx, case_ids=case_ids)]
    return {r["case_id"]: (Decision.model_validate_json(r["decision"]), r["earlier_case"]) for r in rows}


async def open_cases(tx: Connection, opened: Sequence[CaseOpened]) -> None:
    """These cases are open."""
    await queries.open_cases(
        tx,
        case_ids=[o.case_id for o in opened],
        numbers=[o.number for o in opened],
        refs=[o.passenger_ref for o in opened],
        ats=[o.taken_at or o.received_at for o in opened],
        kinds=[o.kind for o in opened],
        categories=[o.category for o in opened],
        lines=[o.line for o in opened],
        stations=[o.station for o in opened],
        claimed=[bool(o.claim and o.claim.amount_cny) for o in opened],
        versions=[o.version for o in opened],
        states=[o.state for o in opened],
        promised=[(due(o, Clock.RESOLVE) or UNTOLD).at for o in opened],
        due=[(due(o, Clock.FIRST_RESPONSE) or UNTOLD).at for o in opened],
    )


async def reclassify_cases(tx: Connection, facts: Sequence[CaseReclassified]) -> None:
    """These cases are about something else now; `facts` hold each case once."""
    await queries.reclassify_cases(
        tx,
        case_ids=[f.case_id for f in facts],
        versions=[f.version for f in facts],
        kinds=[f.kind for f in facts],
        categories=[f.category for f in facts],
        lines=[f.line for f in facts],
        stations=[f.station for f in facts],
        reasons=[f.reason for f in facts],
    )


async def move_cases(tx: Connection, moves: Sequence[Move]) -> None:
    """How these cases stand now; unknown ones are left out."""
    await queries.move_cases(
        tx,
        case_ids=[m.case_id for m in moves],
        versions=[m.version for m in moves],
        states=[m.state for m in moves],
        replied=[m.replied for m in moves],
        final=[m.final for m in moves],
        final_ats=[m.final_at for m in moves],
        reopened=[m.reopened for m in moves],
        withdrawn=[m.withdrawn for m in moves],
        promised_versions=[(m.promised or UNTOLD).version for m in moves],
        promised=[(m.promised or UNTOLD).at for m in moves],
        response_versions=[(m.response or UNTOLD).version for m in moves],
        due=[(m.response or UNTOLD).at for m in moves],
    )
    again = [(m.case_id, at) for m in moves for at in m.again_at]
    if again:
        await queries.ask_again(tx, case_ids=[case_id for case_id, _ in again], ats=[at for _, at in again])


def _past(row: Row) -> Past:
    return Past(
        case_id=row["case_id"],
        number=row["number"],
        passenger_ref=row["passenger_ref"],
        at=row["at"],
        kind=Kind(row["kind"]),
        category=Category(row["category"]),
        line=row["line"],
        station=row["station"],
        claimed=row["claimed"],
        fingerprint=Fingerprint.decode(row["sketch"]) if row["sketch"] else None,
        follows=row["follows"],
        state=State(row["state"]),
        withdrawn=row["withdrawn"],
        answered=row["answered"],
        final_at=row["final_at"] if row["final_reply"] else None,
        promised_at=row["promised_at"],
        response_due=row["response_due"],
        again_at=tuple(row["again_at"]),
    )
