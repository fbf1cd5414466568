"""What the bodies of all actions are made of."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError, PydanticKnownError

from shared.contracts.base import Instant
from shared.contracts.complaint import Money
from shared.contracts.vocabulary import Level

WRITTEN_OUT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def _printable(text: str) -> str:
    if "\x00" in text:
        raise PydanticCustomError("nul", "NUL is not allowed")
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    return text


def _inside(level: Level) -> Level:
    if level is Level.L6:
        raise PydanticCustomError("outside", "L6 is outside the company: nothing is offered to it")
    return level


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticKnownError("float_type")
    return value


def _written_out(value: object) -> object:
    # pydantic also reads 1700000000 and "1700000000" as instants.
    if isinstance(value, datetime):
        return value
    if not (isinstance(value, str) and WRITTEN_OUT.match(value)):
        raise PydanticCustomError("bad_time", "an RFC 3339 instant")
    return value


Text = Annotated[str, Field(strict=True, min_length=1, max_length=20_000), AfterValidator(_printable)]
"""1 to 20,000 characters, not blank, no NUL."""
Name = Annotated[str, Field(strict=True, min_length=1, max_length=200), AfterValidator(_printable)]
Yes = Annotated[bool, Field(strict=True)]
Score = Annotated[int, Field(strict=True, ge=1, le=5)]
InsideLevel = Annotated[Level, AfterValidator(_inside)]
Amount = Annotated[Money, BeforeValidator(_number)]
"""CNY, a number with at most two decimals."""
When = Annotated[Instant, BeforeValidator(_written_out)]


class Request(BaseModel):
    """What every action's body has in common; `action` is its name in the path and in the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: ClassVar[str]


__all__ = ["Amount", "InsideLevel", "Name", "Request", "Score", "Text", "When", "Yes"]
