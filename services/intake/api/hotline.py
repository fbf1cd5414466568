"""POST /v1/hotline/events: Standard Webhooks from the hotline's software."""

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from pydantic_core import to_json
from standardwebhooks.webhooks import Webhook

from services.intake.api.complaints import JSON, Receipt, language_of
from services.intake.api.raw import raw_doors, takes
from services.intake.api.reception import Origin, Reception, unreadable
from services.intake.policy.hotline import (
    OTHER_TYPES,
    CallCompleted,
    FromHotline,
    HotlineEvent,
    OrderCreated,
    of_call,
    of_order,
)
from services.intake.policy.requests import KEY
from services.intake.repository.keys import Sender
from shared.web.body import read_json, require_json
from shared.web.problems import Problem, invalid

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
HOTLINE = Sender("hotline", "integration")


class HotlineDoor:
    """Takes what is signed with any of the live secrets."""

    def __init__(self, secrets: tuple[str, ...], reception: Reception) -> None:
        self._hooks = [Webhook(secret) for secret in secrets]
        self._reception = reception

    async def post(self, request: Request) -> Response:
        """A complaint made → 200 with its receipt; other known events → 202. A redelivery answers the same."""
        require_json(request)
        self._verify(request, await request.body())
        made = await _complaint(request)
        if made is None:
            return Response(status_code=202)
        origin = Origin(
            HOTLINE,
            request.headers[ID],
            place=("data",),
            renamed={"taken_at": "ended_at"},
            city_order=made.city_order,
            source=to_json(made.source).decode(),
        )
        accepted = await self._reception.take(made.posted, origin)
        headers = {"Idempotency-Replayed": "true"} if accepted.replayed else None
        return Response(to_json(self._reception.answer(accepted, language_of(request))), 200, headers, JSON)

    def _verify(self, request: Request, body: bytes) -> None:
        headers = {name: request.headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE)}
        if not KEY.fullmatch(headers[ID]) or not any(_fits(hook, body, headers) for hook in self._hooks):
            raise Problem(401, "unauthenticated")


def _fits(hook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        hook.verify(body, headers, json_parse=False)
    except Exception:  # noqa: BLE001 - the library lets whatever a malformed header causes through
        return False
    return True


async def _complaint(request: Request) -> FromHotline | None:
    """The complaint in the event, None where it makes none. Errors: Problem 400, 422."""
    event = await read_json(request, HotlineEvent)
    body = await request.body()
    try:
        if event.type == "call.completed":
            call = CallCompleted.model_validate_json(body).data
            return of_call(call) if call.complaint else None
        if event.type == "order.created":
            return of_order(OrderCreated.model_validate_json(body).data)
    except ValidationError as error:
        raise unreadable(error) from None
    except ValueError:
        raise invalid("/data/text", "too_long", limit=20_000) from None
    if event.type in OTHER_TYPES:
        return None
    raise invalid("/type", "unknown_type")


def hotline_doors(secrets: tuple[str, ...], reception: Reception) -> APIRouter:
    """The hotline's door."""
    router = raw_doors("hotline")
    router.add_api_route(
        "/v1/hotline/events",
        HotlineDoor(secrets, reception).post,
        methods=["POST"],
        responses={200: {"model": Receipt}, 202: {"description": "Known, and nothing to take up"}},
        openapi_extra=takes(HotlineEvent, ID, TIMESTAMP, SIGNATURE, secured=None),
    )
    return router
