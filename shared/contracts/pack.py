"""A policy pack: the metro's rules as validated, versioned data. Followup and routing read the same one.

Every row says its `source`; the word `assumed` marks a value that the sources do not give.
"""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from shared.contracts.base import Frozen, Instant, Words
from shared.contracts.complaint import Money
from shared.contracts.terms import DEFAULT_CONTACT_LIMITS, ContactLimits
from shared.contracts.terms import Running as Running
from shared.contracts.terms import Term as Term
from shared.contracts.terms import Unit as Unit
from shared.contracts.vocabulary import Category, Channel, Kind, Level, Reason, Severity

DEFAULT_UNITS = ("机电", "通号", "供电", "工务", "保洁", "安保", "票务", "客运", "车辆")
"""The units that a case may be offered to where a pack names none."""


class SeverityRow(Frozen):
    """The clocks of one severity."""

    title: Words
    acknowledge: Term
    first_response: Term
    resolve: Term
    call_back: Term | None = None
    source: str


class ArrivalTerms(Frozen):
    """On the scene: a reminder and the limit, minutes 24×7, if S1 or on scene."""

    remind_minutes: int = Field(gt=0)
    due_minutes: int = Field(gt=0)
    source: str


class Ladder(Frozen):
    """Shares of a clock's running time that fire, and the target that a breach opens one level up."""

    remind_share: float = Field(gt=0, lt=1)
    warn_share: float = Field(gt=0, lt=1)
    target_share: float = Field(gt=0, le=1)
    target_minimum_minutes: int = Field(gt=0)
    source: str


class Pauses(Frozen):
    """When a pause ends by itself; in court has no limit."""

    waiting_for_passenger: Term
    extension_limit: Term
    extension_level: Level
    source: str


class Handling(Frozen):
    """Counts and levels of the way a case is handled."""

    forced_transfer: int = Field(gt=0, description="the transfer that raises the level")
    second_reopen_level: Level
    unreachable_call_backs: int = Field(gt=0)
    lowering_s1_level: Level
    reclassify_level: Level
    arrive_level: Level
    final_reply_level: Level
    person_level: Level = Field(description="the least level for a case about a person")
    source: str


class LevelRow(Frozen):
    """A row of the authority table: the level that takes a case for which every given condition holds."""

    id: str
    level: Level
    severities: tuple[Severity, ...] | None = None
    categories: tuple[Category, ...] | None = None
    reasons: tuple[Reason, ...] | None = None
    channels: tuple[Channel, ...] | None = None
    about_staff: bool | None = None
    media: bool | None = None
    source: str


class Ceiling(Frozen):
    """What a level may grant alone, CNY; None is without limit."""

    level: Level
    cash_cny: Money | None = None
    medical_advance_cny: Money | None = None
    source: str


class Recourse(Words):
    """What a passenger may do about a decision; ` {earlier_case}` stands for the number of the case that it repeats."""

    source: str

    def told(self, earlier_case: str | None) -> Words:
        """As it is said of one case."""
        number = f" {earlier_case}" if earlier_case else ""
        return Words(zh=self.zh.replace(" {earlier_case}", number), en=self.en.replace(" {earlier_case}", number))


class ReasonRow(Frozen):
    """A reason, whether a person must confirm it and from which level, and what the passenger may do about it."""

    reason: Reason
    title: Words
    confirm_level: Level | None = Field(default=None, description="None: the machine decides")
    recourse: Recourse | None = None
    source: str


class SameEvent(Frozen):
    """When two complaints of one passenger are about one event, as far as their words tell. Shares are 0 to 1.

    With no fewer than `words` of the shorter text in the longer it is the same text, perhaps with more, for
    `words_days` (where nothing is known of the place: the same and no more, for `alone_hours`). With `form` of all
    words in common it is one text with parts replaced: edited, for `edited_hours`, or with the same numbers for
    `retold_hours`; else a form filled in anew. With `retold` of the shorter text (`retold_otherwise`, if they are not
    of one category) and less than `form` it is told in other words, for `retold_hours`. `claim` of its words make a
    claim the same kind of claim.
    """

    words: float = Field(default=0.95, gt=0, le=1)
    words_days: int = Field(default=7, gt=0)
    alone_hours: int = Field(default=24, gt=0)
    form: float = Field(default=0.25, gt=0, le=1)
    edited_hours: int = Field(default=2, gt=0)
    retold: float = Field(default=0.1, gt=0, le=1)
    retold_otherwise: float = Field(default=0.2, gt=0, le=1)
    retold_hours: int = Field(default=72, gt=0)
    claim: float = Field(default=0.4, gt=0, le=1)
    source: str = "assumed"


