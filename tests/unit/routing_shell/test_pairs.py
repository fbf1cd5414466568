"""How well complaints are known again, on pairs that were labelled by hand."""

import pytest

from services.routing.policy import Rulebook
from tests.scoring.pairs import table
from tests.scoring.routing import default_rulebook


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return default_rulebook()


@pytest.mark.parametrize("held", [False, True])
def test_no_second_matter_vanishes_and_what_is_sent_again_is_known_again(rulebook: Rulebook, held: bool) -> None:
    shares = {kind: right / count for kind, (right, count) in table(held=held, rulebook=rulebook).items()}
    never_wrong = ("resend", "resend_nowhere", "addition", "other_event", "template_nowhere", "other_passenger")
    assert {kind: shares[kind] for kind in never_wrong} == dict.fromkeys(never_wrong, 1.0)
    assert shares["template"] >= 0.85, "a form filled in anew is another matter"
    assert shares["retold"] >= 0.4, "half of what is told in quite other words is left to people"
