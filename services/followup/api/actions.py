"""Acting on a case. Checks, in order: 401 · 404 · 428 · 409 version-conflict · 409 transition-refused · 403 · 422."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from services.followup.api.asking import acting, language_of, seen
from services.followup.api.named import children_found, named, other_number, what_was_asked
from services.followup.api.refusals import conflict, expected_version, refused_problem
from services.followup.api.schema import inlined
from services.followup.api.shapes import case_json
from services.followup.policy import requests as ask
from services.followup.policy.acting import act, refused
from services.followup.policy.case import Case
from services.followup.policy.change import Change, Refusal
from services.followup.policy.rulebook import Rulebook, Staff
from services.followup.policy.sight import sees
from services.followup.repository import cases, ledger, locking, spans
from services.followup.repository.reference import Rulebooks
from shared.contracts.vocabulary import Language
from shared.security.redact import staff_words
from shared.security.tokens import Staff as TokenStaff
from shared.storage.pool import Connection, Pool
from shared.telemetry import Tracing
from shared.web.body import doors, read_json
from shared.web.problems import Problem
from shared.web.validation import problem_of


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to act: on which case, what, by whom, on which version, and in which language to answer."""

    number: str
    action: str
    by: Staff
    if_match: str | None
    language: Language
    request: Request


@dataclass(frozen=True, slots=True)
class Standing:
    """What a decision rests on, read under the case's lock."""

    case: Case
    rulebook: Rulebook
    now: datetime
    other: Case | None = None


class Desk:
    """Decides actions and writes what follows from them."""

    def __init__(self, pool: Pool, rulebooks: Rulebooks, tracing: Tracing, wake: Callable[[], None]) -> None:
        self.pool = pool
        self._rulebooks = rulebooks
        self._tracing = tracing
        self._wake = wake

    async def take(self, asked: Asked) -> dict[str, Any]:
        """The case after the action. Errors: the Problems of the module's order."""
        await asked.request.body()  # before anything is locked: a slow sender must not hold a case
        async with self.pool.acquire() as connection, connection.transaction():
            standing = await self._standing(connection, asked)
            action = await _wanted(asked, standing)
            span = self._tracing.span(f"action {asked.action}", standing.case.traceparent, attributes=_about(asked))
            change = await self._decide(connection, asked, standing, action)
            trace = span.traceparent or None
            await ledger.save(connection, ledger.entries(change, standing.rulebook, trace))
            await ledger.bear(connection, [change], standing.rulebook, standing.now, self._tracing)
            found = await cases.by_number(connection, asked.number)
        span.end()
        self._wake()
        spans.write(self._tracing, change.all)
        assert found is not None  # noqa: S101 - its row was locked
        return case_json(found, asked.by, standing.rulebook, asked.language)

    async def _standing(self, tx: Connection, asked: Asked) -> Standing:
        into = await other_number(tx, asked.number, asked.action, await asked.request.body())
        found = await locking.lock_numbers(tx, [asked.number, into] if into else [asked.number])
        case = seen(found.get(asked.number), asked.by)
        if asked.action not in ask.REQUESTS:
            raise Problem(404, "not-found")
        version = expected_version(asked.if_match)
        if version != str(case.version):
            raise conflict(case, version, await cases.timeline(tx, case.case_id))
        now = await cases.now(tx)
        other = found.get(into) if into else None
        return Standing(case, self._rulebooks.at(now), now, other if other and sees(other, asked.by) else None)

    async def _decide(self, tx: Connection, asked: Asked, standing: Standing, action: ask.Action) -> Change:
        level, wrong = await named(tx, action, standing.rulebook)
        said = await what_was_asked(tx, action, standing.case)
        outcome = act(
            standing.case,
            action,
            asked.by,
            standing.rulebook,
            standing.now,
            offered=level,
            said=said,
            other=standing.other,
            found=await children_found(tx, action, standing.case),
        )
        if isinstance(outcome, Refusal):
            raise refused_problem(outcome, standing.case, asked.action, asked.language)
        if wrong is not None:
            raise wrong
        return outcome


async def _wanted(asked: Asked, standing: Standing) -> ask.Action:
    """The body, read only once nothing refuses the action whatever the body says."""
    refusal = refused(standing.case, asked.action, asked.by, standing.rulebook, standing.now)
    if refusal is not None:
        raise refused_problem(refusal, standing.case, asked.action, asked.language)
    model = ask.REQUESTS[asked.action]
    action = await read_json(asked.request, model) if await asked.request.body() else empty(model)
    return _redacted(action)


def _redacted(action: ask.Action) -> ask.Action:
    """What the passenger will read leaves without numbers and addresses that identify someone."""
    if isinstance(action, ask.Reply):
        return action.model_copy(update={"text": staff_words(action.text)})
    if isinstance(action, ask.LimitContact):
        return action.model_copy(update={"contact": staff_words(action.contact)})
    return action


def empty(model: type[ask.Action]) -> ask.Action:
    """The action without a body, for those that need none. Errors: Problem 422."""
    try:
        return model.model_validate({})
    except ValidationError as error:
        raise problem_of(error.errors(include_input=False, include_url=False)) from None


def _about(asked: Asked) -> dict[str, str]:
    level = asked.by.level
    return {
        "psc.case.number": asked.number,
        "psc.action": asked.action,
        "psc.authority.level": level.value if level else asked.by.role.value,
    }


def router(desk: Desk, staff: Callable[[Request], TokenStaff]) -> APIRouter:
    """The doors: one per action, so that each shows its own body; an unknown action is a 404 after the same checks."""
    routes = doors("actions")
    Asking = Annotated[TokenStaff, Depends(staff)]  # noqa: N806 - a type

    async def take(number: str, action: str, token: TokenStaff, request: Request, response: Response) -> dict[str, Any]:
        if_match = request.headers.get("if-match")
        asked = Asked(number, action, await acting(desk.pool, token), if_match, language_of(request), request)
        case = await desk.take(asked)
        response.headers["ETag"] = f'"{case["version"]}"'
        return case

    def add(name: str, summary: str, extra: dict[str, Any] | None) -> None:
        async def door(number: str, token: Asking, request: Request, response: Response) -> dict[str, Any]:
            return await take(number, name, token, request, response)

        path = f"/v1/cases/{{number}}/actions/{name}"
        routes.add_api_route(path, door, methods=["POST"], summary=summary, openapi_extra=extra, name=name)

    for name, model in ask.REQUESTS.items():
        add(name, (model.__doc__ or "").splitlines()[0], inlined(model))

    @routes.post("/v1/cases/{number}/actions/{action}", include_in_schema=False)
    async def other(number: str, action: str, token: Asking, request: Request, response: Response) -> dict[str, Any]:
        return await take(number, action, token, request, response)

    return routes
