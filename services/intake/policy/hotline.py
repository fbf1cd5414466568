"""What the hotline's software posts, and the complaint that an event makes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from services.intake.policy.requests import (
    LONGEST_TEXT,
    Body,
    ComplaintRequest,
    Name,
    PassengerRequest,
    Phone,
    Posted,
    When,
    Words,
)
from shared.clock import rfc3339
from shared.contracts.complaint import CityOrder
from shared.contracts.vocabulary import Channel, Language

OTHER_TYPES = frozenset(
    {
        *("call.started", "call.answered", "call.held", "call.transferred", "call.missed", "call.abandoned"),
        *("call.updated", "call.ended", "call.recorded", "order.updated", "order.cancelled", "order.closed"),
        *("agent.status", "ping", "test"),
    }
)
"""Events of such software that we know and have no use for."""


class Caller(Body):
    """Who called."""

    phone: Phone | None = None
    name: Name | None = None
    language: Language = Language.ZH


class CompletedCall(Body):
    """A call that an agent has finished; `complaint` false: nothing to take up."""

    call_id: Name
    agent: Name | None = None
    caller: Caller | None = None
    started_at: When
    ended_at: When
    line: Name | None = None
    station: Name | None = None
    note: Words
    recording_ref: Annotated[str, Field(max_length=500)] | None = None
    complaint: bool = True

    @field_validator("ended_at")
    @classmethod
    def _not_before_it_starts(cls, ended_at: datetime, info: ValidationInfo) -> datetime:
        started_at = info.data.get("started_at")
        if started_at is not None and ended_at < started_at:
            raise ValueError("before_start")
        return ended_at


class CreatedOrder(Body):
    """An order of a city hotline, with its own deadline."""

    order_id: Name
    source: Literal["12345", "12328"]
    issued_at: When
    due_at: When | None = None
    title: Annotated[Words, Field(max_length=500)]
    text: Words
    caller: Caller | None = None


class HotlineEvent(Body):
    """Any event."""

    type: Annotated[str, Field(max_length=100)]
    data: dict[str, Any]


class CallCompleted(Body):
    """`call.completed`."""

    type: Literal["call.completed"]
    data: CompletedCall


class OrderCreated(Body):
    """`order.created`."""

    type: Literal["order.created"]
    data: CreatedOrder


@dataclass(frozen=True, slots=True)
class FromHotline:
    """The complaint that an event makes, and where it came from."""

    posted: Posted
    source: dict[str, Any]
    city_order: CityOrder | None = None


def of_call(call: CompletedCall) -> FromHotline:
    """It was taken when the caller had said it: at the end of the call."""
    request = ComplaintRequest(
        channel=Channel.HOTLINE,
        text=call.note,
        taken_at=rfc3339(call.ended_at),  # type: ignore[arg-type]
        line=call.line,
        station=call.station,
        passenger=_passenger(call.caller),
    )
    source = call.model_dump(mode="json", include={"call_id", "agent", "started_at", "ended_at", "recording_ref"})
    return FromHotline(Posted(request), source)


def of_order(order: CreatedOrder) -> FromHotline:
    """The title belongs to the words. Errors: ValueError("too_long") when both are longer than a text may be."""
    text = f"{order.title}\n{order.text}"
    if len(text) > LONGEST_TEXT:
        raise ValueError("too_long")
    request = ComplaintRequest(channel=Channel.CITY_HOTLINE, text=text, passenger=_passenger(order.caller))
    source = order.model_dump(mode="json", include={"order_id", "source", "issued_at", "due_at"})
    city_order = CityOrder(source=order.source, issued_at=order.issued_at, due_at=order.due_at)
    return FromHotline(Posted(request), source, city_order)


def _passenger(caller: Caller | None) -> PassengerRequest | None:
    if caller is None:
        return None
    return PassengerRequest(name=caller.name, phone=caller.phone, language=caller.language)
