"""What is above one's power becomes a request; what became of it."""

import json
from collections.abc import Mapping

from services.followup.policy import requests as ask
from services.followup.policy.clockwork import cancel, meet, start
from services.followup.policy.draft import Draft
from services.followup.policy.granting import extend, final_reply, grant_resolution, lift_limit, limit_contact
from services.followup.policy.powers import higher, person_floor
from services.followup.policy.records import Approval
from shared.contracts.case_authority import (
    Asked,
    CaseApprovalRequested,
    CaseApproved,
    CaseRefused,
    CaseResolutionProposed,
)
from shared.contracts.vocabulary import Clock, Level, State

Requestable = ask.ProposeResolution | ask.Extend | ask.LimitContact | ask.LiftLimit | ask.Reply

TERMS: dict[type[Requestable], tuple[str, ...]] = {
    ask.ProposeResolution: ("amount_cny",),
    ask.Extend: ("until",),
    ask.LimitContact: ("medium", "warned_at"),
    ask.LiftLimit: (),
    ask.Reply: (),
}
"""What of a body is no words."""
WORDS = ("text", "contact", "reason")


def ask_for(draft: Draft, action: Requestable, needs: Level) -> None:
    """The case awaits the decision of `needs`; the approval clock runs from now."""
    terms = {name: getattr(action, name) for name in TERMS[type(action)]}
    version = draft.case.version + 1
    if isinstance(action, ask.ProposeResolution):
        terms["resolution"] = action.type
        draft.record(
            CaseResolutionProposed, action.note, resolution=action.type, amount_cny=action.amount_cny, granted=False
        )
    needs = higher(needs, person_floor(draft.case, draft.rulebook.pack))
    name: Asked = action.action  # type: ignore[assignment]
    approval = Approval(
        action=name,
        needs=needs,
        asked_by=draft.by,
        asked_at=draft.now,
        back_to=draft.case.state,
        version=version,
        **terms,
    )
    draft.set(state=State.AWAITING_APPROVAL, approval=approval)
    start(draft, Clock.APPROVAL, draft.rulebook.pack.approval, draft.now)
    told = {key: value for key, value in terms.items() if key in CaseApprovalRequested.model_fields}
    draft.record(CaseApprovalRequested, _words(action), action=name, needs_level=needs, **told)


def approve(draft: Draft, action: ask.Approve, said: Mapping[str, str]) -> None:
    """What was asked for takes effect; `said` are the words of the request."""
    asked = _decided(draft)
    if asked.resolution is not None:
        grant_resolution(draft, asked)
    draft.record(
        CaseApproved, action.note, action=asked.action, resolution=asked.resolution, amount_cny=asked.amount_cny
    )
    if asked.action == "extend" and asked.until is not None:
        extend(draft, asked.until)
    elif asked.action == "reply":
        final_reply(draft, said["text"])
    elif asked.action == "limit-contact" and asked.medium is not None and asked.warned_at is not None:
        limit_contact(draft, asked.medium, asked.warned_at, contact=said["contact"], reason=said["reason"])
    elif asked.action == "lift-limit":
        lift_limit(draft, said["reason"])


def refuse(draft: Draft, action: ask.Refuse) -> None:
    """What was asked for is dropped."""
    asked = _decided(draft)
    draft.record(CaseRefused, action.reason, action=asked.action)


def drop(draft: Draft) -> None:
    """Nobody decides the request any more; the next fact tells so."""
    if draft.case.approval is not None:
        draft.set(state=draft.case.approval.back_to, approval=None)
        cancel(draft, Clock.APPROVAL)


def words_of(asked: Approval, written: Mapping[int, str]) -> dict[str, str]:
    """What was written in a request, by the names of its body, from the words by version; nothing where they are gone.

    A proposal's note lies with the proposal, as it is; what is written in other requests is one JSON object.
    """
    words = written.get(asked.version)
    if words is None:
        return {}
    if asked.resolution is not None:
        return {"note": words}
    fields: dict[str, str] = json.loads(words)
    return fields


def _decided(draft: Draft) -> Approval:
    """The request, with the case back where it was asked; work on an accepted one has begun by now."""
    asked = draft.case.approval
    assert asked is not None  # noqa: S101 - the table lets nobody decide without one
    back = State.IN_PROGRESS if asked.back_to is State.ACCEPTED else asked.back_to
    draft.set(state=back, approval=None)
    meet(draft, Clock.APPROVAL)
    return asked


def _words(action: Requestable) -> str | None:
    """What was written, as one JSON object; a proposal's note lies with the proposal."""
    written = {name: getattr(action, name) for name in WORDS if hasattr(action, name)}
    return json.dumps(written, ensure_ascii=False) if written else None


__all__ = ["Requestable", "approve", "ask_for", "drop", "refuse", "words_of"]
