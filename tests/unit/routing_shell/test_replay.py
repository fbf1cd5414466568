"""A decision replayed from what was kept of it is the same decision."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import services.routing
from services.routing.policy import Facts, Rulebook, compile_pack, decide
from services.routing.policy.judge import judge
from services.routing.policy.replay import known_besides, replay, stated
from services.routing.rules.fingerprint import Fingerprints
from services.routing.rules.pack_file import parse_pack
from shared.contracts.complaint import Claim, Complaint, Flags
from shared.contracts.vocabulary import Category, Channel, Language, Reason

FINGERPRINTS = Fingerprints(b"tests")
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
TEXT = "人民广场站的厕所没有水,臭得没法用,请赔我六十元"


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    folder = Path(services.routing.__file__).parent / "packs"
    return compile_pack(parse_pack((folder / "metro-default.yaml").read_text(encoding="utf-8")))


def complaint(case: int, **fields: Any) -> Complaint:
    base = {
        "case_id": UUID(int=case),
        "number": f"PS-{case}",
        "channel": Channel.WEB,
        "text": TEXT,
        "received_at": NOW + timedelta(minutes=case),
        "passenger_ref": "p",
        "station": "人民广场",
        "claim": Claim(amount_cny=Decimal("60.5")),
        "flags": Flags(on_scene=True),
    }
    return Complaint(**{**base, **fields})


def test_a_decision_that_rests_on_history_is_replayed_from_what_was_kept(rulebook: Rulebook) -> None:
    past = [judge(complaint(1), [], rulebook, FINGERPRINTS).case]
    asked = complaint(2)
    judgement = judge(asked, past, rulebook, FINGERPRINTS)
    kept = json.loads(json.dumps(judgement.known))
    assert judgement.decision.reason is Reason.A1
    assert replay(asked, kept, rulebook) == judgement.decision
    assert replay(asked, {}, rulebook).reason is not Reason.A1


def test_every_fact_but_the_words_can_be_kept_as_json_and_comes_back(rulebook: Rulebook) -> None:
    asked = complaint(1)
    other: dict[str, Any] = {
        "channel": Channel.LETTER,
        "language": Language.EN,
        "line": "2",
        "station": "徐家汇",
        "category": Category.TICKET,
        "claim_cny": Decimal("61.25"),
        "proven_loss_cny": Decimal(7),
        "earlier_open_case": "PS-9",
        "place_said": ((0, 2),),
        "place_unclear": ((0, 1), (2, 4)),
    }
    for field in fields(Facts):
        own = getattr(stated(asked), field.name)
        if field.name == "text":
            continue
        changed = other.get(field.name, not own if isinstance(own, bool) else ((0, 2),) if own == () else 4)
        facts = replace(stated(asked), **{field.name: changed})
        kept = json.loads(json.dumps(known_besides(asked, facts)))
        assert list(kept) == [field.name]
        assert replay(asked, kept, rulebook) == decide(facts, rulebook), field.name


def test_words_are_never_kept() -> None:
    asked = complaint(1)
    assert known_besides(asked, replace(stated(asked), text="other words", prior_contacts_90d=2)) == {
        "prior_contacts_90d": 2
    }


def test_what_a_later_version_no_longer_knows_is_passed_over(rulebook: Rulebook) -> None:
    asked = complaint(1)
    assert replay(asked, {"mood": "cross"}, rulebook) == replay(asked, {}, rulebook)
