"""Between the passenger and the case: what the passenger asks (intake → followup), what is told (followup → intake)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Event, Frozen, Instant
from shared.contracts.vocabulary import Language, Medium

Score = Annotated[int, Field(ge=1, le=5)]


class Servqual(Frozen):
    """The five questions after closing, 1 (bad) to 5 (good)."""

    reliability: Score
    responsiveness: Score
    assurance: Score
    empathy: Score
    tangibles: Score


class PassengerEvent(Event):
    """What a passenger asks for by number and code; `text` is redacted."""

    case_id: UUID
    number: str
    at: Instant
    text: str | None = None


class PassengerReopened(PassengerEvent):
    """The passenger asks to reopen."""

    type: Literal["psc.passenger.reopened.v1"] = "psc.passenger.reopened.v1"


class PassengerAnswered(PassengerEvent):
    """The passenger answers what we waited for."""

    type: Literal["psc.passenger.answered.v1"] = "psc.passenger.answered.v1"


class PassengerWithdrew(PassengerEvent):
    """The passenger withdraws."""

    type: Literal["psc.passenger.withdrew.v1"] = "psc.passenger.withdrew.v1"


class PassengerSurveyed(PassengerEvent):
    """The passenger's verdict on the handling."""

    type: Literal["psc.passenger.surveyed.v1"] = "psc.passenger.surveyed.v1"
    satisfaction: Score
    servqual: Servqual | None = None


MessageCode = Literal[
    "reply",
    "deadline_changed",
    "paused",
    "not_taken",
    "contact_limited",
    "limit_lifted",
    "resolved",
    "closed",
    "merged",
]


class PassengerTold(Event):
    """followup → intake: what to tell the passenger.

    `text` holds staff's words: a `reply`, or for `contact_limited` the contact, by `medium`, that is left; `due_at` is
    then the end of the time for an appeal.
    """

    type: Literal["psc.passenger.told.v1"] = "psc.passenger.told.v1"
    case_id: UUID
    number: str
    at: Instant
    code: MessageCode
    language: Language
    text: str | None = None
    final: bool = False
    due_at: Instant | None = None
    medium: Medium | None = None
