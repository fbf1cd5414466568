"""The versions of the policy: shown to staff, published by an administrator."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field, JsonValue, model_validator

from services.routing import repository
from services.routing.api.preview import Strict
from services.routing.jobs import RELEASE, Librarian, groups_read
from services.routing.policy.publishing import Admitted, OtherName, OutOfTurn, TooEarly, Verdict, Version
from services.routing.policy.shelf import Edition, Shelf
from services.routing.rules.pack_file import PackFileError, PackProblem, pack_of, parse_pack, yaml_of
from shared.clock import rfc3339, utc_now
from shared.contracts.base import Instant
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Language
from shared.logging import get_logger
from shared.security.tokens import Staff, Verifier
from shared.storage.pool import Pool
from shared.web.body import doors
from shared.web.problems import FieldError, Problem, forbidden, invalid
from shared.web.staff import staff_door

log = get_logger()

ADMIN = "admin"
MOST_ERRORS = 100


class PolicyVersion(BaseModel):
    """One version that was published. It decides `decides_from` to `decides_until`: null and null, never."""

    version: str
    effective_from: Instant
    published_by: str
    published_at: Instant
    digest: str = Field(description="SHA-256 of what it says")
    decides_now: bool
    decides_from: Instant | None
    decides_until: Instant | None


class PolicyText(PolicyVersion):
    """One version, whole."""

    yaml: str = Field(description="the file that it was published from, with its comments; else written from the pack")
    pack: Pack


class PolicyVersions(BaseModel):
    """Every version, the newest first."""

    items: list[PolicyVersion]
    next_cursor: str | None = None


class Publication(Strict):
    """The next version, as the text of its file or as JSON: one of the two."""

    yaml: Annotated[str, Field(min_length=1)] | None = None
    pack: dict[str, JsonValue] | None = None

    @model_validator(mode="after")
    def _one(self) -> "Publication":
        if (self.yaml is None) == (self.pack is None):
            raise ValueError("exactly_one")
        return self


def version_doors(pool: Pool, shelf: Shelf, librarian: Librarian, verifier: Verifier) -> APIRouter:
    """The doors; every one asks for a member of staff."""
    router = doors("policy")
    who = Depends(staff_door(verifier))

    def only_administrators(staff: Staff = who) -> Staff:
        if not staff.is_admin:
            raise forbidden(ADMIN)
        return staff

    administrator = Depends(only_administrators)

    @router.get("/v1/policy/versions", dependencies=[who])
    async def versions() -> PolicyVersions:
        """Every version that was published, by whom and when, and when each decides."""
        return PolicyVersions(items=[_shown(edition, shelf) for edition in shelf.all()])

    @router.get("/v1/policy/versions/{number}", dependencies=[who])
    async def version(number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> PolicyText:
        """One version with its file: the next one is written from it."""
        edition = next((one for one in shelf.all() if one.pack.version == number), None)
        written = await repository.written(pool, shelf.name, number) if edition else None
        if edition is None or written is None:
            raise Problem(404, "not-found")
        pack, text = written
        return PolicyText(**_shown(edition, shelf).model_dump(), yaml=text or yaml_of(pack), pack=pack)

    @router.post("/v1/policy/versions", status_code=201, responses={200: {"model": PolicyVersion}})
    async def publish(asked: Publication, response: Response, staff: Staff = administrator) -> PolicyVersion:
        """Publish the next version: it decides on what is received from its `effective_from` on. For administrators.

        The same version with the same content again is answered with 200 and changes nothing.
        """
        pack = await _read(asked, librarian.models)
        async with pool.acquire() as connection, connection.transaction():
            verdict = await repository.publish(connection, pack, asked.yaml, shelf.name, staff.user)
        await librarian.published()
        if not isinstance(verdict, Admitted):
            response.status_code = _repeated(verdict, pack, "/yaml" if asked.yaml else "/pack")
        else:
            log.info("pack_published", pack=pack.id, by=staff.user, replaces=list(verdict.replaces))
        response.headers["Location"] = f"/v1/policy/versions/{pack.version}"
        return next(_shown(edition, shelf) for edition in shelf.all() if edition.pack.version == pack.version)

    return router


async def _read(asked: Publication, models: frozenset[str]) -> Pack:
    """The pack that was sent. Errors: Problem 422 with everything that is wrong with it, by field and by line."""
    read = await asyncio.to_thread(groups_read)
    try:
        if asked.yaml is not None:
            return await asyncio.to_thread(parse_pack, asked.yaml, read, models)
        return await asyncio.to_thread(pack_of, asked.pack or {}, read, models)
    except PackFileError as error:
        base = "/yaml" if asked.yaml is not None else "/pack"
        found = tuple(_error(problem, base) for problem in error.problems[:MOST_ERRORS])
        raise Problem(422, "invalid", errors=found) from None


def _error(problem: PackProblem, base: str) -> FieldError:
    extra: dict[str, Any] = {"field": problem.field}
    if problem.line is not None:
        extra["line"] = problem.line
    texts = {language: problem.detail(language) for language in Language}
    return FieldError(base + problem.pointer, problem.fault.code, texts=texts, extra=extra)


def _repeated(verdict: Verdict, pack: Pack, base: str) -> int:
    """200 where this version is there as it is. Errors: Problem 409 or 422 where it may not be published."""
    if isinstance(verdict, OutOfTurn):
        changes = [{"type": "pack.published", **_happened(version)} for version in verdict.since]
        extra = {"current": verdict.latest.number, "changed_by": _by(verdict.latest), "changes": changes}
        raise Problem(409, "version-conflict", params={"current": f"{pack.name}@{verdict.latest.number}"}, extra=extra)
    if isinstance(verdict, TooEarly):
        raise invalid(f"{base}/effective_from", "past")
    if isinstance(verdict, OtherName):
        raise invalid(f"{base}/name", "other_name", expected=verdict.name)
    return 200


def _happened(version: Version) -> dict[str, Any]:
    return {"version": version.number, "at": rfc3339(version.at), "by": _by(version)}


def _by(version: Version) -> dict[str, str]:
    return {"system" if version.by == RELEASE else "user": version.by}


def _shown(edition: Edition, shelf: Shelf) -> PolicyVersion:
    pack, now = edition.pack, shelf.at(utc_now())
    start, end = shelf.spans()[pack.version] or (None, None)
    return PolicyVersion(
        version=pack.id,
        effective_from=pack.effective_from,
        published_by=edition.published_by,
        published_at=edition.published_at,
        digest=edition.digest,
        decides_now=now is edition,
        decides_from=start,
        decides_until=end,
    )
