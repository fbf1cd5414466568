"""What every door for complaints does with one: settle it, accept it, and answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from pydantic import ValidationError

from services.intake.policy.admission import NOWHERE, Draft, Refused, settle
from services.intake.policy.numbers import passenger_ref, receipt_code
from services.intake.policy.requests import Posted
from services.intake.policy.texts import WHAT_TO_DO_NOW
from services.intake.repository.accepting import Accepted, KeyReused
from services.intake.repository.group_commit import GroupCommit
from services.intake.repository.keys import Sender
from shared.clock import Now, rfc3339
from shared.contracts.complaint import CityOrder
from shared.contracts.vocabulary import Language
from shared.ids import new_id
from shared.places import Places
from shared.telemetry import Tracing
from shared.web.problems import FieldError, Problem
from shared.web.validation import problem_of

EVENT_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sends it under which key, and where it belongs in a trace.

    `place` points to the complaint in the body; `renamed` tells fields that have another name there.
    """

    sender: Sender
    key: str
    caller: str | None = None
    linked: str | None = None
    place: tuple[str | int, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    city_order: CityOrder | None = None
    source: str | None = None


class Reception:
    """Takes complaints."""

    def __init__(
        self,
        acceptor: GroupCommit,
        places: Places,
        tracing: Tracing,
        now: Now,
        *,
        receipt_key: bytes,
        pseudonym_key: bytes,
    ) -> None:
        self._acceptor = acceptor
        self._places = places
        self._tracing = tracing
        self._now = now
        self._receipt_key = receipt_key
        self._pseudonym_key = pseudonym_key

    async def take(self, posted: Posted, origin: Origin) -> Accepted:
        """The complaint is stored when this returns. Errors: Problem 413, 422; what passes by itself."""
        digest = posted.digest()
        try:
            settled = settle(posted, self._places, self._now(), origin.sender.station)
        except Refused as refused:
            # A repeat of what was accepted is answered alike, whatever has changed since.
            draft = Draft(new_id(), origin.sender.id, origin.key, digest, posted, NOWHERE, None, None)
            held = await self._acceptor.find(draft)
            if isinstance(held, Accepted):
                return held
            raise misplaced(refused, origin) from None
        passenger = posted.request.passenger
        draft = Draft(
            case_id=new_id(),
            sender=origin.sender.id,
            key=origin.key,
            digest=digest,
            posted=posted,
            settled=settled,
            passenger_ref=passenger_ref(self._pseudonym_key, passenger.phone if passenger else None),
            trace=self._root(origin),
            demo=origin.sender.kind == "demo",
            city_order=origin.city_order,
            source=origin.source,
        )
        return await self._accept(draft)

    async def _accept(self, draft: Draft) -> Accepted:
        try:
            outcome = await self._acceptor.accept(draft)
        except asyncpg.CheckViolationError:
            raise Problem(413, "too-large", params={"limit": EVENT_LIMIT}) from None
        if isinstance(outcome, KeyReused):
            raise Problem(422, "idempotency-key-reused")
        return outcome

    def _root(self, origin: Origin) -> str:
        """The case's first span ends at once: what follows may be said before this process could say its end."""
        span = self._tracing.root("accept complaint", origin.caller, links=(origin.linked,) if origin.linked else ())
        span.end()
        return span.traceparent

    def answer(self, accepted: Accepted, language: Language) -> dict[str, Any]:
        """The four fields; for danger also what to do now and what could not be verified."""
        body: dict[str, Any] = {
            "case_id": str(accepted.case_id),
            "number": accepted.number,
            "receipt_code": receipt_code(self._receipt_key, accepted.case_id),
            "received_at": rfc3339(accepted.received_at),
        }
        if accepted.danger:
            body["what_to_do_now"] = WHAT_TO_DO_NOW[language]
            body["unverified"] = [f"/{name}" for name in accepted.unverified]
        return body


def misplaced(refused: Refused, origin: Origin) -> Problem:
    """422 for a place or time that does not fit."""
    start = "".join(f"/{part}" for part in origin.place)
    findings = refused.findings.items()
    errors = tuple(FieldError(f"{start}/{origin.renamed.get(name, name)}", code) for name, code in findings)
    return Problem(422, "invalid", errors=errors)


def unreadable(error: ValidationError, place: tuple[str | int, ...] = ()) -> Problem:
    """The problem with a body that does not validate."""
    found = error.errors(include_input=False, include_url=False)
    return problem_of([{**one, "loc": (*place, *one["loc"])} for one in found])
