"""What was granted on a case, what awaits approval and how contact is limited, in the API's shapes."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import from_json

from services.followup.policy.approving import words_of
from services.followup.policy.case import Case
from services.followup.policy.records import Approval, ContactLimit, Granted
from shared.clock import rfc3339
from shared.contracts.vocabulary import Clock


def granted_json(case: Case, written: Mapping[int, str]) -> dict[str, Any]:
    """`resolutions`, `approval` and `contact_limit`, with the words as far as they are given."""
    limit = case.contact_limit
    return {
        "resolutions": [_resolution(one, written) for one in case.resolutions],
        "approval": _approval(case, case.approval, written) if case.approval else None,
        "contact_limit": _limit(limit, written) if limit else None,
    }


def _resolution(one: Granted, written: Mapping[int, str]) -> dict[str, Any]:
    shown = one.model_dump(mode="json", exclude={"version"})
    return {**shown, **_people(one), "note": written.get(one.version)}


def _people(one: Granted) -> dict[str, Any]:
    by = one.by.model_dump(mode="json", exclude_none=True)
    return {"by": by, "approved_by": one.approved_by and one.approved_by.model_dump(mode="json", exclude_none=True)}


def _approval(case: Case, asked: Approval, written: Mapping[int, str]) -> dict[str, Any]:
    run = case.clock(Clock.APPROVAL)
    terms = asked.model_dump(
        mode="json", exclude_none=True, include={"resolution", "amount_cny", "until", "medium", "warned_at"}
    )
    return {
        "action": asked.action,
        "needs_level": asked.needs.value,
        "asked_by": asked.asked_by.model_dump(mode="json", exclude_none=True),
        "asked_at": rfc3339(asked.asked_at),
        "due_at": rfc3339(run.due_at) if run else None,
        "back_to": asked.back_to.value,
        "asked": {**terms, **words_of(asked, written)},
    }


def _limit(limit: ContactLimit, written: Mapping[int, str]) -> dict[str, Any]:
    words = written.get(limit.version)
    shown = limit.model_dump(mode="json", exclude={"version", "by"})
    said: dict[str, str] = from_json(words) if words else {}
    return {**shown, "by": limit.by.model_dump(mode="json", exclude_none=True), **said}


__all__ = ["granted_json"]
