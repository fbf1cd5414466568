"""The drawing of a case's states is that of the page that says how a case lives; read from there, not from the code."""

import pytest

from deploy.lifecycle import BODIES, moves, rows
from services.followup.policy import REQUESTS
from shared.contracts.vocabulary import State

DRAWN = """
received          accepted          accept
received          awaiting_approval limit-contact
received          closed            withdraw merge
accepted          in_progress       contact reply final
accepted          waiting           pause
accepted          awaiting_approval extend propose-resolution limit-contact lift-limit final
accepted          resolved          resolve
accepted          closed            withdraw merge
in_progress       waiting           pause
in_progress       awaiting_approval extend propose-resolution limit-contact lift-limit final
in_progress       resolved          resolve
in_progress       closed            withdraw merge
waiting           in_progress       resume answer expires
waiting           awaiting_approval extend limit-contact lift-limit final
waiting           closed            withdraw merge
awaiting_approval received          approve refuse
awaiting_approval in_progress       approve refuse
awaiting_approval waiting           approve refuse
awaiting_approval resolved          approve refuse
awaiting_approval closed            withdraw merge
resolved          in_progress       not_solved reopen passenger-reopen
resolved          awaiting_approval limit-contact lift-limit final
resolved          closed            close
closed            in_progress       reopen unmerge passenger-reopen
"""
CALLED = {
    "reply, final": "final",
    "call-back, not solved": "not_solved",
    "passenger: answer": "answer",
    "passenger: withdraw": "withdraw",
    "passenger: reopen": "passenger-reopen",
    "the pause ends by itself": "expires",
}


def test_a_case_goes_from_state_to_state_as_the_page_says() -> None:
    expected = {
        (State(since), State(to), by)
        for since, to, *ways in (line.split() for line in DRAWN.strip().splitlines())
        for by in ways
    }
    found = {(move.since, move.to, CALLED.get(move.by, move.by.split(" CNY")[0])) for move in moves()}
    assert found == expected


def test_every_action_is_tried() -> None:
    names = {label.split(",")[0].split()[0] for label in BODIES}
    assert names == set(REQUESTS)
    assert {row.label for row in rows()} == set(BODIES)


@pytest.mark.parametrize(
    ("label", "state", "answers"),
    [
        ("accept", State.RECEIVED, "L3 L3 L3 yes yes yes L3"),
        ("propose-resolution CNY 5001", State.ACCEPTED, "asks-L5 L3 L3 asks-L5 asks-L5 yes L3"),
        ("approve", State.AWAITING_APPROVAL, "L2 L2 yes yes yes yes L2"),
        ("reply, final", State.AWAITING_APPROVAL, "409 409 409 409 yes yes 409"),
    ],
)
def test_what_it_comes_to_is_told_for_each_level(label: str, state: State, answers: str) -> None:
    (row,) = [row for row in rows() if row.label == label and state in row.states]
    assert row.answers == tuple(answer.replace("-", " ") for answer in answers.split())
