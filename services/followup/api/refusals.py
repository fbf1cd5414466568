"""Refusals of the policy as problems."""

from collections.abc import Sequence
from typing import Any

from services.followup.api.shapes import actor_json, allowed_json, fact_name
from services.followup.api.words import why
from services.followup.policy.case import Case
from services.followup.policy.change import Refusal
from services.followup.repository.cases import Happened
from shared.clock import rfc3339
from shared.contracts.vocabulary import Language
from shared.web.problems import FieldError, Problem


def expected_version(if_match: str | None) -> str:
    """The version that the asker saw. Errors: Problem 428 without one; `*` names none."""
    tag = (if_match or "").strip()
    if tag in ("", "*"):
        raise Problem(428, "if-match-required")
    return tag.removeprefix("W/").strip('"')


def conflict(case: Case, seen: str, timeline: Sequence[Happened]) -> Problem:
    """409: the case has moved on; tells by whom and what happened since the version that was seen."""
    since = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else case.version
    changes = [_change(one) for one in timeline if one.version > since]
    by = actor_json(timeline[-1].by) if timeline else None
    extra = {"current": case.version, "changed_by": by, "changes": changes}
    return Problem(409, "version-conflict", params={"current": case.version}, extra=extra)


def refused_problem(refusal: Refusal, case: Case, action: str, language: Language) -> Problem:
    """409 transition-refused, 403 or 422."""
    if refusal.slug == "transition-refused":
        allowed = [allowed_json(one, language) for one in refusal.allowed]
        extra: dict[str, Any] = {"why": why(refusal.code, language), "code": refusal.code, "allowed_actions": allowed}
        params = {"state": case.state.value, "action": action}
        return Problem(409, "transition-refused", params=params, extra=extra)
    if refusal.slug == "forbidden":
        needs = refusal.needs_level.value if refusal.needs_level else None
        extra = {"needs_level": needs, "why": why(refusal.code, language, refusal.needs_level)}
        return Problem(403, "forbidden", params={"needs_level": needs}, extra=extra)
    return Problem(422, "invalid", errors=tuple(FieldError(one.pointer, one.code) for one in refusal.errors))


def _change(one: Happened) -> dict[str, Any]:
    return {"version": one.version, "at": rfc3339(one.at), "type": fact_name(one.type), "by": actor_json(one.by)}
