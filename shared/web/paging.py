"""Lists: newest first by (received_at, case_id), with an opaque cursor."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query

from shared.clock import to_milliseconds
from shared.web.problems import invalid

Limit = Annotated[int, Query(ge=1, le=200)]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row that was shown."""

    received_at: datetime
    case_id: UUID

    def encode(self) -> str:
        """URL-safe, without padding."""
        raw = f"{self.received_at.isoformat()}|{self.case_id}".encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str | None) -> "Cursor | None":
        """Errors: Problem 422 when it is not one of ours."""
        if not text:
            return None
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
            at, _, case_id = raw.partition("|")
            instant = datetime.fromisoformat(at)
            # The ends of the calendar have no UTC, and no place in the database.
            if instant.tzinfo is None or to_milliseconds(instant).year < 1000:
                raise ValueError
            return cls(instant, UUID(case_id))
        except (ValueError, binascii.Error):
            raise invalid("?cursor", "bad_cursor") from None
