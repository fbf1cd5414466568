"""What a preview may ask."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from services.routing.policy import Facts
from shared.contracts.complaint import Money
from shared.contracts.vocabulary import Category, Channel, Language
from shared.security.redact import passenger_words

CJK = range(0x4E00, 0xA000)


class Strict(BaseModel):
    """A part of a request: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


def _a_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticCustomError("decimal_type", "a sum is a JSON number")
    return value


Sum = Annotated[Money, BeforeValidator(_a_number)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Flag = Annotated[bool, Field(strict=True)]
Place = Annotated[str, Field(min_length=1, max_length=200)]


class PreviewClaim(Strict):
    """What is asked for and what loss is proven, CNY."""

    amount_cny: Sum | None = None
    proven_loss_cny: Sum | None = None


class PreviewFlags(Strict):
    """What the sender states as a fact."""

    danger: Flag = False
    injury: Flag = False
    on_scene: Flag = False
    in_court: Flag = False


class Context(Strict):
    """What psc itself would know; each wins over `claim`, `flags`, `line` and `station`."""

    earlier_open_case: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    prior_contacts_90d: Count | None = None
    similar_claims_180d: Count | None = None
    claim_cny: Sum | None = None
    proven_loss_cny: Sum | None = None
    final_reply_sent: Flag | None = None
    our_reply_overdue: Flag | None = None
    injury: Flag | None = None
    in_court: Flag | None = None
    on_scene: Flag | None = None
    station: Place | None = None
    line: Place | None = None


class Preview(Strict):
    """A complaint that is not made: what would routing decide?"""

    channel: Channel
    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    line: Place | None = None
    station: Place | None = None
    category: Category | None = None
    claim: PreviewClaim | None = None
    flags: PreviewFlags | None = None
    context: Context | None = None

    @field_validator("text")
    @classmethod
    def _has_words(cls, text: str) -> str:
        if "\x00" in text:
            raise ValueError("nul")
        if not text.strip():
            raise ValueError("blank")
        return text

    def facts(self) -> Facts:
        """As routing would know them: the words redacted as intake does."""
        claim, flags = self.claim or PreviewClaim(), self.flags or PreviewFlags()
        stated: dict[str, Any] = {
            "line": self.line,
            "station": self.station,
            "claim_cny": claim.amount_cny,
            "proven_loss_cny": claim.proven_loss_cny,
            **flags.model_dump(),
        }
        known = self.context.model_dump(exclude_none=True) if self.context else {}
        text = passenger_words(self.text)
        language = Language.ZH if any(ord(c) in CJK for c in text) else Language.EN
        return Facts(channel=self.channel, text=text, language=language, category=self.category, **(stated | known))
