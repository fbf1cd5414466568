"""What staff ask of a case: one model per action, named as CASE's table names it; unknown fields are refused."""

from collections.abc import Mapping
from typing import Self, get_args

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError

from services.followup.policy.authority_requests import (
    Approve,
    ConfirmAbnormal,
    Extend,
    LiftLimit,
    LimitContact,
    OverturnAbnormal,
    ProposeResolution,
    Refuse,
)
from services.followup.policy.request_base import InsideLevel, Name, Request, Score, Text, Yes
from shared.contracts.passenger import Servqual
from shared.contracts.vocabulary import (
    CallBackResult,
    Category,
    Kind,
    Medium,
    Outcome,
    PauseReason,
    Reason,
    Severity,
)


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


class Merge(Request):
    """The same matter as the case `into`, a number: closed here, and worked there."""

    action = "merge"
    into: Name


class Unmerge(Request):
    """A matter of its own after all."""

    action = "unmerge"


class Split(Request):
    """A matter of its own, in the words of `text`; it has the category and severity of the case unless given."""

    action = "split"
    text: Text
    reason: Reason = Reason.N0
    category: Category | None = None
    severity: Severity | None = None

    @model_validator(mode="after")
    def _normal(self) -> Self:
        if self.reason.kind is not Kind.NORMAL:
            raise PydanticCustomError("not_normal", "a child is a normal case")
        return self


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
    | Extend
    | Reclassify
    | ProposeResolution
    | Approve
    | Refuse
    | ConfirmAbnormal
    | OverturnAbnormal
    | LimitContact
    | LiftLimit
    | Reply
    | Resolve
    | CallBack
    | Reopen
    | Merge
    | Unmerge
    | Split
    | Close
)

REQUESTS: dict[str, type[Action]] = {model.action: model for model in get_args(Action)}
"""Action name → body, in the order of CASE's table."""


def parse(action: str, body: Mapping[str, object]) -> Action:
    """The request for `action` (a key of REQUESTS, else KeyError); pydantic's ValidationError says what is wrong."""
    return REQUESTS[action].model_validate(body)


__all__ = [
    "REQUESTS",
    "Accept",
    "Action",
    "Approve",
    "Arrive",
    "CallBack",
    "Close",
    "ConfirmAbnormal",
    "Contact",
    "Escalate",
    "Extend",
    "LiftLimit",
    "LimitContact",
    "Merge",
    "Note",
    "OverturnAbnormal",
    "PauseRequest",
    "ProposeResolution",
    "Reclassify",
    "Refuse",
    "Reopen",
    "Reply",
    "Resolve",
    "Resume",
    "ServqualAnswers",
    "Split",
    "To",
    "Transfer",
    "Unmerge",
    "parse",
]
