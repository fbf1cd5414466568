"""A complaint on its road: as intake published it and as routing decided it."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, PlainSerializer

from shared.contracts.base import Event, Frozen, Instant
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Category, Channel, Language

Money = Annotated[
    Decimal,
    Field(ge=0, le=100_000_000, decimal_places=2),
    PlainSerializer(float, return_type=float, when_used="json"),
]
"""CNY with at most two decimals; a number in JSON."""


class Claim(Frozen):
    """What the passenger asks for and what loss is proven, CNY."""

    amount_cny: Money | None = None
    proven_loss_cny: Money | None = None


class Flags(Frozen):
    """What the sender states as a fact; routing trusts these before any word."""

    danger: bool = False
    injury: bool = False
    on_scene: bool = False
    in_court: bool = False


class CityOrder(Frozen):
    """The order of a city hotline behind a complaint: it brings its own deadline."""

    source: str
    issued_at: Instant | None = None
    due_at: Instant | None = None


class Complaint(Frozen):
    """A complaint without the passenger's name, phone and original words; `text` is redacted.

    `line` and `station` are the network's own names; a place that the network does not know is kept in
    `place_unverified` (only with `flags.danger`). `passenger_ref` is a keyed pseudonym, None when no phone was given.
    """

    case_id: UUID
    number: str
    channel: Channel
    text: str
    language: Language = Language.ZH
    received_at: Instant
    taken_at: Instant | None = None
    occurred_at: Instant | None = None
    line: str | None = None
    station: str | None = None
    place_unverified: str | None = None
    category: Category | None = None
    claim: Claim | None = None
    flags: Flags = Flags()
    related_number: str | None = None
    passenger_ref: str | None = None
    city_order: CityOrder | None = None
    demo: bool = False


class ComplaintReceived(Event):
    """intake → routing: accepted and stored."""

    type: Literal["psc.complaint.received.v1"] = "psc.complaint.received.v1"
    complaint: Complaint


class MassEvent(Frozen):
    """Many complaints about one thing at one place within minutes: a proposal to open an incident.

    `event_id` is the same for all of them. The place is `station`, or the whole `line` where no station is given.
    `cases` are numbers: those with which it was found (at most 50) and the complaint's own.
    """

    event_id: UUID
    line: str | None = None
    station: str | None = None
    category: Category
    since: Instant
    cases: tuple[str, ...]


class ComplaintRouted(Event):
    """routing → followup: the complaint and what routing decided. Its topic follows `decision.kind`.

    `earlier_case` is the open case that an A1 repeats or an N2 adds to, where routing knows it. `mass_event` is what it
    is one of many of; it is decided and worked like any other.
    """

    type: Literal["psc.complaint.routed.v1"] = "psc.complaint.routed.v1"
    complaint: Complaint
    decision: Decision
    earlier_case: UUID | None = None
    mass_event: MassEvent | None = None
