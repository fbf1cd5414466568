"""What a list of cases is asked for: the query as it comes, and the selection that it means."""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from services.reporting.policy import window
from services.reporting.policy.marks import NAMES
from services.reporting.policy.proposals import meant
from services.reporting.policy.selection import Selection
from shared.contracts.base import Instant
from shared.contracts.vocabulary import Category, Channel, Clock, Kind, Level, Reason, Severity, State

Text = Annotated[str, Field(max_length=100)]
When = Annotated[Instant, BeforeValidator(lambda text: window.parse(str(text)))]
"""A local day or an instant, to the millisecond."""


def _is_a_mark(name: str) -> str:
    if name not in NAMES:
        raise ValueError("not_a_mark")
    return name


def _is_a_proposal(name: str) -> str:
    meant([name])
    return name


Proposal = Annotated[str, AfterValidator(_is_a_proposal)]
MarkName = Annotated[str, AfterValidator(_is_a_mark)]


class Narrowing(BaseModel):
    """What lists and figures have in common."""

    model_config = ConfigDict(extra="forbid")

    from_: When | None = Field(None, alias="from", description="Received at or after: a local day or an instant.")
    to: When | None = Field(None, description="Received before: a local day or an instant.")
    line: list[Text] = Field([], max_length=50)
    station: list[Text] = Field([], max_length=500)
    level: list[Level] = []
    kind: list[Kind] = []

    @property
    def narrowing(self) -> Selection:
        """What narrows, without the window."""
        return Selection(
            line=tuple(self.line), station=tuple(self.station), level=tuple(self.level), kind=tuple(self.kind)
        )


class Asked(Narrowing):
    """The query of `GET /v1/cases`. A name given several times takes any of its values; `is` takes all of them."""

    q: str | None = Field(None, max_length=100, description="A number or its beginning, a station, a category.")
    state: list[State] = []
    reason: list[Reason] = []
    category: list[Category] = []
    severity: list[Severity] = []
    channel: list[Channel] = []
    proposal: list[Proposal] = Field([], max_length=30, description="any, A2, any:overturned, A2:pending and the like.")
    is_: list[MarkName] = Field([], alias="is", max_length=20)
    is_not: list[MarkName] = Field([], max_length=20)
    due: Literal["acknowledge", "first_response", "resolve", "arrival"] | None = None
    due_from: When | None = None
    due_to: When | None = None
    breached: Clock | Literal["any"] | None = None
    breached_level: Level | None = None
    repeated: bool | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=200)

    @property
    def selection(self) -> Selection:
        """Which cases are meant."""
        return replace(
            self.narrowing,
            received_from=self.from_,
            received_to=self.to,
            q=self.q.strip() or None if self.q else None,
            marks=_bits(self.is_),
            without=_bits(self.is_not),
            due=self.due,
            due_from=self.due_from,
            due_to=self.due_to,
            breached=self.breached,
            breached_level=self.breached_level,
            repeated=self.repeated,
            state=tuple(self.state),
            reason=tuple(self.reason),
            category=tuple(self.category),
            severity=tuple(self.severity),
            channel=tuple(self.channel),
            proposal=tuple(self.proposal),
        )


def _bits(names: list[str]) -> int:
    return sum({NAMES[name].value for name in names})
