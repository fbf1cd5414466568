"""Receipt codes: who knows one may see the status, and guessing is slow."""

import hmac
from uuid import UUID

from fastapi import Request

from services.intake.api.senders import too_many
from services.intake.policy.numbers import receipt_code, typed_code
from services.intake.repository import progress
from services.intake.repository.progress import Registered
from shared.security.rate import Bucket
from shared.storage.pool import Pool
from shared.web.problems import Problem

NOBODY = UUID(int=0)


class Codes:
    """Checks codes. Wrong ones count, by where they come from and by the number that they are tried on."""

    def __init__(self, pool: Pool, receipt_key: bytes) -> None:
        self._pool = pool
        self._key = receipt_key
        self._tries_on_one = Bucket(per_second=1 / 30, burst=10)
        self._tries_at_all = Bucket(per_second=0.5, burst=60)

    async def admit(self, request: Request, number: str, code: str) -> Registered:
        """The complaint that number and code open.

        Errors: Problem 404, the same for an unknown number; 429 after too many wrong ones.
        """
        host = request.client.host if request.client else ""
        guesser, on_one = host, f"{host} {number}"
        # Whoever has guessed too often is refused before the look, or the answer would still tell.
        if wait := max(self._tries_at_all.wait(guesser), self._tries_on_one.wait(on_one)):
            raise too_many(wait)
        complaint = await progress.find(self._pool, number)
        expected = receipt_code(self._key, complaint.case_id if complaint else NOBODY)
        fits = hmac.compare_digest(expected.encode(), typed_code(code).encode())
        if complaint is None or not fits:
            self._tries_at_all.take(guesser)
            self._tries_on_one.take(on_one)
            raise Problem(404, "not-found")
        return complaint
