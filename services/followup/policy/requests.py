"""What staff ask of a case: one model per action, named as CASE's table names it; unknown fields are refused."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.passenger import Servqual
from shared.contracts.vocabulary import (
    CallBackResult,
    Category,
    Kind,
    Level,
    Medium,
    Outcome,
    PauseReason,
    Reason,
    Severity,
)


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


Text = Annotated[str, Field(strict=True, min_length=1, max_length=20_000), AfterValidator(_printable)]
"""1 to 20,000 characters, not blank, no NUL."""
Name = Annotated[str, Field(strict=True, min_length=1, max_length=200), AfterValidator(_printable)]
Yes = Annotated[bool, Field(strict=True)]
Score = Annotated[int, Field(strict=True, ge=1, le=5)]
InsideLevel = Annotated[Level, AfterValidator(_inside)]


class Request(BaseModel):
    """What every action's body has in common; `action` is its name in the path and in the table."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    action: ClassVar[str]


class Accept(Request):
    """I take it."""

    action = "accept"


class Contact(Request):
    """The passenger was contacted; `reached` false: it was tried."""

    action = "contact"
    medium: Medium
    reached: Yes = True
    note: Text | None = None


class Arrive(Request):
    """A supervisor is on the scene."""

    action = "arrive"


class Note(Request):
    """A note for the timeline."""

    action = "note"
    text: Text


class To(BaseModel):
    """To whom a case is offered; exactly one is given."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    user: Name | None = None
    level: InsideLevel | None = None
    station: Name | None = None
    unit: Name | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(value is not None for value in (self.user, self.level, self.station, self.unit)) != 1:
            raise PydanticCustomError("exactly_one", "give exactly one of user, level, station, unit")
        return self


class Transfer(Request):
    """Offer the case to someone else; the owner keeps it until they accept."""

    action = "transfer"
    to: To
    reason: Text


class Escalate(Request):
    """One level up."""

    action = "escalate"
    reason: Text


class PauseRequest(Request):
    """Stop the resolve clock."""

    action = "pause"
    reason: PauseReason


class Resume(Request):
    """Let the resolve clock run again."""

    action = "resume"


class Reclassify(Request):
    """Correct how the case is classified; what is not given stays. `about_staff`: whether, or whom (a user)."""

    action = "reclassify"
    kind: Kind | None = None
    reason: Reason | None = None
    category: Category | None = None
    severity: Severity | None = None
    station: Name | None = None
    about_staff: Yes | Name | None = None
    note: Text


class Reply(Request):
    """Answer the passenger; a final reply ends the matter on our side."""

    action = "reply"
    text: Text
    final: Yes = False


class Resolve(Request):
    """Settle the case; an upheld one needs all four no-let-go fields."""

    action = "resolve"
    outcome: Outcome
    cause: Text | None = None
    responsible: Text | None = None
    measure: Text | None = None
    education: Text | None = None


class ServqualAnswers(BaseModel):
    """The five questions, 1 (bad) to 5 (good)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    reliability: Score
    responsiveness: Score
    assurance: Score
    empathy: Score
    tangibles: Score

    def as_fact(self) -> Servqual:
        """The same answers as events carry them."""
        return Servqual(**self.model_dump())


class CallBack(Request):
    """What the call-back found."""

    action = "call-back"
    result: CallBackResult
    satisfaction: Score | None = None
    servqual: ServqualAnswers | None = None


class Reopen(Request):
    """The matter is not settled."""

    action = "reopen"
    reason: Text


class Close(Request):
    """Close the file."""

    action = "close"


Action = (
    Accept
    | Contact
    | Arrive
    | Note
    | Transfer
    | Escalate
    | PauseRequest
    | Resume
    | Reclassify
    | Reply
    | Resolve
    | CallBack
    | Reopen
    | Close
)

REQUESTS: dict[str, type[Action]] = {
    model.action: model
    for model in (
        Accept,
        Contact,
        Arrive,
        Note,
        Transfer,
        Escalate,
        PauseRequest,
        Resume,
        Reclassify,
        Reply,
        Resolve,
        CallBack,
        Reopen,
        Close,
    )
}
"""Action name → body, in the order of CASE's table."""


def parse(action: str, body: Mapping[str, object]) -> Action:
    """The request for `action` (a key of REQUESTS, else KeyError); pydantic's ValidationError says what is wrong."""
    return REQUESTS[action].model_validate(body)
