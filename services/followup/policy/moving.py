"""Who has the case: offers, transfers, and the level, which only rises."""

from services.followup.policy import requests as ask
from services.followup.policy.checks import is_forced
from services.followup.policy.clockwork import meet
from services.followup.policy.draft import Draft
from services.followup.policy.powers import higher
from shared.contracts.case_events import CaseAccepted, CaseEscalated, CaseOffered, OfferTo, Person
from shared.contracts.vocabulary import Clock, EscalationCause, Level, State


def rise(
    draft: Draft, to: Level, cause: EscalationCause, *, clock: Clock | None = None, words: str | None = None
) -> None:
    """Raise the level and record it as a fact of its own; nothing happens where the level is as high already."""
    before = draft.case.level
    if lift(draft, to, cause):
        draft.record(CaseEscalated, words, from_level=before, cause=cause, clock=clock)


def lift(draft: Draft, to: Level, cause: EscalationCause) -> bool:
    """Raise the level, which is at once an offer to it and replaces a pending one; a level never falls."""
    if to.rank <= draft.case.level.rank:
        return False
    highest, rises = higher(draft.case.highest, to), (*draft.case.rises, cause)
    draft.set(level=to, highest=highest, rises=rises, offer=OfferTo(level=to))
    return True


def offer_to_level(draft: Draft) -> None:
    """Offer the case to its own level: nobody has it, and no rise has offered it."""
    to = OfferTo(level=draft.case.level)
    draft.set(offer=to)
    draft.record(CaseOffered, to=to, transfers=draft.case.transfers)


def accept(draft: Draft, user: str, level: Level) -> None:
    """The actor owns the case; a received one is accepted, or waits if it opened paused (in court).

    One that was received when something was asked for, and awaits approval, is so when it comes back.
    """
    case, owner = draft.case, Person(user=user, level=level)
    draft.set(owner=owner, offer=None)
    if case.underlying is State.RECEIVED:
        draft.stand(State.WAITING if case.pause else State.ACCEPTED)
    meet(draft, Clock.ACKNOWLEDGE)
    draft.record(CaseAccepted, owner=owner)


def transfer(draft: Draft, action: ask.Transfer, offered: Level | None) -> None:
    """Offer the case to whom the action names; the third goes one level above every level so far, and raises to it.

    A station or unit is no level: offering the case there says nothing about the highest.
    """
    case, to = draft.case, OfferTo(**action.to.model_dump())
    if to.station is not None and (station := draft.rulebook.places.station(to.station)):
        to = OfferTo(station=station.name)
    level = to.level or (offered if to.user else None)
    forced = is_forced(case, draft.rulebook)
    if forced:
        level = case.highest.up()
        to = OfferTo(level=level)
        draft.set(offers_from=level)
    draft.set(transfers=case.transfers + 1, offer=to, highest=higher(case.highest, level))
    draft.record(CaseOffered, action.reason, to=to, transfers=draft.case.transfers)
    if forced:
        rise(draft, draft.case.highest, EscalationCause.THIRD_TRANSFER)


def escalate(draft: Draft, action: ask.Escalate) -> None:
    """One level up because someone asks for it."""
    rise(draft, draft.case.level.up(), EscalationCause.ASKED, words=action.reason)


__all__ = ["accept", "escalate", "lift", "offer_to_level", "rise", "transfer"]
