"""The passenger's doors, by number and receipt code: how it stands, and what may be asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.intake.api.codes import Codes
from services.intake.api.complaints import language_of
from services.intake.api.senders import IDEMPOTENCY, idempotency_key
from services.intake.policy.progress import Progress, can, state_for_passenger
from services.intake.policy.requests import Ask, Survey, Withdrawal, WordsOfPassenger
from services.intake.policy.telling import Told, tell
from services.intake.repository import asks, progress
from services.intake.repository.asks import Asked, NotNow, Reused
from services.intake.repository.progress import Registered
from shared.clock import rfc3339
from shared.contracts.passenger import (
    PassengerAnswered,
    PassengerEvent,
    PassengerReopened,
    PassengerSurveyed,
    PassengerWithdrew,
)
from shared.runtime import Runtime
from shared.security.redact import passenger_words
from shared.web.body import doors
from shared.web.problems import Problem


class HistoryEntry(BaseModel):
    """What happened when."""

    at: str
    text: str


class Child(BaseModel):
    """A matter of its own that was found in the complaint."""

    number: str
    state: str
    promised_at: str | None


class Status(BaseModel):
    """How a complaint stands: received, in_progress, waiting_for_you, answered or closed."""

    number: str
    state: str
    received_at: str
    promised_at: str | None
    answered_at: str | None
    answer: str | None
    history: list[HistoryEntry]
    can: list[str]
    children: list[Child]


class Noted(BaseModel):
    """What was asked is stored and on its way."""

    number: str
    taken: str


@dataclass(frozen=True, slots=True)
class PassengerDoors:
    """What passengers see and ask."""

    runtime: Runtime
    codes: Codes

    async def status(self, request: Request, number: str, code: str) -> Status:
        """What the passenger is told."""
        complaint = await self.codes.admit(request, number, code)
        pool = self.runtime.pool
        standing = await progress.read(pool, complaint.case_id)
        history = await progress.history(pool, complaint.case_id)
        messages = await progress.messages(pool, complaint.case_id)
        language = language_of(request) if "accept-language" in request.headers else complaint.language
        told = [Told(row["at"], row["code"], row["text"], row["due_at"], row["medium"]) for row in messages]
        view = tell(
            complaint.received_at,
            standing,
            [(row["at"], row["fact"]) for row in history],
            told,
            complaint.name,
            language,
        )
        return Status(
            number=complaint.number,
            state=state_for_passenger(standing),
            can=list(can(standing)),
            children=[_child(one) for one in await progress.children(pool, complaint.number)],
            **view,
        )

    async def ask(
        self, request: Request, number: str, verb: str, body: Ask, make: Callable[..., PassengerEvent]
    ) -> JSONResponse:
        """Take what the passenger asks."""
        complaint = await self.codes.admit(request, number, body.code)
        asked = self._asked(request, complaint, verb, body, make)
        outcome = await asks.take(self.runtime.pool, complaint, asked)
        if isinstance(outcome, Reused):
            raise Problem(422, "idempotency-key-reused")
        if isinstance(outcome, NotNow):
            raise _refused(verb, outcome)
        self.runtime.relay.wake()
        headers = {"Idempotency-Replayed": "true"} if outcome.replayed else None
        return JSONResponse(Noted(number=complaint.number, taken=verb).model_dump(), 202, headers)

    def _asked(
        self, request: Request, complaint: Registered, verb: str, body: Ask, make: Callable[..., PassengerEvent]
    ) -> Asked:
        key = idempotency_key(request) if IDEMPOTENCY in request.headers else None
        text: str | None = getattr(body, "text", None)
        said = passenger_words(text, complaint.name) if text is not None else None
        given = body.model_dump(exclude={"code", "text"})

        def event(at: datetime) -> PassengerEvent:
            return make(case_id=complaint.case_id, number=complaint.number, at=at, text=said, **given)

        digest = sha256(f"{verb} {body.model_dump_json(exclude={'code'})}".encode()).digest()
        return Asked(verb, event, text, key, digest)


def _child(standing: Progress) -> Child:
    promised = rfc3339(standing.promised_at) if standing.promised_at else None
    return Child(number=standing.number, state=state_for_passenger(standing), promised_at=promised)


def _refused(verb: str, outcome: NotNow) -> Problem:
    allowed = can(outcome.standing)
    return Problem(
        409,
        "transition-refused",
        params={"state": state_for_passenger(outcome.standing), "action": verb},
        extra={"allowed_actions": [{"action": name, "allowed": True} for name in allowed]},
    )


def passenger_doors(runtime: Runtime, codes: Codes) -> APIRouter:
    """The doors for passengers."""
    router, passenger = doors("passenger"), PassengerDoors(runtime, codes)
    taken: dict[str, Any] = {"status_code": 202, "response_model": Noted}

    @router.get("/v1/complaints/{number}/status")
    async def status(request: Request, number: str, code: str) -> Status:
        """How a complaint stands. A wrong code and an unknown number are the same 404."""
        return await passenger.status(request, number, code)

    @router.post("/v1/complaints/{number}:answer", **taken)
    async def answer(request: Request, number: str, body: WordsOfPassenger) -> JSONResponse:
        """Answer what we wait for."""
        return await passenger.ask(request, number, "answer", body, PassengerAnswered)

    @router.post("/v1/complaints/{number}:withdraw", **taken)
    async def withdraw(request: Request, number: str, body: Withdrawal) -> JSONResponse:
        """Withdraw an open complaint."""
        return await passenger.ask(request, number, "withdraw", body, PassengerWithdrew)

    @router.post("/v1/complaints/{number}:reopen", **taken)
    async def reopen(request: Request, number: str, body: WordsOfPassenger) -> JSONResponse:
        """Ask for a settled one to be taken up again."""
        return await passenger.ask(request, number, "reopen", body, PassengerReopened)

    @router.post("/v1/complaints/{number}:survey", **taken)
    async def survey(request: Request, number: str, body: Survey) -> JSONResponse:
        """Say how it was handled, once."""
        return await passenger.ask(request, number, "survey", body, PassengerSurveyed)

    return router
