"""The earlier cases that a batch may need."""

from collections.abc import Iterable, Sequence

from services.routing.handlers.locks import PASSENGER, keys
from services.routing.policy.history import Past
from services.routing.repository import history
from shared.contracts.complaint import Complaint
from shared.storage.pool import Connection


class Memory:
    """Grows with each decision, so that complaints at once see each other."""

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


async def remember(tx: Connection, complaints: Sequence[Complaint]) -> Memory:
    """What is known of these passengers, for whom nobody else decides until `tx` ends."""
    memory = Memory()
    refs = {c.passenger_ref for c in complaints if c.passenger_ref}
    numbers = {c.related_number for c in complaints if c.related_number}
    if refs:
        await history.lock(tx, keys(PASSENGER, refs))
    if refs or numbers:
        memory.add(await history.past(tx, list(refs), list(numbers)))
    return memory