class MassEvents(Frozen):
    """When complaints of several passengers are proposed as one incident.

    So many at one station, or on one line, within so many minutes, about the same category or with `alike` (0 to 1) of
    the shorter one's words in common; it goes on as long as they come within as many minutes.
    """

    station_cases: int = Field(default=5, ge=2, le=50)
    line_cases: int = Field(default=10, ge=2, le=50)
    minutes: int = Field(default=10, gt=0, le=1440)
    alike: float = Field(default=0.4, gt=0, le=1)
    source: str = "assumed"


class Thresholds(Frozen):
    """The numbers that routing's rules compare with."""

    persistent_contacts: int
    persistent_days: int
    excessive_floor_cny: Money
    excessive_multiple: Decimal
    professional_claims: int
    professional_days: int
    staff_loss_cny: Money
    delay_minutes: int
    same_event: SameEvent = SameEvent()
    mass_events: MassEvents = MassEvents()
    source: str


class Records(Frozen):
    """How long complaint files are kept after the last thing that happened in them; at least half a year."""

    keep_months: int = Field(ge=6)
    source: str


class LevelFacts(Frozen):
    """What the authority table looks at."""

    kind: Kind
    reason: Reason
    category: Category
    severity: Severity
    channel: Channel
    about_staff: bool
    media: bool
    claim_cny: Money | None = None


DEFAULT_RECORDS = Records(keep_months=36, source="assumed")
"""Where a pack says nothing."""


class Pack(Frozen):
    """One version of the policy. `units` are those that a case may be offered to; `signals` are routing's readings of a
    text, which only routing interprets.
    """

    name: str
    version: int = Field(gt=0)
    effective_from: Instant
    title: Words
    severities: dict[Severity, SeverityRow]
    approval: Term
    arrival: ArrivalTerms
    ladder: Ladder
    pauses: Pauses
    handling: Handling
    levels: tuple[LevelRow, ...]
    ceilings: tuple[Ceiling, ...]
    reasons: tuple[ReasonRow, ...]
    thresholds: Thresholds
    abnormal_order: tuple[Reason, ...]
    units: tuple[str, ...] = DEFAULT_UNITS
    records: Records = DEFAULT_RECORDS
    contact_limits: ContactLimits = DEFAULT_CONTACT_LIMITS
    signals: dict[str, object] = Field(default_factory=dict)

    @property
    def id(self) -> str:
        """`metro-default@3`."""
        return f"{self.name}@{self.version}"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        missing = [s.value for s in Severity if s not in self.severities]
        if missing:
            raise ValueError(f"severities lacks {', '.join(missing)}")
        if {row.reason for row in self.reasons} != set(Reason):
            raise ValueError("reasons must have exactly one row for every reason")
        if [c.level for c in self.ceilings] != [Level.L1, Level.L2, Level.L3, Level.L4, Level.L5]:
            raise ValueError("ceilings must go from L1 to L5")
        return self

    def ceiling(self, level: Level) -> Ceiling:
        """What `level` (L1 to L5) may grant alone."""
        return self.ceilings[level.rank - 1]

    def reason(self, reason: Reason) -> ReasonRow:
        """The row of a reason."""
        return next(row for row in self.reasons if row.reason is reason)

    def starting_level(self, facts: LevelFacts) -> tuple[Level, str]:
        """The level that takes a case, and the id of the row that says so (DOMAIN: authority levels; CASE: Level).

        S1 starts at L2, at L3 if about a person; else the highest row that applies, else L1. A claim above a level's
        ceiling raises the level, except where the decision is abnormal.
        """
        if facts.severity is Severity.S1:
            return (self.handling.person_level, "s1_person") if about_a_person(facts) else (Level.L2, "s1")
        level, because = Level.L1, "default"
        for row in self.levels:
            if row.level.rank > level.rank and _applies(row, facts):
                level, because = row.level, row.id
        if facts.kind is Kind.ABNORMAL or facts.claim_cny is None:
            return level, because
        able = next((c.level for c in self.ceilings if c.cash_cny is None or facts.claim_cny <= c.cash_cny), Level.L5)
        return (able, "claim_ceiling") if able.rank > level.rank else (level, because)


def about_a_person(facts: LevelFacts) -> bool:
    """A complaint about one of ours: category STAFF, or said so."""
    return facts.category is Category.STAFF or facts.about_staff


def _applies(row: LevelRow, facts: LevelFacts) -> bool:
    sets = (
        (row.severities, facts.severity),
        (row.categories, facts.category),
        (row.reasons, facts.reason),
        (row.channels, facts.channel),
    )
    if any(allowed is not None and value not in allowed for allowed, value in sets):
        return False
    if row.about_staff is not None and row.about_staff != about_a_person(facts):
        return False
    return row.media is None or row.media == facts.media
