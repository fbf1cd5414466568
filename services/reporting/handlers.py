"""What reporting does with events: case facts into the projection, reference data into its tables."""

from collections.abc import Sequence

from services.reporting.policy.fold import Fact, NotOpened
from services.reporting.repository.projection import Projection
from services.reporting.repository.reference import Reference
from shared.contracts.case_events import CaseEvent
from shared.contracts.reference import CalendarPublished, NetworkPublished, StaffPublished
from shared.errors import Park
from shared.messaging.envelope import Incoming
from shared.storage.pool import Connection
from shared.telemetry import trace_id


class CaseEvents:
    """Case facts, a batch at a time, whatever their types."""

    def __init__(self, projection: Projection) -> None:
        self._projection = projection

    async def on_case_events(self, tx: Connection, batch: Sequence[Incoming[CaseEvent]]) -> None:
        """Project them. Errors: `SlowDown` while a rebuild runs, `Park` for a case that begins without its opening."""
        fold = await self._projection.begin(tx, list({incoming.event.case_id for incoming in batch}))
        held_before = set(fold.waiting)
        try:
            for incoming in batch:
                fold.take(fact_from(incoming))
        except NotOpened as error:
            raise Park("not-opened", f"version 1 is {error}") from None
        await self._projection.save(tx, fold, held_before)


def fact_from(incoming: Incoming[CaseEvent]) -> Fact:
    """The event with what the projection keeps of its delivery."""
    return Fact(incoming.event, trace_id(incoming.trace), bytes(incoming.record.value or b""))


class ReferenceData:
    """What others own and reporting needs: calendars, the network, what staff may see."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    async def on_calendar(self, tx: Connection, batch: Sequence[Incoming[CalendarPublished]]) -> None:
        """A year's working time."""
        for incoming in batch:
            await self._reference.keep_calendar(tx, incoming.event)

    async def on_network(self, tx: Connection, batch: Sequence[Incoming[NetworkPublished]]) -> None:
        """Lines and stations."""
        for incoming in batch:
            await self._reference.keep_network(tx, incoming.event)

    async def on_staff(self, tx: Connection, batch: Sequence[Incoming[StaffPublished]]) -> None:
        """What a member of staff may see."""
        for incoming in batch:
            await self._reference.keep_staff(tx, incoming.event)
