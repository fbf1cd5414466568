"""routing's tables; the only caller of its queries."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.routing.policy.history import Past
from services.routing.policy.judge import Judgement
from services.routing.policy.publishing import Admitted, Verdict, Version, admit, digest
from services.routing.policy.replay import Known
from services.routing.policy.standing import Move, promised
from services.routing.policy.words import without_words
from shared.contracts.case_events import CaseOpened, CaseReclassified
from shared.contracts.complaint import Complaint
from shared.contracts.decision import Decision
from shared.contracts.pack import Pack
from shared.contracts.reference import Network, PackPublished
from shared.contracts.vocabulary import Category, Kind, State
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection, Pool, Row
from shared.storage.queries import load

queries = load(__file__)


@dataclass(frozen=True, slots=True)
class Published:
    """A version of a pack: by whom it was published, and when."""

    pack: Pack
    by: str
    at: datetime
    digest: str


async def lock_passengers(tx: Connection, keys: Sequence[int]) -> None:
    """Wait until nobody else decides for these passengers; `keys` ascend."""
    await queries.lock_passengers(tx, keys=keys)


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
    await queries.remember_cases(
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
        fingerprints=[c.fingerprint for c in cases],
    )


async def stored(tx: Connection, case_ids: Sequence[UUID]) -> dict[UUID, tuple[Decision, UUID | None]]:
    """What was said of these cases, without words, and the earlier case that each repeats or adds to."""
    rows = [row async for row in queries.stored_decisions(tx, case_ids=case_ids)]
    return {r["case_id"]: (Decision.model_validate_json(r["decision"]), r["earlier_case"]) for r in rows}


async def kept(connection: Connection, case_ids: Sequence[UUID]) -> dict[UUID, tuple[Decision, Known]]:
    """What was said of these cases, without words, and what was known besides the complaint."""
    rows = [row async for row in queries.kept_decisions(connection, case_ids=case_ids)]
    return {r["case_id"]: (Decision.model_validate_json(r["decision"]), json.loads(r["known"])) for r in rows}


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
        promised=[promised(o) for o in opened],
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
    )


async def move_cases(tx: Connection, moves: Sequence[Move]) -> None:
    """How these cases stand now; unknown ones are left out."""
    await queries.move_cases(
        tx,
        case_ids=[m.case_id for m in moves],
        versions=[m.version for m in moves],
        states=[m.state for m in moves],
        answered=[m.answered for m in moves],
        final_replies=[m.final_reply for m in moves],
        clocks=[m.clock for m in moves],
        promised=[m.promised_at for m in moves],
    )


async def keep_network(tx: Connection, network: Network) -> None:
    """Keep the network, if it is later than what is here."""
    await queries.put_network(tx, version=network.version, network=network.model_dump_json())


async def later_network(pool: Pool, known: int) -> Network | None:
    """The network, if there is one later than version `known`."""
    document = await queries.network(pool, known=known)
    return Network.model_validate_json(document) if document else None


async def editions(connection: "Connection | Pool", name: str) -> list[Published]:
    """Every version of the pack `name` that was published, in order."""
    return [_published(row) async for row in queries.packs(connection, name=name)]


async def versions(connection: "Connection | Pool", name: str) -> list[Version]:
    """Every version of the pack `name` that was published, without what it says."""
    return [_version(row) async for row in queries.versions(connection, name=name)]


async def versions_while_deciding(tx: Connection, name: str) -> list[Version]:
    """The same, and nobody publishes another until `tx` ends."""
    await queries.hold_packs(tx)
    return await versions(tx, name)


async def written(pool: Pool, name: str, version: int) -> tuple[Pack, str | None] | None:
    """One version of the pack `name` and the text of its file, None where it came without; None if there is none."""
    row = await queries.pack_text(pool, name=name, version=version)
    return (Pack.model_validate_json(row["pack"]), row["text"]) if row else None


async def publish(tx: Connection, pack: Pack, text: str | None, name: str, by: str) -> Verdict:
    """Publish `pack`, of which `text` is the file, where packs called `name` decide, if it may be; tell everyone."""
    # Alone from here to the end: what is decided meanwhile has been received before `now`, under earlier versions.
    await queries.lock_packs(tx)
    verdict = admit(pack, name, await versions(tx, name), await queries.clock(tx))
    if isinstance(verdict, Admitted):
        said = digest(pack)
        row = await queries.add_pack(
            tx,
            name=pack.name,
            version=pack.version,
            pack=pack.model_dump_json(),
            text=text,
            digest=said,
            effective_from=pack.effective_from,
            published_by=by,
        )
        event = PackPublished(pack=pack, published_by=by, published_at=row["published_at"])
        id_ = derived_id("pack", pack.id, said)
        await outbox.add(tx, [Outgoing(Topic.REFERENCE, f"pack/{pack.id}", id_, event)])
    return verdict


async def forget_cases(pool: Pool, months: int, days: int, size: int) -> int:
    """Forget at most `size` cases that are over and in which nothing happened for so long; returns how many."""
    count: int = await queries.forget_cases(pool, months=months, days=days, size=size)
    return count


async def forget_decisions(pool: Pool, months: int, days: int, size: int) -> int:
    """Forget at most `size` decisions that are as old and whose cases are forgotten; returns how many."""
    count: int = await queries.forget_decisions(pool, months=months, days=days, size=size)
    return count


def _version(row: Row) -> Version:
    return Version(row["version"], row["digest"], row["effective_from"], row["published_by"], row["published_at"])


def _published(row: Row) -> Published:
    return Published(Pack.model_validate_json(row["pack"]), row["published_by"], row["published_at"], row["digest"])


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
        fingerprint=row["fingerprint"],
        state=State(row["state"]),
        answered=row["answered"],
        final_reply=row["final_reply"],
        promised_at=row["promised_at"],
    )
