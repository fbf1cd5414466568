"""Staff tokens: short-lived JWTs (EdDSA), signed by followup, verified by every service with public keys only."""

import json
import time
import warnings
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet, OKPKey

from shared.contracts.vocabulary import Level, Role

ISSUER = "psc"
ALGORITHMS = ["EdDSA", "Ed25519"]
REMEMBERED = 2000

# RFC 9864 renames EdDSA to Ed25519; what others verify with does not know the new name yet, and we take both.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)


@dataclass(frozen=True, slots=True)
class Staff:
    """Who asks. No lines and no stations: the whole network. admin has no level."""

    user: str
    role: Role
    level: Level | None
    lines: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()

    @property
    def is_admin(self) -> bool:
        """Manages packs, keys and staff, reads cases, and takes no case action."""
        return self.role is Role.ADMIN

    @property
    def sees_all(self) -> bool:
        """L5 and admin see all, cases about a person included."""
        return self.is_admin or self.level is Level.L5


class Invalid(Exception):
    """Not one of ours, or no longer."""


class Verifier:
    """Verifies tokens with a JWK set and remembers those it has verified, until they expire."""

    def __init__(self, jwks: str) -> None:
        # joserfc refuses to import an empty set; without keys every token is invalid.
        keys = json.loads(jwks)
        self._keys = KeySet.import_key_set(keys) if keys["keys"] else KeySet([])
        self._known: dict[str, tuple[Staff, float]] = {}

    def verify(self, token: str) -> Staff:
        """Who the token speaks for. Errors: `Invalid`."""
        known = self._known.get(token)
        if known is None:
            known = self._read(token)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[token] = known
        staff, expires = known
        if expires <= time.time():
            raise Invalid
        return staff

    def _read(self, token: str) -> tuple[Staff, float]:
        try:
            claims = jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims
            if claims.get("iss") != ISSUER:
                raise Invalid
            return _staff(claims), float(claims["exp"])
        except (JoseError, ValueError, KeyError, TypeError):
            raise Invalid from None


def _staff(claims: dict[str, Any]) -> Staff:
    level = claims.get("level")
    return Staff(
        user=str(claims["sub"]),
        role=Role(claims["role"]),
        level=Level(level) if level else None,
        lines=tuple(claims.get("lines", ())),
        stations=tuple(claims.get("stations", ())),
    )


def sign(key: OKPKey, staff: Staff, *, seconds: int, now: float | None = None) -> str:
    """A token for `staff` that lasts `seconds`, signed with a private Ed25519 key that carries its `kid`."""
    issued = int(now if now is not None else time.time())
    claims: dict[str, Any] = {"iss": ISSUER, "sub": staff.user, "role": staff.role.value}
    if staff.level:
        claims["level"] = staff.level.value
    claims |= {"lines": list(staff.lines), "stations": list(staff.stations), "iat": issued, "exp": issued + seconds}
    return jwt.encode({"alg": "EdDSA", "kid": key.kid, "typ": "JWT"}, claims, key, algorithms=ALGORITHMS)
