"""What every contract model has in common."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer

from shared.clock import rfc3339, to_milliseconds

Instant = Annotated[
    AwareDatetime,
    AfterValidator(to_milliseconds),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
"""A UTC instant to the millisecond; RFC 3339 with `Z` in JSON."""


class Frozen(BaseModel):
    """An immutable value that travels: unknown fields are ignored, so that an optional field is the same version."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Words(Frozen):
    """One text in both languages of the interface."""

    zh: str
    en: str


class Event(Frozen):
    """Something that happened. Subclasses fix `type` to a literal `psc.<noun>.<fact>.v<n>`; see `registry`."""

    type: str


__all__ = ["Event", "Frozen", "Instant", "Words"]
