"""CloudEvents 1.0 in Kafka's binary mode: attributes in `ce_*` headers, the event as JSON in the value."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from shared.clock import rfc3339
from shared.contracts.base import Event
from shared.errors import Park

E_co = TypeVar("E_co", bound=Event, covariant=True)

Headers = Sequence[tuple[str, bytes]]
AGAIN = "psc-again"
TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Incoming(Generic[E_co]):
    """An event as it arrived. `trace` is where what it causes belongs: the sender's span, or ours while handling."""

    event: E_co
    id: UUID
    key: str
    trace: str | None
    again: bool
    record: ConsumerRecord

    def within(self, trace: str | None) -> "Incoming[E_co]":
        """The same under another span."""
        return replace(self, trace=trace)


def headers(source: str, event_id: UUID, type_: str, at: datetime, trace: str | None, *, again: bool) -> Headers:
    """The headers of one event; `source` is the service that says it."""
    attributes: list[tuple[str, bytes]] = [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(event_id).encode()),
        ("ce_source", f"/psc/{source}".encode()),
        ("ce_type", type_.encode()),
        ("ce_time", rfc3339(at).encode()),
        ("content-type", b"application/json"),
    ]
    if trace:
        attributes.append(("traceparent", trace.encode()))
    if again:
        attributes.append((AGAIN, b"1"))
    return attributes


def read(record: ConsumerRecord, model: Callable[[str], type[Event] | None]) -> Incoming[Event] | None:
    """The event in a record, read as what `model` says of its `ce_type`; None where that says None.

    Errors: `Park` with reason bad-headers, bad-key or bad-body.
    """
    attributes = _attributes(record)
    type_ = attributes.get("ce_type", "")
    try:
        event_id = UUID(attributes["ce_id"])
        if attributes.get("ce_specversion") != "1.0" or not type_.startswith("psc."):
            raise ValueError
    except (KeyError, ValueError):
        raise Park("bad-headers", "ce_id, ce_type or ce_specversion is missing or malformed") from None
    read_as = model(type_)
    if read_as is None:
        return None
    return Incoming(
        event=_body(record, read_as),
        id=event_id,
        key=_key(record),
        trace=_trace(attributes),
        again=attributes.get(AGAIN) == "1",
        record=record,
    )


def _attributes(record: ConsumerRecord) -> dict[str, str]:
    try:
        return {name: value.decode() for name, value in record.headers if value is not None}
    except UnicodeDecodeError:
        raise Park("bad-headers", "a header is not UTF-8") from None


def _trace(attributes: dict[str, str]) -> str | None:
    """The traceparent if it has the shape of one: it is stored with what follows from the event."""
    trace = attributes.get("traceparent")
    return trace if trace and TRACEPARENT.fullmatch(trace) else None


def _key(record: ConsumerRecord) -> str:
    try:
        return bytes(record.key or b"").decode()
    except UnicodeDecodeError:
        raise Park("bad-key", "the key is not UTF-8") from None


def _body(record: ConsumerRecord, model: type[Event]) -> Event:
    try:
        return model.model_validate_json(record.value or b"")
    except ValidationError as error:
        # Where and what kind, never the input itself: it may hold a passenger's words.
        found = "; ".join(f"{'/'.join(map(str, e['loc']))}: {e['type']}" for e in error.errors(include_input=False)[:5])
        raise Park("bad-body", found) from None
