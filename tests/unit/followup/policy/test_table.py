"""Every state × action, as the table of the life of a case says; read from the page, not from the code."""

from uuid import UUID

import pytest

from services.followup.policy import REQUESTS, Staff, allowed_actions, refused
from services.followup.policy.case import BeforeMerge
from services.followup.policy.records import ContactLimit
from shared.contracts.case_events import Actor, OfferTo
from shared.contracts.vocabulary import Kind, Level, Medium, Reason, State
from tests.unit.followup.policy.builders import NOW, RULES, case_in

STATES = ("received", "accepted", "in_progress", "waiting", "awaiting_approval", "resolved", "closed")
MATRIX = """
accept        yes no  no  no  no  no  no
accept+offer  yes yes yes yes yes no  no
contact       no  yes yes yes yes yes no
arrive        yes yes yes yes yes no  no
note          yes yes yes yes yes yes yes
transfer      yes yes yes yes no  no  no
escalate      yes yes yes yes yes no  no
pause         no  yes yes no  no  no  no
resume        no  no  no  yes no  no  no
extend        no  yes yes yes no  no  no
reclassify    yes yes yes yes yes no  no
propose-resolution no yes yes no no no no
approve       no  no  no  no  yes no  no
refuse        no  no  no  no  yes no  no
confirm-abnormal  no  no  no  no  no  no  no
confirm-abnormal+proposed yes yes yes yes yes no no
overturn-abnormal no  no  no  no  no  no  no
overturn-abnormal+proposed yes yes yes yes yes no no
limit-contact yes yes yes yes yes yes no
lift-limit    no  no  no  no  no  no  no
lift-limit+limited yes yes yes yes yes yes no
reply         no  yes yes yes yes yes no
resolve       no  yes yes no  no  no  no
call-back     no  no  no  no  no  yes no
reopen        no  no  no  no  no  yes yes
merge         yes yes yes yes yes no  no
unmerge       no  no  no  no  no  no  no
unmerge+merged no no  no  no  no  no  yes
split         yes yes yes yes yes no  no
close         no  no  no  no  no  yes no
"""
ROWS = [line.split() for line in MATRIX.strip().splitlines()]
CELLS = [(row[0], state, answer) for row in ROWS for state, answer in zip(STATES, row[1:], strict=True)]
GIVEN: dict[str, dict[str, object]] = {
    "": {},
    "offer": {"offer": OfferTo(level=Level.L1)},
    "merged": {
        "merged_into": "PS-9",
        "before_merge": BeforeMerge(into=UUID(int=9), state=State.IN_PROGRESS, clocks=()),
    },
    "proposed": {"kind": Kind.ABNORMAL, "reason": Reason.A4, "proposed": True},
    "limited": {
        "contact_limit": ContactLimit(
            medium=Medium.LETTER,
            warned_at=NOW,
            since=NOW,
            review_at=NOW,
            appeal_until=NOW,
            by=Actor(user="L4", level=Level.L4),
            version=1,
        )
    },
}
LEADER = Staff(user="leader", level=Level.L5)


@pytest.mark.parametrize(("action", "state", "answer"), CELLS, ids=lambda value: str(value))
def test_an_action_is_allowed_exactly_from_the_states_of_its_row(action: str, state: str, answer: str) -> None:
    name, _, given = action.partition("+")
    case = case_in(State(state), replied=True, **GIVEN[given])

    refusal = refused(case, name, LEADER, RULES, NOW)
    listed = {one.action: one for one in allowed_actions(case, LEADER, RULES, NOW)}[name]

    assert (refusal is None) == (answer == "yes")
    assert listed.allowed == (answer == "yes")
    if refusal is not None:
        assert refusal.slug == "transition-refused"
        assert [one.action for one in refusal.allowed] == list(REQUESTS)


def test_the_matrix_knows_every_action_that_exists() -> None:
    assert {row[0].partition("+")[0] for row in ROWS} == set(REQUESTS)
