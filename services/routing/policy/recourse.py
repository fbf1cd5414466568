"""What the passenger may do about an abnormal decision, as the pack says it."""

from services.routing.policy.facts import Facts
from shared.contracts.base import Words
from shared.contracts.pack import ReasonRow
from shared.contracts.vocabulary import Kind


def recourse(row: ReasonRow, facts: Facts) -> Words | None:
    """The pack's words for this complaint; None where nothing is held against it, or the pack says nothing."""
    if row.reason.kind is not Kind.ABNORMAL or row.recourse is None:
        return None
    return row.recourse.told(facts.earlier_open_case)
