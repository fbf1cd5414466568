"""What earlier complaints of the same passenger say about a new one. Pure: past cases in, facts out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.complaint import Complaint
from shared.contracts.pack import Thresholds
from shared.contracts.vocabulary import Category, Kind, State

SAME_EVENT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier case. `at` is when the passenger turned to us, `promised_at` when our answer is due, if it runs."""

    case_id: UUID
    number: str
    passenger_ref: str | None
    at: datetime
    kind: Kind
    category: Category
    line: str | None = None
    station: str | None = None
    claimed: bool = False
    fingerprint: int | None = None
    state: State = State.RECEIVED
    answered: bool = False
    final_reply: bool = False
    promised_at: datetime | None = None

    def overdue(self, at: datetime) -> bool:
        """Whether at this instant the passenger waits longer than promised, without an answer."""
        late = self.promised_at is not None and self.promised_at < at
        return late and self.state.is_open and not self.answered


@dataclass(frozen=True, slots=True)
class Recollection:
    """The facts of history about one complaint; `earlier` is the open case about the same event."""

    earlier: Past | None = None
    prior_contacts: int = 0
    similar_claims: int = 0
    final_reply_sent: bool = False
    our_reply_overdue: bool = False


NOTHING = Recollection()


def instant(complaint: Complaint) -> datetime:
    """When the passenger turned to us: on paper or offline, else when intake received it."""
    return complaint.taken_at or complaint.received_at


def recall(
    complaint: Complaint, category: Category, fingerprint: int | None, past: Sequence[Past], limits: Thresholds
) -> Recollection:
    """What `past` (the passenger's other cases, and the one the complaint names) says about `complaint`.

    The matter of a complaint is the case that it names; without one, the cases of the same category, and every case
    when the complaint is about our handling. Sources: abnormal reasons A1, A2, A6 and the N2 borderline.
    """
    if not past:
        return NOTHING
    at = instant(complaint)
    named = [p for p in past if p.number == complaint.related_number]
    own = [p for p in past if complaint.passenger_ref is not None and p.passenger_ref == complaint.passenger_ref]
    matter = named or [p for p in own if category in (p.category, Category.HANDLING)]
    contacts = [p for p in own if p.kind is not Kind.NON_COMPLAINT]
    same = [p for p in own if _same_event(complaint, category, fingerprint, p, at)]
    return Recollection(
        earlier=min((p for p in named or same if p.state.is_open), key=lambda p: p.at, default=None),
        prior_contacts=_since(contacts, at - timedelta(days=limits.persistent_days)),
        similar_claims=_since(
            (p for p in own if p.claimed and p.category is category), at - timedelta(days=limits.professional_days)
        ),
        final_reply_sent=any(p.final_reply for p in matter),
        our_reply_overdue=any(p.overdue(at) for p in matter),
    )


def _since(cases: Iterable[Past], start: datetime) -> int:
    return sum(1 for p in cases if p.at > start)


def _same_event(complaint: Complaint, category: Category, fingerprint: int | None, past: Past, at: datetime) -> bool:
    """The same words, or the same category at the same place, within a day. An unknown place is no same place."""
    if abs(at - past.at) > SAME_EVENT:
        return False
    if fingerprint is not None and fingerprint == past.fingerprint:
        return True
    return category is past.category and _same_place(complaint, past)


def _same_place(complaint: Complaint, past: Past) -> bool:
    if complaint.station and past.station:
        return complaint.station == past.station
    return complaint.line is not None and complaint.line == past.line
