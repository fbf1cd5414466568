"""Whether a complaint asks for money, and what a pack of an earlier version says of sameness."""

from decimal import Decimal

import pytest

from services.routing.policy import Facts, Rulebook, compile_pack
from services.routing.policy.claims import claims
from services.routing.rules.pack_file import parse_pack
from shared.contracts.pack import MassEvents, SameEvent, Thresholds
from shared.contracts.vocabulary import Channel
from tests.scoring.routing import PACK


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return compile_pack(parse_pack(PACK.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("text", "given", "asks"),
    [
        ("买到过期面包,要求赔偿一千元", None, True),
        ("买到过期面包,要求赔偿一千元", Decimal(0), False),
        ("站台很冷", Decimal(20), True),
        ("充值机吞了我五十元", None, False),
        ("要求赔偿", None, False),
        ("扶梯停了", None, False),
    ],
)
def test_a_sum_that_is_asked_for_counts_like_a_given_one_and_a_loss_alone_is_no_claim(
    rulebook: Rulebook, text: str, given: Decimal | None, asks: bool
) -> None:
    assert claims(Facts(channel=Channel.WEB, text=text, claim_cny=given), rulebook) is asks


def test_a_pack_that_was_published_before_has_the_same_thresholds(rulebook: Rulebook) -> None:
    written = rulebook.pack.thresholds.model_dump(mode="json", exclude={"same_event", "mass_events"})
    older = Thresholds.model_validate(written)
    assert older.same_event == SameEvent()
    assert older.mass_events == MassEvents()
    ours = rulebook.pack.thresholds
    assert ours.same_event.model_copy(update={"source": older.same_event.source}) == older.same_event
    assert ours.mass_events == older.mass_events
