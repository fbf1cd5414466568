"""What the doors show: durations, reasons in two languages, bodies of actions, keys."""

import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from joserfc.jwk import OKPKey
from pydantic import ValidationError

from services.followup.api.deadlines import iso
from services.followup.api.refusals import expected_version
from services.followup.api.schema import inlined
from services.followup.api.sessions import Keys
from services.followup.api.shapes import case_json
from services.followup.api.words import WHY, why
from services.followup.policy import REQUESTS, allowed_actions
from services.followup.policy.rulebook import Staff
from services.followup.repository.cases import Found
from services.followup.settings import Settings
from shared.contracts.vocabulary import Kind, Language, Level, Reason, Role, State
from shared.web.problems import Problem
from tests.unit.followup.policy.builders import NOW, RULES, case_in, opened, staff


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(), "PT0S"),
        (timedelta(hours=2), "PT2H"),
        (timedelta(days=2, minutes=30), "PT48H30M"),
        (timedelta(hours=27, seconds=5), "PT27H5S"),
        (timedelta(milliseconds=1250), "PT1.250S"),
        (timedelta(minutes=-90), "-PT1H30M"),
        (timedelta(milliseconds=-1), "-PT0.001S"),
    ],
)
def test_durations_are_iso_8601(duration: timedelta, text: str) -> None:
    assert iso(duration) == text


def test_every_reason_for_a_refusal_has_words_in_both_languages() -> None:
    someone = [*map(staff, range(1, 6)), Staff(user="admin", role=Role.ADMIN), Staff(user="owner", level=Level.L1)]
    codes = {
        one.why
        for state, by in product(State, someone)
        for one in allowed_actions(case_in(state), by, RULES, NOW)
        if not one.allowed
    }
    assert {"state", "no_offer", "level", "admin"} <= codes
    assert codes <= set(WHY)
    for zh, en in WHY.values():
        assert not zh.isascii()
        assert en.isascii()


def test_a_level_that_is_lacking_is_named() -> None:
    assert why("level", Language.ZH, Level.L3) == "至少需要 L3"
    assert why("level", Language.EN, Level.L3) == "it takes L3 or above"


@pytest.mark.parametrize("action", REQUESTS)
def test_the_body_of_each_action_is_documented_whole(action: str) -> None:
    shown = json.dumps(inlined(REQUESTS[action]))
    assert "$ref" not in shown
    assert "$defs" not in shown
    for name in REQUESTS[action].model_fields:
        assert f'"{name}"' in shown


@pytest.mark.parametrize(("header", "version"), [('"7"', "7"), ("7", "7"), ('W/"7"', "7"), ('"x"', "x")])
def test_the_version_of_if_match(header: str, version: str) -> None:
    assert expected_version(header) == version


@pytest.mark.parametrize("header", [None, "", "  ", "*"])
def test_without_a_version_nothing_is_decided(header: str | None) -> None:
    with pytest.raises(Problem) as refused:
        expected_version(header)
    assert refused.value.status == 428


def test_the_key_set_holds_the_public_half_of_the_signing_key_once() -> None:
    key = OKPKey.generate_key("Ed25519", {"kid": "a"}, private=True)
    other = OKPKey.generate_key("Ed25519", {"kid": "b"}, private=True)
    told = {"keys": [key.as_dict(private=False), other.as_dict(private=False)]}
    keys = Keys(json.dumps(key.as_dict(private=True)), json.dumps(told))
    assert [one["kid"] for one in keys.public["keys"]] == ["a", "b"]
    assert "d" not in keys.public["keys"][0]


def settings(**given: Any) -> Settings:
    key = OKPKey.generate_key("Ed25519", {"kid": "a"}, private=True)
    base = {
        "postgres_dsn": "postgresql://x",
        "kafka_bootstrap": "x:1",
        "signing_key": json.dumps(key.as_dict(private=True)),
    }
    return Settings(**{**base, **given})


def test_staff_are_seeded_with_a_level_and_admins_without() -> None:
    seeded = settings(seed_staff=[{"user": "a", "password": "x", "role": "admin"}]).seed_staff
    assert seeded[0].level is None
    with pytest.raises(ValidationError):
        settings(seed_staff=[{"user": "a", "password": "x", "role": "staff"}])


def test_a_public_key_cannot_sign() -> None:
    public = OKPKey.generate_key("Ed25519", {"kid": "a"}, private=True).as_dict(private=False)
    with pytest.raises(ValidationError):
        settings(signing_key=json.dumps(public))


def test_an_abnormal_case_says_who_confirms_it_and_what_the_passenger_may_do() -> None:
    routed_as: dict[str, Any] = {"kind": Kind.ABNORMAL, "reason": Reason.A3, "proposed": True, "level": Level.L4}
    shown = case_json(Found(opened(**routed_as), "words", None, [], NOW), staff(4), RULES, Language.ZH)
    assert shown["confirm_level"] == "L3"
    assert "凭证" in shown["recourse"]["zh"]
    assert "receipts" in shown["recourse"]["en"]
    merged = opened(kind=Kind.ABNORMAL, reason=Reason.A1).model_copy(update={"merged_into": "PS-20261101-000007"})
    shown = case_json(Found(merged, "words", None, [], NOW), staff(4), RULES, Language.ZH)
    assert shown["confirm_level"] is None
    assert "案件 PS-20261101-000007," in shown["recourse"]["zh"]
    shown = case_json(Found(opened(), "words", None, [], NOW), staff(4), RULES, Language.ZH)
    assert (shown["confirm_level"], shown["recourse"]) == (None, None)
