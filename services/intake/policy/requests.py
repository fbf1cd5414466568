"""The bodies that intake's doors take: strict, unknown fields refused, words kept as they are."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticKnownError, from_json, to_json

from shared.contracts.base import Instant
from shared.contracts.complaint import Claim, Flags, Money
from shared.contracts.passenger import Score, Servqual
from shared.contracts.vocabulary import Category, Channel, Language

LONGEST_TEXT = 20_000
PLACE_AND_TIME = ("line", "station", "taken_at", "occurred_at")
KEY = re.compile(r"[\x21-\x7e]{1,255}")

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
INVISIBLE = "".join(chr(c) for c in range(0x3001) if chr(c).isspace()) + ZERO_WIDTH
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")


def _plain(text: str) -> str:
    if "\x00" in text:
        raise ValueError("nul")
    if not text.strip(INVISIBLE):
        raise ValueError("blank")
    return text


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticKnownError("float_type")
    return value


def _written_out(value: object) -> object:
    # pydantic also reads 1700000000 and "1700000000" as instants.
    if not (isinstance(value, str) and INSTANT.match(value)):
        raise ValueError("bad_time")
    return value


def _digits(phone: str) -> str:
    if sum(c.isdigit() for c in phone) < 3:
        raise ValueError("bad_phone")
    return _plain(phone)


def _visible(key: str) -> str:
    if not KEY.fullmatch(key):
        raise ValueError("bad_key")
    return key


Words = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), AfterValidator(_plain)]
Name = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_plain)]
Phone = Annotated[str, Field(min_length=3, max_length=40), AfterValidator(_digits)]
Key = Annotated[str, AfterValidator(_visible)]
Amount = Annotated[Money, Field(strict=False), BeforeValidator(_number)]
When = Annotated[Instant, Field(strict=False), BeforeValidator(_written_out)]


class Body(BaseModel):
    """What every body has in common."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class ClaimRequest(Claim):
    """What is asked for and what loss is proven, CNY."""

    model_config = ConfigDict(extra="forbid", strict=True)
    amount_cny: Amount | None = None
    proven_loss_cny: Amount | None = None


class FlagsRequest(Flags):
    """What the sender states as a fact."""

    model_config = ConfigDict(extra="forbid", strict=True)


class PassengerRequest(Body):
    """Who complains, as far as known, and the language to answer in."""

    name: Name | None = None
    phone: Phone | None = None
    language: Language = Language.ZH


class ComplaintRequest(Body):
    """One complaint; only `channel` and `text` are required.

    `taken_at` is when it was taken on paper or offline; `line` and `station` are names or aliases of the network.
    """

    channel: Channel
    text: Words
    taken_at: When | None = None
    occurred_at: When | None = None
    line: Name | None = None
    station: Name | None = None
    category: Category | None = None
    passenger: PassengerRequest | None = None
    claim: ClaimRequest | None = None
    flags: FlagsRequest = FlagsRequest()
    related_number: Annotated[Name, Field(max_length=40)] | None = None


class BatchItem(Body):
    """One complaint of a batch, with its own key."""

    idempotency_key: Key
    complaint: ComplaintRequest


class Batch(Body):
    """Up to 500 complaints; each is taken or refused by itself."""

    items: Annotated[list[BatchItem], Field(min_length=1, max_length=500)]


class LooseBatch(Body):
    """A batch whose items are looked at one by one."""

    items: Annotated[list[Any], Field(min_length=1, max_length=500)]


class LooseItem(Body):
    """An item whose complaint is looked at by itself."""

    idempotency_key: Key
    complaint: Any


class Ask(Body):
    """What a passenger sends with the receipt code."""

    code: Annotated[str, Field(min_length=1, max_length=20)]


class Withdrawal(Ask):
    """The passenger withdraws."""

    text: Words | None = None


class WordsOfPassenger(Ask):
    """The passenger answers, or says why the case should be reopened."""

    text: Words


class ServqualRequest(Servqual):
    """The five questions after closing."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Survey(Ask):
    """The passenger's verdict, 1 (bad) to 5 (good)."""

    satisfaction: Score
    servqual: ServqualRequest | None = None
    text: Words | None = None


class Reveal(Body):
    """What a passenger's contact is needed for."""

    purpose: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_plain)]


@dataclass(frozen=True, slots=True)
class Posted:
    """A complaint as posted. `unverified` holds, by field, what a report of danger said of place and time in vain."""

    request: ComplaintRequest
    unverified: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> bytes:
        """The same for the same validated body, however it was written."""
        body = self.request.model_dump_json()
        return sha256((body + to_json(self.unverified).decode() if self.unverified else body).encode()).digest()


def read_complaint(raw: bytes | str) -> Posted:
    """The complaint in a JSON body. With `flags.danger` nothing about place or time refuses.

    Errors: pydantic.ValidationError.
    """
    try:
        return Posted(ComplaintRequest.model_validate_json(raw))
    except ValidationError as error:
        broken = {e["loc"][0] if e["loc"] else "" for e in error.errors(include_url=False, include_input=False)}
        if not broken.issubset(PLACE_AND_TIME):
            raise
        given = from_json(raw)
        if not _danger(given):
            raise
        unverified = {name: as_text(given.pop(name)) for name in PLACE_AND_TIME if name in broken}
        return Posted(ComplaintRequest.model_validate_json(to_json(given)), unverified)


def _danger(given: dict[str, Any]) -> bool:
    flags = given.get("flags")
    return isinstance(flags, dict) and flags.get("danger") is True


def as_text(value: object) -> str:
    """Whatever was given, short and storable."""
    text = value if isinstance(value, str) else to_json(value).decode()
    return "".join(c for c in text[:200] if unicodedata.category(c) not in ("Cc", "Cs"))
