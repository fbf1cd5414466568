"""`GET /v1/stream`: facts as they take effect, as server-sent events."""

from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from pydantic import BeforeValidator, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from services.reporting.jobs.broadcast import Broadcast
from services.reporting.policy.sight import Sight, sight
from shared.security.tokens import Staff
from shared.web.body import doors

COMMENT_SECONDS = 15
# A browser comes back by itself, and then has to show a credential that still holds.
LONGEST_SECONDS = 3600

Sequence = Annotated[int | None, Query(ge=0, le=2**63 - 1)]
Given = Annotated[int, Field(ge=0, le=2**63 - 1)]
LastEventId = Annotated[Given | None, BeforeValidator(lambda given: given or None), Header()]
"""An empty one is none: so a browser says that it has heard nothing yet."""


def router(broadcast: Broadcast, who: Callable[[Request], Staff]) -> APIRouter:
    """The door to the live stream."""
    routes = doors("stream")

    @routes.get(
        "/v1/stream",
        response_class=EventSourceResponse,
        responses={200: {"content": {"text/event-stream": {}}, "description": "Events `case.<fact>`, id = sequence."}},
    )
    async def stream(
        staff: Annotated[Staff, Depends(who)],
        last_event_id: LastEventId = None,
        after: Annotated[Sequence, Query(alias="last_event_id")] = None,
    ) -> EventSourceResponse:
        """Facts after `Last-Event-ID`, or `?last_event_id=` where no header can be sent, then those to come."""
        since = last_event_id if last_event_id is not None else after
        return EventSourceResponse(
            _events(broadcast, since, sight(staff)),
            ping=COMMENT_SECONDS,
            ping_message_factory=lambda: ServerSentEvent(comment="still here"),
            headers={"Cache-Control": "no-store"},
        )

    return routes


async def _events(broadcast: Broadcast, since: int | None, eyes: Sight) -> AsyncIterator[ServerSentEvent]:
    async with aclosing(broadcast.follow(since, LONGEST_SECONDS)) as lines:
        async for line in lines:
            if line.is_for(eyes):
                yield ServerSentEvent(line.body, event=f"case.{line.fact}", id=str(line.sequence))
