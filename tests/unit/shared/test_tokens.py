"""Staff tokens: only what one of our keys signed, with its own algorithm, until it expires."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey

from shared.contracts.vocabulary import Level, Role
from shared.security.tokens import REMEMBERED, Invalid, Staff, Verifier, sign

KEY = OKPKey.generate_key("Ed25519", {"kid": "k1"})
OTHER = OKPKey.generate_key("Ed25519", {"kid": "k2"})
CHEN = Staff("chen", Role.STAFF, Level.L3, ("2",), ("人民广场",))


def jwks(*keys: OKPKey) -> str:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


@pytest.fixture
def verifier() -> Verifier:
    return Verifier(jwks(KEY))


def encoded(part: Any) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(**others: Any) -> dict[str, Any]:
    now = int(time.time())
    told = {"iss": "psc", "sub": "chen", "role": "staff", "level": "L3", "iat": now, "exp": now + 60} | others
    return {name: value for name, value in told.items() if value is not None}


def signed(told: dict[str, Any], key: OKPKey = KEY, kid: str | None = "k1", alg: str = "EdDSA") -> str:
    header = {"alg": alg} | ({"kid": kid} if kid else {})
    return jwt.encode(header, told, key, algorithms=["EdDSA", "Ed25519"])


def refused(verifier: Verifier, token: str) -> bool:
    try:
        verifier.verify(token)
    except Invalid:
        return True
    return False


@pytest.mark.parametrize("staff", [CHEN, Staff("root", Role.ADMIN, None)], ids=lambda s: s.user)
def test_what_was_signed_is_read_again(verifier: Verifier, staff: Staff) -> None:
    token = sign(KEY, staff, seconds=60)
    assert verifier.verify(token) == staff
    assert verifier.verify(token) == staff


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519"])
def test_both_names_of_the_algorithm_are_taken(verifier: Verifier, alg: str) -> None:
    assert verifier.verify(signed(claims(), alg=alg)).user == "chen"


def test_none_is_no_algorithm(verifier: Verifier) -> None:
    for alg in ("none", "None", "NONE"):
        head = f"{encoded({'alg': alg, 'kid': 'k1'})}.{encoded(claims())}"
        assert refused(verifier, f"{head}.")
        assert refused(verifier, f"{head}.{signed(claims()).rsplit('.', 1)[1]}")


def test_the_public_key_is_no_secret_to_sign_with(verifier: Verifier) -> None:
    public = KEY.as_dict(private=False)
    secrets = [json.dumps(public).encode(), KEY.as_pem(private=False), base64.urlsafe_b64decode(f"{public['x']}==")]
    for secret in secrets:
        head = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{encoded(claims())}"
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        assert refused(verifier, f"{head}.{encoded(mac)}")


def test_a_strangers_key_is_refused_whatever_it_calls_itself(verifier: Verifier) -> None:
    assert refused(verifier, signed(claims(), OTHER, "k2"))
    assert refused(verifier, signed(claims(), OTHER, "k1"))
    assert refused(verifier, signed(claims(), OTHER, None))
    assert not refused(Verifier(jwks(KEY, OTHER)), signed(claims(), OTHER, "k2"))


def test_the_key_is_ours_and_not_the_tokens(verifier: Verifier) -> None:
    header = {"alg": "EdDSA", "jwk": OTHER.as_dict(private=False)}
    assert refused(verifier, jwt.encode(header, claims(), OTHER, algorithms=["EdDSA"]))


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "another"},
        {"iss": None},
        {"exp": None},
        {"exp": 1_000_000_000},
        {"exp": "soon"},
        {"sub": None},
        {"role": "king"},
        {"level": "L9"},
    ],
    ids=str,
)
def test_claims_that_are_not_ours(verifier: Verifier, changed: dict[str, Any]) -> None:
    assert not refused(verifier, signed(claims()))
    assert refused(verifier, signed(claims(**changed)))


def test_one_that_was_verified_expires_all_the_same(verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign(KEY, CHEN, seconds=60)
    assert not refused(verifier, token)
    later = time.time() + 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert refused(verifier, token)


def test_a_changed_token_is_refused_though_its_like_is_remembered(verifier: Verifier) -> None:
    token = sign(KEY, CHEN, seconds=60)
    head, body, signature = token.split(".")
    assert not refused(verifier, token)
    raised = encoded(claims(level="L5"))
    assert refused(verifier, f"{head}.{raised}.{signature}")
    assert refused(verifier, f"{head}.{body}.{'A' * len(signature)}")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "....",
        "a.b.c",
        "é.ü.ö",
        "\ud800.a.b",
        f"{encoded([])}.e30.AAAA",
        f"{encoded(7)}.e30.AAAA",
        f"{encoded(b'[' * 40_000)}.e30.AAAA",
        f"{encoded(b'{' * 40_000)}.e30.AAAA",
        f"{encoded(bytes([255, 254]))}.e30.AAAA",
        f"{encoded({'alg': []})}.e30.AAAA",
        f"{encoded({'alg': 'EdDSA', 'kid': {}})}.e30.AAAA",
        f"{encoded({'alg': 'EdDSA', 'kid': 'k1', 'crit': 5})}.e30.AAAA",
        f"{encoded({'alg': 'EdDSA', 'kid': 'k1'})}.e30.AAAA",
        f"{encoded({'alg': 'dir', 'enc': 'A128GCM'})}....AAAA",
    ],
    ids=range(15),
)
def test_rubbish_is_refused_and_nothing_worse(verifier: Verifier, token: str) -> None:
    assert refused(verifier, token)


def test_without_keys_nobody_is_let_in() -> None:
    assert refused(Verifier('{"keys": []}'), sign(KEY, CHEN, seconds=60))


def test_what_it_remembers_is_bounded(verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.security.tokens.REMEMBERED", 3)
    tokens = [sign(KEY, CHEN, seconds=60 + n) for n in range(10)]
    assert not any(refused(verifier, token) for token in tokens)
    assert len(verifier._known) <= 3 < REMEMBERED
    assert not any(refused(verifier, token) for token in tokens)


def test_who_sees_all() -> None:
    assert Staff("a", Role.ADMIN, None).sees_all
    assert Staff("b", Role.STAFF, Level.L5).sees_all
    assert not Staff("c", Role.STAFF, Level.L4).sees_all
    assert not Staff("b", Role.STAFF, Level.L5).is_admin
