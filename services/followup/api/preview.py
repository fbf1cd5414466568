"""What a case's deadlines would be, and what would fire when: the functions that decide, nothing stored."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.followup.api.asking import language_of
from services.followup.api.deadlines import explained
from services.followup.api.words import why
from services.followup.policy.change import Change
from services.followup.policy.course import Rules, Step, StepRefused, course
from services.followup.policy.imagining import imagined
from services.followup.policy.requests import REQUESTS, Action, parse
from services.followup.policy.rulebook import Staff
from services.followup.repository.reference import Rulebooks
from shared.clock import rfc3339
from shared.contracts.base import Instant
from shared.contracts.case_events import CaseBreached, CaseEscalated, CaseEvent, CaseReminded, CaseWarned
from shared.contracts.vocabulary import Category, Kind, Language, Level, Reason, Severity
from shared.security.tokens import Staff as TokenStaff
from shared.web.body import doors
from shared.web.problems import FieldError, Problem, invalid
from shared.web.validation import problem_of

USUAL = {Kind.NORMAL: Reason.N0, Kind.ABNORMAL: Reason.A4, Kind.NON_COMPLAINT: Reason.Z2}
"""The reason of a kind where none is given; no clock depends on it but that of a case in court (A11)."""
FIRES: dict[type[CaseEvent], str] = {
    CaseReminded: "remind",
    CaseWarned: "warn",
    CaseBreached: "breach",
    CaseEscalated: "escalate",
}


class By(BaseModel):
    """Who acts: L5, whose power suffices for all, unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    level: Level = Level.L5
    user: str = Field("preview", min_length=1, max_length=200)


class Doing(BaseModel):
    """An action at an instant; the other fields are those of its body."""

    model_config = ConfigDict(extra="allow", frozen=True)
    at: Instant
    action: str
    by: By = By()


class Asked(BaseModel):
    """A case as it would be classified, and what would be done; without `as_of`, until nothing more fires."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Kind
    severity: Severity
    category: Category
    reason: Reason | None = None
    on_scene: bool = False
    received_at: Instant
    taken_at: Instant | None = None
    actions: list[Doing] = Field([], max_length=200)
    as_of: Instant | None = None


def router(rulebooks: Rulebooks, staff: Callable[[Request], TokenStaff]) -> APIRouter:
    """The door."""
    routes = doors("deadlines")

    @routes.post("/v1/deadlines:preview", dependencies=[Depends(staff)])
    async def preview(asked: Asked, request: Request) -> dict[str, Any]:
        """Each deadline as a case's `/deadlines` has it, and everything that fires, oldest first."""
        return previewed(asked, rulebooks.at, language_of(request))

    return routes


def previewed(asked: Asked, rules: Rules, language: Language) -> dict[str, Any]:
    """The answer. Errors: Problem 422."""
    steps = _steps(asked)
    try:
        changes = list(_changes(asked, steps, rules))
    except OverflowError:
        raise invalid("/received_at", "bad_time") from None
    except StepRefused as refused:
        raise _unfitting(refused, language) from None
    facts = [fact for change in changes for fact in change.events]
    case, as_of = changes[-1].case, asked.as_of or facts[-1].at
    fires = [_fired(fact) for fact in facts if type(fact) in FIRES]
    return {"deadlines": explained(case, rules(as_of), as_of, language), "fires": fires}


def _changes(asked: Asked, steps: Sequence[Step], rules: Rules) -> Iterable[Change]:
    opened = _opened(asked, rules)
    yield opened
    yield from course(opened.case, steps, rules, asked.as_of)


def _opened(asked: Asked, rules: Rules) -> Change:
    reason = asked.reason or USUAL[asked.kind]
    if reason.kind is not asked.kind:
        raise invalid("/reason", "contradicts_kind")
    return imagined(
        rules(asked.received_at),
        reason=reason,
        category=asked.category,
        severity=asked.severity,
        on_scene=asked.on_scene,
        received_at=asked.received_at,
        taken_at=asked.taken_at,
    )


def _steps(asked: Asked) -> list[Step]:
    """The actions as the policy takes them. Errors: Problem 422."""
    steps, earliest = [], asked.received_at
    for place, one in enumerate(asked.actions):
        if one.at < earliest:
            raise invalid(f"/actions/{place}/at", "out_of_order")
        if asked.as_of is not None and one.at > asked.as_of:
            raise invalid(f"/actions/{place}/at", "after_as_of")
        earliest = one.at
        steps.append(Step(one.at, _action(one, place), Staff(user=one.by.user, level=one.by.level)))
    return steps


def _action(one: Doing, place: int) -> Action:
    if one.action not in REQUESTS:
        raise Problem(422, "invalid", errors=(_no_action(f"/actions/{place}/action"),))
    try:
        return parse(one.action, one.model_extra or {})
    except ValidationError as error:
        errors = error.errors(include_input=False, include_url=False)
        raise problem_of([{**each, "loc": ("actions", place, *each["loc"])} for each in errors]) from None


def _no_action(pointer: str) -> FieldError:
    return FieldError(pointer, "not_allowed", {"expected": ", ".join(REQUESTS)})


def _unfitting(refused: StepRefused, language: Language) -> Problem:
    """422 that tells which action is refused, and why."""
    pointer, refusal = f"/actions/{refused.place}", refused.refusal
    if refusal.errors:
        return Problem(422, "invalid", errors=tuple(FieldError(pointer + e.pointer, e.code) for e in refusal.errors))
    said = {language: why(refusal.code, language, refusal.needs_level)}
    extra = {"state": refused.case.state.value}
    return Problem(422, "invalid", errors=(FieldError(pointer, refusal.slug, texts=said, extra=extra),))


def _fired(fact: CaseEvent) -> dict[str, Any]:
    """`level`: where the case stood; of an escalation, where it rose to; of a missed target, that of the target."""
    level = getattr(fact, "target_level", None) or fact.level
    clock = getattr(fact, "clock", None)
    return {
        "at": rfc3339(fact.at),
        "clock": clock.value if clock else None,
        "what": FIRES[type(fact)],
        "level": level.value,
    }
