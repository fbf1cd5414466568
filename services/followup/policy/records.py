"""Parts of a case's document: what was granted, what awaits approval, how contact is limited.

What was written about each (a note, a reply, a reason, a contact) lies with the words of its `version`.
"""

from shared.contracts.base import Frozen, Instant
from shared.contracts.case_authority import Asked
from shared.contracts.case_events import Actor
from shared.contracts.complaint import Money
from shared.contracts.vocabulary import Level, Medium, Resolution, State


class Granted(Frozen):
    """A resolution in force, CNY. `approved_by`: who granted it; None: it was within the proposer's own ceiling."""

    type: Resolution
    amount_cny: Money | None = None
    at: Instant
    by: Actor
    approved_by: Actor | None = None
    version: int


class Approval(Frozen):
    """What awaits the decision of someone at `needs` or above, and the state to which the case goes back with it.

    Beside `action` only the fields of that action are given; `needs` rises when its clock is missed.
    """

    action: Asked
    needs: Level
    asked_by: Actor
    asked_at: Instant
    back_to: State
    version: int
    resolution: Resolution | None = None
    amount_cny: Money | None = None
    until: Instant | None = None
    medium: Medium | None = None
    warned_at: Instant | None = None

    def was_asked_by(self, user: str) -> bool:
        """Whether the request is theirs, made by themselves or by whoever stood in for them."""
        return user in (self.asked_by.user, self.asked_by.acting_for)


class ContactLimit(Frozen):
    """The passenger reaches us by `medium` only. `review_at`: by when it must be looked at again."""

    medium: Medium
    warned_at: Instant
    since: Instant
    review_at: Instant
    appeal_until: Instant
    by: Actor
    version: int


__all__ = ["Approval", "ContactLimit", "Granted"]
