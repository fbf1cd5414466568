"""Complaints: each decided once, with what is remembered of its passenger, and told to followup."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.routing import repository
from services.routing.handlers.crowds import mass_events
from services.routing.handlers.memory import remember
from services.routing.policy.atlas import Atlas
from services.routing.policy.crowd import told
from services.routing.policy.judge import Judgement, judge
from services.routing.policy.shelf import Shelf
from services.routing.policy.words import with_words
from services.routing.repository import crowds, history
from services.routing.rules.fingerprint import Fingerprints
from shared.contracts.complaint import Complaint, ComplaintReceived, ComplaintRouted, MassEvent
from shared.contracts.decision import Decision
from shared.contracts.pack import MassEvents
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


@dataclass(frozen=True, slots=True)
class Said:
    """What followup is told of a complaint besides itself."""

    decision: Decision
    earlier: UUID | None
    mass_event: MassEvent | None


class Complaints:
    """Complaints, fresh or delivered again."""

    def __init__(self, shelf: Shelf, fingerprints: Fingerprints, atlas: Atlas | None = None) -> None:
        self._shelf = shelf
        self._fingerprints = fingerprints
        self._atlas = atlas or Atlas()

    async def on_received(self, tx: Connection, batch: Sequence[Received]) -> None:
        """Decide on each complaint and say so; of one that came again, say what was said before."""
        again = [i.event.complaint for i in batch if i.again]
        said = await _said_before(tx, again) if again else {}
        fresh = [i.event.complaint for i in batch if i.event.complaint.case_id not in said]
        if fresh:
            said |= await self._decide(tx, fresh)
        await outbox.add(tx, [_announce(i, said[i.event.complaint.case_id]) for i in batch])

    async def _decide(self, tx: Connection, complaints: Sequence[Complaint]) -> dict[UUID, Said]:
        judged = await self._judge(tx, complaints)
        crowd, events = await mass_events(tx, [(judged[c.case_id].case, self._limits(c)) for c in complaints])
        await history.record(tx, [(c, judged[c.case_id]) for c in complaints])
        await crowds.record(tx, crowd.founded, crowd.joined)
        return {case_id: _said(judgement, events.get(case_id)) for case_id, judgement in judged.items()}

    async def _all_editions(self, tx: Connection, complaints: Sequence[Complaint]) -> None:
        """Errors: SlowDown while the shelf lacks an edition that one of these is to be decided under."""
        latest = max(c.received_at for c in complaints)
        for version in await repository.versions_while_deciding(tx, self._shelf.name):
            if version.number not in self._shelf and version.effective_from <= latest:
                raise SlowDown(f"{self._shelf.name}@{version.number} is being made ready")

    async def _judge(self, tx: Connection, complaints: Sequence[Complaint]) -> dict[UUID, Judgement]:
        await self._all_editions(tx, complaints)
        memory = await remember(tx, complaints)
        judged: dict[UUID, Judgement] = {}
        for complaint in complaints:
            edition = self._shelf.at(complaint.received_at)
            if edition is None:
                raise SlowDown("no policy pack has been published yet")
            judgement = judge(
                complaint, memory.of(complaint), edition.rulebook, self._fingerprints, self._atlas.gazetteer
            )
            memory.add([judgement.case])
            judged[complaint.case_id] = judgement
        return judged

    def _limits(self, complaint: Complaint) -> MassEvents:
        edition = self._shelf.at(complaint.received_at)
        return edition.pack.thresholds.mass_events if edition else MassEvents()


def _said(judgement: Judgement, event: MassEvent | None) -> Said:
    return Said(judgement.decision, judgement.earlier.case_id if judgement.earlier else None, event)


async def _said_before(tx: Connection, complaints: Sequence[Complaint]) -> dict[UUID, Said]:
    stored = await history.stored(tx, [c.case_id for c in complaints])
    events = await crowds.said_of(tx, list(stored)) if stored else {}
    texts = {c.case_id: (c.text, c.number) for c in complaints}
    said = {}
    for case_id, (decision, earlier) in stored.items():
        text, number = texts[case_id]
        event = events.get(case_id)
        said[case_id] = Said(with_words(decision, text), earlier, told(event, number) if event else None)
    return said


def _announce(incoming: Received, said: Said) -> Outgoing:
    complaint = incoming.event.complaint
    return Outgoing(
        topic=ROAD[said.decision.kind],
        key=str(complaint.case_id),
        id=derived_id("routed", incoming.id),
        event=ComplaintRouted(
            complaint=complaint, decision=said.decision, earlier_case=said.earlier, mass_event=said.mass_event
        ),
        trace=incoming.trace,
        again=incoming.again,
    )
