"""What routing decided and why; a proposal takes effect only when a person confirms it."""

from shared.contracts.base import Frozen, Words
from shared.contracts.vocabulary import Category, Kind, Level, Reason, Severity


class Because(Frozen):
    """One rule that fired.

    `evidence` quotes the redacted words or names the fact; `start` and `end` are its offsets in the redacted text
    where it rests on words; `instead_of` names the rule that it went before.
    """

    rule: str
    evidence: str
    instead_of: str | None = None
    start: int | None = None
    end: int | None = None


class ChildDecision(Frozen):
    """A matter inside a complaint that becomes a normal case of its own; `evidence` as in `Because`."""

    reason: Reason
    category: Category
    severity: Severity
    evidence: str
    start: int | None = None
    end: int | None = None


class Decision(Frozen):
    """The verdict on one complaint under one version of the pack. `secondary` are reasons that also fit.

    `line` and `station`: the sender's, else as the words tell. Where a person must confirm a proposal, it is one of
    `confirm_level` or above; `recourse` is what the passenger may do about an abnormal decision.
    """

    kind: Kind
    reason: Reason
    category: Category
    severity: Severity
    level: Level
    proposed: bool = False
    uncertain: bool = False
    about_staff: bool = False
    media: bool = False
    confirm_level: Level | None = None
    recourse: Words | None = None
    line: str | None = None
    station: str | None = None
    secondary: tuple[Reason, ...] = ()
    children: tuple[ChildDecision, ...] = ()
    explanation: tuple[Because, ...] = ()
    policy_version: str
