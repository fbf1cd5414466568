"""What staff may read of a complaint as it was posted, and how to reach its passenger; both recorded."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.intake.policy.progress import Progress
from services.intake.policy.requests import Reveal
from services.intake.policy.visibility import may_reveal, sees
from services.intake.repository import originals, progress
from services.intake.repository.originals import Original
from shared.clock import rfc3339
from shared.contracts.vocabulary import Level
from shared.runtime import Runtime
from shared.security.tokens import Staff, Verifier
from shared.web.body import doors
from shared.web.problems import Problem, forbidden
from shared.web.staff import staff_door


class Contact(BaseModel):
    """How to reach the passenger, as far as given."""

    name: str | None
    phone: str | None


def original_doors(runtime: Runtime, verifier: Verifier) -> APIRouter:
    """The doors for staff."""
    router = doors("staff")
    who = Annotated[Staff, Depends(staff_door(verifier))]

    @router.get("/v1/complaints/{number}")
    async def read(number: str, staff: who) -> dict[str, Any]:
        """The body as posted with `case_id`, `number` and `received_at`; how to reach the passenger is kept apart."""
        original, _ = await _visible(runtime, number, staff)
        await originals.record(runtime.pool, original.case_id, "original", staff.user)
        return _as_posted(original)

    @router.post("/v1/complaints/{number}/contact:reveal")
    async def reveal(number: str, staff: who, body: Reveal) -> Contact:
        """Name and phone, for the case's owner or L3 and above."""
        original, standing = await _visible(runtime, number, staff)
        if not may_reveal(staff, standing):
            raise forbidden(Level.L3.value)
        await originals.record(runtime.pool, original.case_id, "contact", staff.user, body.purpose)
        return Contact(name=original.name, phone=original.phone)

    return router


async def _visible(runtime: Runtime, number: str, staff: Staff) -> tuple[Original, Progress | None]:
    original = await originals.find(runtime.pool, number)
    standing = await progress.read(runtime.pool, original.case_id) if original else None
    if original is None or not sees(staff, original.line, original.station, original.posted.get("category"), standing):
        raise Problem(404, "not-found")
    return original, standing


def _as_posted(original: Original) -> dict[str, Any]:
    sent = {**original.unverified, **original.posted, "text": original.text}
    if original.source is not None:
        sent["source"] = original.source
    return {
        "case_id": str(original.case_id),
        "number": original.number,
        "received_at": rfc3339(original.received_at),
        **sent,
    }
