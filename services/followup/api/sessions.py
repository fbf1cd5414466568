"""Signing in, and the public keys of the tokens that it hands out."""

import json
import math
import time
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from joserfc.jwk import OKPKey
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from services.followup.repository import accounts
from services.followup.repository.accounts import Passwords
from shared.clock import rfc3339
from shared.logging import get_logger
from shared.security.rate import Bucket
from shared.security.tokens import Staff, sign
from shared.storage.pool import Pool
from shared.web.body import doors
from shared.web.problems import Problem

log = get_logger()

ON_ONE_USER = (0.2, 10)
BY_ADDRESS = (1.0, 60)
"""Wrong attempts of an address per second on average, and at once: with one name, and with any."""


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("nul")
    return text


class SignIn(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    user: Annotated[str, Field(strict=True, min_length=1, max_length=200), AfterValidator(_without_nul)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1000)]


class Session(BaseModel):
    """A bearer token and when it ends."""

    token: str
    expires_at: str


class Keys:
    """The key that signs, and the set that everyone verifies with, which holds its public half."""

    def __init__(self, signing_key: str, jwks: str) -> None:
        self.private = OKPKey.import_key(json.loads(signing_key))
        public = self.private.as_dict(private=False)
        keys = [key for key in json.loads(jwks)["keys"] if key.get("kid") != public["kid"]]
        self.public: dict[str, Any] = {"keys": [public, *keys]}
        self.jwks = json.dumps(self.public)


class Sessions:
    """Checks passwords and signs tokens."""

    def __init__(self, pool: Pool, passwords: Passwords, keys: Keys, *, seconds: int) -> None:
        self._pool = pool
        self._passwords = passwords
        self._keys = keys
        self._seconds = seconds
        self._on_one_user = Bucket(*ON_ONE_USER)
        self._by_address = Bucket(*BY_ADDRESS)

    async def sign_in(self, request: Request, asked: SignIn) -> Session:
        """A token. Errors: Problem 401 for a wrong name or password alike, 429 after too many wrong ones.

        Wrong ones count for the address that they come from, so that a stranger locks nobody else out.
        """
        address = request.client.host if request.client else ""
        on_one = f"{address} {asked.user}"
        # Whoever has guessed too often is refused before the look, or the answer would still tell.
        if wait := max(self._on_one_user.wait(on_one), self._by_address.wait(address)):
            seconds = math.ceil(wait)
            headers = {"Retry-After": str(seconds)}
            raise Problem(429, "too-many-requests", params={"seconds": seconds}, headers=headers)
        # A try counts until it has proved right: many at once must not all be looked at before one has counted.
        self._on_one_user.take(on_one)
        self._by_address.take(address)
        account = await accounts.sign_in(self._pool, self._passwords, asked.user, asked.password.get_secret_value())
        if account is None:
            log.warning("sign_in_refused", address=address)
            raise Problem(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})
        self._on_one_user.give_back(on_one)
        self._by_address.give_back(address)
        staff = Staff(account.user, account.role, account.level, account.lines, account.stations)
        issued = time.time()
        token = sign(self._keys.private, staff, seconds=self._seconds, now=issued)
        return Session(token=token, expires_at=rfc3339(datetime.fromtimestamp(int(issued) + self._seconds, UTC)))


def router(sessions: Sessions, keys: Keys) -> APIRouter:
    """The doors."""
    routes = doors("sessions")

    @routes.post("/v1/sessions")
    async def sign_in(request: Request, asked: SignIn) -> Session:
        """Exchange name and password for a token."""
        return await sessions.sign_in(request, asked)

    @routes.get("/.well-known/jwks.json")
    async def jwks() -> dict[str, Any]:
        """The public keys that tokens are verified with."""
        return keys.public

    return routes
