"""What earlier complaints of the same passenger say about a new one. Pure: past cases in, facts out.

Without a pseudonym there is no passenger to be the same: history then knows only the case that the complaint names,
which is the sender's own statement. What speaks against a passenger (a repetition, persistence, a series of claims)
is counted of one matter only; what speaks for one (our own overdue reply) also of the others, when the complaint is
about our handling. What was withdrawn is held against nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.routing.policy.past import Past
from services.routing.policy.same import Compared, compare
from shared.contracts.complaint import Complaint
from shared.contracts.pack import Thresholds
from shared.contracts.vocabulary import Category, Kind


@dataclass(frozen=True, slots=True)
class Recollection:
    """The facts of history about one complaint; `earlier` is the open case about the same event."""

    earlier: Past | None = None
    prior_contacts: int = 0
    similar_claims: int = 0
    final_reply_sent: bool = False
    our_reply_overdue: bool = False


NOTHING = Recollection()


@dataclass(frozen=True, slots=True)
class _Known:
    """An earlier case and how it stands to the new complaint; `named`: the complaint gives its number."""

    case: Past
    beside: Compared
    own: bool
    named: bool

    @property
    def same_event(self) -> bool:
        """By what both tell, or by the sender's statement where nothing speaks against it."""
        return (self.named and self.beside.may_be_named) or (self.own and self.beside.same_event)

    @property
    def same_matter(self) -> bool:
        return self.named or self.same_event or (self.own and self.beside.same_matter)


def instant(complaint: Complaint) -> datetime:
    """When the passenger turned to us: on paper or offline, else when intake received it."""
    return complaint.taken_at or complaint.received_at


def recall(
    new: Past, related_number: str | None, past: Sequence[Past], limits: Thresholds, named_parts: Collection[int] = ()
) -> Recollection:
    """What `past` (the passenger's other cases, and the one named by `related_number`) says about `new`.

    `named_parts` are parts of the words that name the place of `new`. Sources: abnormal reasons A1, A2, A6 and the
    N2 borderline.
    """
    known = [k for p in past if (k := _known(new, p, related_number, limits, named_parts)) is not None]
    if not known:
        return NOTHING
    matter = _matter(known)
    return Recollection(
        earlier=_earlier(known),
        prior_contacts=_contacts(matter, new.at, limits.persistent_days),
        similar_claims=_claims(new, known, limits.professional_days),
        final_reply_sent=any(k.case.final_at is not None and k.case.final_at <= new.at for k in matter),
        our_reply_overdue=any(k.case.overdue(new.at) for k in _awaited(new, known, matter)),
    )


def _known(
    new: Past, past: Past, related_number: str | None, limits: Thresholds, named_parts: Collection[int]
) -> _Known | None:
    """None for a case that has nothing to do with the sender: another passenger's, named or not."""
    own = new.passenger_ref is not None and past.passenger_ref == new.passenger_ref
    strangers = None not in (new.passenger_ref, past.passenger_ref) and not own
    named = past.number == related_number and not strangers
    if not own and not named:
        return None
    return _Known(past, compare(new, past, limits.same_event, named_parts), own, named)


def _matter(known: Sequence[_Known]) -> list[_Known]:
    """What the complaint goes on about: cases of the same matter, and those that belong with them."""
    roots = {k.case.root for k in known if k.same_matter}
    return [k for k in known if k.case.root in roots]


def _earlier(known: Sequence[_Known]) -> Past | None:
    """The open case that the new one repeats: the original rather than a repetition of it, else the first."""
    roots = {k.case.root for k in known if k.same_event}
    still_open = [k.case for k in known if k.case.root in roots and k.case.state.is_open]
    return min(still_open, key=lambda case: (case.is_repeat, case.at, case.case_id), default=None)


def _contacts(matter: Iterable[_Known], at: datetime, days: int) -> int:
    """How often the passenger turned to us about the matter before, withdrawn complaints and questions left out."""
    counted = (k.case for k in matter if k.own and not k.case.withdrawn and k.case.kind is not Kind.NON_COMPLAINT)
    return sum(case.contacts(at - timedelta(days=days), at) for case in counted)


def _claims(new: Past, known: Iterable[_Known], days: int) -> int:
    """Claims of the same kind as this one, each event once; only a claim can be one of a series."""
    if not new.claimed:
        return 0
    start = new.at - timedelta(days=days)
    return sum(
        1
        for k in known
        if k.own
        and k.case.claimed
        and not (k.case.is_repeat or k.case.withdrawn or k.same_event)
        and start < k.case.at <= new.at
        and k.beside.same_kind_of_claim
    )


def _awaited(new: Past, known: Sequence[_Known], matter: Sequence[_Known]) -> Sequence[_Known]:
    """Cases whose answer the complaint may be waiting for: of its matter; of all, if it is about our handling."""
    named = any(k.named for k in known)
    return [k for k in known if k.own] if new.category is Category.HANDLING and not named else matter


__all__ = ["NOTHING", "Past", "Recollection", "instant", "recall"]
