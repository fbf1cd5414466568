"""What routing does with each event: decides on complaints, remembers how cases stand."""

import hashlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from services.routing import repository
from services.routing.policy.atlas import Atlas
from services.routing.policy.history import Past
from services.routing.policy.judge import Judgement, judge
from services.routing.policy.shelf import Shelf
from services.routing.policy.standing import moves
from services.routing.policy.words import with_words
from shared.contracts.case_events import CaseEvent, CaseOpened, CaseReclassified
from shared.contracts.complaint import Complaint, ComplaintReceived, ComplaintRouted
from shared.contracts.decision import Decision
from shared.contracts.reference import NetworkPublished
from shared.contracts.vocabulary import Kind
from shared.errors import SlowDown
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.envelope import Incoming
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection

Received = Incoming[ComplaintReceived]

ROAD = {
    Kind.NORMAL: Topic.COMPLAINTS_NORMAL,
    Kind.ABNORMAL: Topic.COMPLAINTS_ABNORMAL,
    Kind.NON_COMPLAINT: Topic.ENQUIRIES,
}


class Complaints:
    """Complaints, fresh or delivered again."""

    def __init__(self, shelf: Shelf, atlas: Atlas | None = None) -> None:
        self._shelf = shelf
        self._atlas = atlas or Atlas()

    async def on_received(self, tx: Connection, batch: Sequence[Received]) -> None:
        """Decide on each complaint and say so; of one that came again, say what was said before."""
        again = [i.event.complaint.case_id for i in batch if i.again]
        said = await repository.stored(tx, again) if again else {}
        fresh = [i.event.complaint for i in batch if i.event.complaint.case_id not in said]
        judged = await self._judge(tx, fresh) if fresh else {}
        if judged:
            await repository.record(tx, [(c, judged[c.case_id]) for c in fresh])
        await outbox.add(tx, [_announce(i, said, judged) for i in batch])

    async def _all_editions(self, tx: Connection, complaints: Sequence[Complaint]) -> None:
        """Errors: SlowDown while the shelf lacks an edition that one of these is to be decided under."""
        latest = max(c.received_at for c in complaints)
        for version in await repository.versions_while_deciding(tx, self._shelf.name):
            if version.number not in self._shelf and version.effective_from <= latest:
                raise SlowDown(f"{self._shelf.name}@{version.number} is being made ready")

    async def _judge(self, tx: Connection, complaints: Sequence[Complaint]) -> dict[UUID, Judgement]:
        await self._all_editions(tx, complaints)
        memory = await _remember(tx, complaints)
        judged: dict[UUID, Judgement] = {}
        for complaint in complaints:
            edition = self._shelf.at(complaint.received_at)
            if edition is None:
                raise SlowDown("no policy pack has been published yet")
            judgement = judge(complaint, memory.of(complaint), edition.rulebook, self._atlas.gazetteer)
            memory.add([judgement.case])
            judged[complaint.case_id] = judgement
        return judged


class Cases:
    """Facts about cases."""

    async def on_fact(self, tx: Connection, batch: Sequence[Incoming[CaseEvent]]) -> None:
        """Remember how the cases stand."""
        facts = [incoming.event for incoming in batch]
        if opened := [f for f in facts if isinstance(f, CaseOpened)]:
            await repository.open_cases(tx, opened)
        if reclassified := {f.case_id: f for f in facts if isinstance(f, CaseReclassified)}:
            await repository.reclassify_cases(tx, list(reclassified.values()))
        if later := moves(f for f in facts if not isinstance(f, CaseOpened)):
            await repository.move_cases(tx, later)


async def on_network(tx: Connection, batch: Sequence[Incoming[NetworkPublished]]) -> None:
    """Keep the lines and stations that texts are read against."""
    for incoming in batch:
        await repository.keep_network(tx, incoming.event.network)


class Memory:
    """The earlier cases that a batch may need; grows with each decision, so that complaints at once see each other."""

    def __init__(self) -> None:
        self._by_ref: dict[str, list[Past]] = {}
        self._by_number: dict[str, Past] = {}

    def add(self, cases: Iterable[Past]) -> None:
        """Remember these."""
        for case in cases:
            self._by_number[case.number] = case
            if case.passenger_ref:
                self._by_ref.setdefault(case.passenger_ref, []).append(case)

    def of(self, complaint: Complaint) -> list[Past]:
        """The passenger's other cases, and the one that the complaint names."""
        found = {c.case_id: c for c in self._by_ref.get(complaint.passenger_ref or "", ())}
        if complaint.related_number and (named := self._by_number.get(complaint.related_number)):
            found[named.case_id] = named
        found.pop(complaint.case_id, None)
        return list(found.values())


async def _remember(tx: Connection, complaints: Sequence[Complaint]) -> Memory:
    memory = Memory()
    refs = {c.passenger_ref for c in complaints if c.passenger_ref}
    numbers = {c.related_number for c in complaints if c.related_number}
    if refs:
        await repository.lock_passengers(tx, sorted(map(_lock, refs)))
    if refs or numbers:
        memory.add(await repository.past(tx, list(refs), list(numbers)))
    return memory


def _lock(passenger_ref: str) -> int:
    digest = hashlib.blake2b(passenger_ref.encode(), digest_size=8, person=b"routing").digest()
    return int.from_bytes(digest, signed=True)


def _announce(
    incoming: Received, said: dict[UUID, tuple[Decision, UUID | None]], judged: dict[UUID, Judgement]
) -> Outgoing:
    complaint = incoming.event.complaint
    if complaint.case_id in said:
        stored, earlier = said[complaint.case_id]
        decision = with_words(stored, complaint.text)
    else:
        judgement = judged[complaint.case_id]
        decision, earlier = judgement.decision, judgement.earlier.case_id if judgement.earlier else None
    return Outgoing(
        topic=ROAD[decision.kind],
        key=str(complaint.case_id),
        id=derived_id("routed", incoming.id),
        event=ComplaintRouted(complaint=complaint, decision=decision, earlier_case=earlier),
        trace=incoming.trace,
        again=incoming.again,
    )
