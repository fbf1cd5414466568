"""POST /v1/complaints, one by one and in batches."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from services.intake.api.raw import raw_doors, takes
from services.intake.api.reception import Origin, Reception, unreadable
from services.intake.api.senders import IDEMPOTENCY, Senders, idempotency_key
from services.intake.policy.requests import (
    Batch,
    BatchItem,
    ComplaintRequest,
    LooseBatch,
    LooseItem,
    Posted,
    read_complaint,
)
from services.intake.repository.keys import Sender
from shared.contracts.vocabulary import Language
from shared.errors import passes
from shared.telemetry import valid
from shared.web.body import read_json, require_json
from shared.web.problems import Problem, preferred_language, unavailable

JSON = "application/json"
PATH = "/v1/complaints"
BATCH_PATH = "/v1/complaints:batch"
BATCH_BYTES = 32 * 1024 * 1024


class Receipt(BaseModel):
    """What the sender hands to the passenger: the number and the code that opens its status."""

    case_id: str
    number: str
    receipt_code: str
    received_at: str
    what_to_do_now: str | None = None
    unverified: list[str] | None = None


class BatchAnswer(BaseModel):
    """What became of each item, in order."""

    items: list[dict[str, Any]]


class ComplaintDoors:
    """Complaints from terminals and other systems."""

    def __init__(self, senders: Senders, reception: Reception) -> None:
        self._senders = senders
        self._reception = reception

    async def post(self, request: Request) -> Response:
        """Accept a complaint. The same key and body get the same answer, marked `Idempotency-Replayed: true`."""
        sender = await self._senders.of(request)
        key = idempotency_key(request)
        require_json(request)
        try:
            posted = read_complaint(await request.body())
        except ValidationError as error:
            raise unreadable(error) from None
        origin = Origin(sender, key, caller=valid(request.headers.get("traceparent")))
        accepted = await self._reception.take(posted, origin)
        headers = {"Location": f"/v1/complaints/{accepted.number}"}
        if accepted.replayed:
            headers["Idempotency-Replayed"] = "true"
        # Only a report of danger is answered in words.
        language = language_of(request) if accepted.danger else Language.ZH
        return Response(to_json(self._reception.answer(accepted, language)), 201, headers, JSON)

    async def batch(self, request: Request) -> Response:
        """Accept up to 500 complaints; each is taken or refused by itself, in order."""
        sender = await self._senders.of(request)
        items = await _items(request)
        caller = valid(request.headers.get("traceparent"))
        answers = await asyncio.gather(
            *(self._item(request, sender, caller, place, item) for place, item in enumerate(items))
        )
        if all(answer["status"] == 503 for answer in answers):
            raise unavailable()
        return Response(to_json({"items": answers}), 207, media_type=JSON)

    async def _item(
        self, request: Request, sender: Sender, caller: str | None, place: int, item: object
    ) -> dict[str, Any]:
        language = language_of(request)
        try:
            key, posted = _parts(item, ("items", place))
            origin = Origin(sender, key, linked=caller, place=("items", place, "complaint"))
            accepted = await self._reception.take(posted, origin)
        except Problem as problem:
            return {"status": problem.status, "problem": problem.body(language, request.url.path)}
        except Exception as error:
            if not passes(error):
                raise
            return {"status": 503, "problem": unavailable().body(language, request.url.path)}
        replayed = {"replayed": True} if accepted.replayed else {}
        return {"status": 201, "result": self._reception.answer(accepted, language), **replayed}


async def _items(request: Request) -> list[Any]:
    """The items of a batch: as models where all fit, else as they are, to be told apart."""
    require_json(request)
    try:
        return list(Batch.model_validate_json(await request.body()).items)
    except ValidationError:
        return list((await read_json(request, LooseBatch)).items)


def _parts(item: object, place: tuple[str | int, ...]) -> tuple[str, Posted]:
    if isinstance(item, BatchItem):
        return item.idempotency_key, Posted(item.complaint)
    try:
        loose = LooseItem.model_validate_json(to_json(item))
    except ValidationError as error:
        raise unreadable(error, place) from None
    try:
        return loose.idempotency_key, read_complaint(to_json(loose.complaint))
    except ValidationError as error:
        raise unreadable(error, (*place, "complaint")) from None


def language_of(request: Request) -> Language:
    """The sender's language."""
    return preferred_language(request.headers.get("accept-language", ""))


def complaint_doors(doors: ComplaintDoors) -> APIRouter:
    """The doors for complaints."""
    router = raw_doors("complaints")
    router.add_api_route(
        PATH,
        doors.post,
        methods=["POST"],
        status_code=201,
        responses={201: {"model": Receipt}},
        openapi_extra=takes(ComplaintRequest, IDEMPOTENCY),
    )
    router.add_api_route(
        BATCH_PATH,
        doors.batch,
        methods=["POST"],
        status_code=207,
        responses={207: {"model": BatchAnswer}},
        openapi_extra=takes(Batch),
    )
    return router
