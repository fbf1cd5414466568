"""routing's doors: what would be decided, and by which policy."""

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.routing.api.preview import Preview
from services.routing.policy import decide
from services.routing.policy.atlas import Atlas
from services.routing.policy.place import located
from services.routing.policy.shelf import Edition, Shelf
from shared.clock import utc_now
from shared.contracts.base import Instant
from shared.contracts.decision import Decision
from shared.contracts.pack import Pack
from shared.security.tokens import Verifier
from shared.web.body import doors
from shared.web.problems import Problem
from shared.web.staff import staff_door


class Policy(BaseModel):
    """The pack that decides now."""

    version: str
    effective_from: Instant
    pack: Pack


def policy_doors(shelf: Shelf, atlas: Atlas, verifier: Verifier) -> APIRouter:
    """The doors; every one asks for a member of staff."""
    router = doors("policy")
    staff = [Depends(staff_door(verifier))]

    def current() -> Edition:
        edition = shelf.at(utc_now())
        if edition is None:
            raise Problem(503, "not-ready", params={"missing": shelf.name}, headers={"Retry-After": "2"})
        return edition

    @router.post("/v1/decisions:preview", dependencies=staff)
    async def preview(asked: Preview) -> Decision:
        """What would be decided, and why, in words; nothing is stored."""
        return decide(located(asked.facts(), atlas.gazetteer), current().rulebook)

    @router.get("/v1/policy", dependencies=staff)
    async def policy() -> Policy:
        """The pack that decides now."""
        pack = current().pack
        return Policy(version=pack.id, effective_from=pack.effective_from, pack=pack)

    return router
