"""The closed set of outcomes: a change (the case, its facts, what is told) or a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.followup.policy.authority import Alone
from services.followup.policy.case import Case
from shared.contracts.case_events import CaseEvent
from shared.contracts.complaint import ComplaintRouted
from shared.contracts.passenger import PassengerTold
from shared.contracts.vocabulary import Level

Slug = Literal["transition-refused", "forbidden", "invalid"]


@dataclass(frozen=True, slots=True)
class Change:
    """The case after its new facts, oldest first; one fact is one version.

    `told` is what the passenger is to hear. `words` holds the private text of a fact by its version: a note, reply,
    reason or the passenger's words; for `resolved` a JSON object of the no-let-go fields given. `also`: what becomes of
    other cases with it, in the same transaction; `born`: children to be opened with it.
    """

    case: Case
    events: tuple[CaseEvent, ...]
    told: tuple[PassengerTold, ...]
    words: Mapping[int, str]
    also: "tuple[Change, ...]" = ()
    born: tuple[ComplaintRouted, ...] = ()

    @property
    def all(self) -> "tuple[Change, ...]":
        """This change and those that go with it."""
        return (self, *self.also)


@dataclass(frozen=True, slots=True)
class AllowedAction:
    """Whether an action is allowed now; `why` is a refusal's code, `needs_level` the lowest level that may.

    `granted_by`: it becomes a request to that level; `alone`: what the actor may grant without one.
    """

    action: str
    allowed: bool
    why: str | None = None
    needs_level: Level | None = None
    granted_by: Level | None = None
    alone: Alone | None = None


@dataclass(frozen=True, slots=True)
class FieldError:
    """A fault of the body: a JSON pointer and a stable code."""

    pointer: str
    code: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an action does not happen: 409 transition-refused (with what is allowed), 403 forbidden, 422 invalid.

    `code` is stable and to be put into words by the shell (see `codes`).
    """

    slug: Slug
    code: str
    needs_level: Level | None = None
    errors: tuple[FieldError, ...] = ()
    allowed: tuple[AllowedAction, ...] = ()


__all__ = ["AllowedAction", "Change", "FieldError", "Refusal", "Slug"]
