"""What intake takes from followup: facts about cases, and what to tell passengers."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from services.intake.policy.progress import Progress, says, take_in
from services.intake.repository import progress
from shared.contracts.case_events import CaseEvent
from shared.contracts.passenger import PassengerTold
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection


class Cases:
    """Keeps how each case stands for its passenger."""

    async def on_facts(self, tx: Connection, batch: Sequence[Incoming[CaseEvent]]) -> None:
        """Apply each case's next facts, pass over known ones, and let those wait that overtook an earlier one."""
        case_ids = list({incoming.event.case_id for incoming in batch})
        standing = await progress.lock(tx, case_ids)
        waiting: dict[UUID, list[CaseEvent]] = defaultdict(list)
        for event in [*await progress.take_held(tx, case_ids), *(incoming.event for incoming in batch)]:
            waiting[event.case_id].append(event)
        changed: list[Progress] = []
        said: list[progress.Said] = []
        early: list[CaseEvent] = []
        for case_id, events in waiting.items():
            before = standing.get(case_id)
            after, applied, ahead = take_in(before, events)
            if after is not None and after is not before:
                changed.append(after)
            said += [(event, fact) for event in applied if (fact := says(event))]
            early += ahead
        await progress.save(tx, changed, said)
        await progress.hold(tx, early)


class Messages:
    """Keeps what staff tell passengers. Shown only with their case, so that they may overtake it."""

    async def on_told(self, tx: Connection, batch: Sequence[Incoming[PassengerTold]]) -> None:
        """Keep each once."""
        await progress.add_messages(tx, batch)
