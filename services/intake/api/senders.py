"""Who posts: the key in the Authorization header, and how often a terminal may use it."""

import math

from fastapi import Request

from services.intake.policy.requests import KEY
from services.intake.repository.keys import Keyring, Sender
from shared.security.rate import Bucket
from shared.web.problems import Problem, invalid
from shared.web.staff import bearer, unauthenticated

IDEMPOTENCY = "Idempotency-Key"


class Senders:
    """Tells senders by their keys."""

    def __init__(self, keyring: Keyring, terminals: Bucket) -> None:
        self._keyring = keyring
        self._terminals = terminals

    async def of(self, request: Request) -> Sender:
        """Whose request it is. Errors: Problem 401, 429 for a terminal that asks too often."""
        token = bearer(request)
        sender = await self._keyring.sender(token) if token else None
        if sender is None:
            raise unauthenticated()
        if sender.kind == "terminal" and (wait := self._terminals.take(sender.id)):
            raise too_many(wait)
        return sender


def too_many(seconds: float) -> Problem:
    """429 that says when to try again."""
    whole = math.ceil(seconds)
    return Problem(429, "too-many-requests", params={"seconds": whole}, headers={"Retry-After": str(whole)})


def idempotency_key(request: Request) -> str:
    """The request's own key. Errors: Problem 422 when it is missing or malformed."""
    key = request.headers.get(IDEMPOTENCY)
    if key is None:
        raise invalid(f"header:{IDEMPOTENCY}", "missing")
    if not KEY.fullmatch(key):
        raise invalid(f"header:{IDEMPOTENCY}", "bad_key")
    return key
