"""What takes effect once someone with the power for it says so: a resolution, more time, a limit to contact, an end."""

import json
from datetime import datetime

from services.followup.policy import handling
from services.followup.policy import requests as ask
from services.followup.policy.draft import Draft
from services.followup.policy.records import Approval, ContactLimit, Granted
from services.followup.rules.extending import extended, months_later
from shared.contracts.case_authority import (
    CaseContactLimited,
    CaseExtended,
    CaseLimitLifted,
    CaseResolutionProposed,
)
from shared.contracts.vocabulary import Clock, Medium


def propose_resolution(draft: Draft, action: ask.ProposeResolution) -> None:
    """Within one's own ceiling: in force at once."""
    granted = Granted(
        type=action.type,
        amount_cny=action.amount_cny,
        at=draft.now,
        by=draft.by,
        version=draft.case.version + 1,
    )
    draft.set(resolutions=(*draft.case.resolutions, granted))
    draft.record(
        CaseResolutionProposed, action.note, resolution=action.type, amount_cny=action.amount_cny, granted=True
    )


def grant_resolution(draft: Draft, asked: Approval) -> None:
    """What was proposed above the proposer's ceiling is in force now."""
    assert asked.resolution is not None  # noqa: S101 - only proposals come here
    granted = Granted(
        type=asked.resolution,
        amount_cny=asked.amount_cny,
        at=draft.now,
        by=asked.asked_by,
        approved_by=draft.by,
        version=asked.version,
    )
    draft.set(resolutions=(*draft.case.resolutions, granted))


def extend(draft: Draft, until: datetime, reason: str | None = None) -> None:
    """The resolve clock is due at `until`, never earlier than it was; the passenger is told."""
    run = draft.case.clock(Clock.RESOLVE)
    if run is not None and run.stopped_at is None:
        run = extended(run, until, draft.now, draft.rulebook.time)
        draft.move(run)
        until = run.due_at
    draft.record(CaseExtended, reason, until=until)
    draft.tell("deadline_changed", due=until)


def limit_contact(draft: Draft, medium: Medium, warned_at: datetime, *, contact: str, reason: str) -> None:
    """From now on, in the place of an earlier limit; reviewed and open to appeal as the pack says."""
    rules, time = draft.rulebook.pack.contact_limits, draft.rulebook.time
    limit = ContactLimit(
        medium=medium,
        warned_at=warned_at,
        since=draft.now,
        review_at=months_later(draft.now, rules.review_months, time),
        appeal_until=time.due(rules.appeal, draft.now),
        by=draft.by,
        version=draft.case.version + 1,
    )
    draft.set(contact_limit=limit)
    draft.record(
        CaseContactLimited,
        json.dumps({"contact": contact, "reason": reason}, ensure_ascii=False),
        medium=medium,
        warned_at=limit.warned_at,
        review_at=limit.review_at,
        appeal_until=limit.appeal_until,
    )
    draft.tell("contact_limited", contact, due=limit.appeal_until, medium=medium)


def lift_limit(draft: Draft, reason: str) -> None:
    """Contact is free again."""
    draft.set(contact_limit=None)
    draft.record(CaseLimitLifted, reason)
    draft.tell("limit_lifted")


def final_reply(draft: Draft, text: str) -> None:
    """The reply that was asked for goes out."""
    handling.reply(draft, ask.Reply(text=text, final=True))


__all__ = ["extend", "final_reply", "grant_resolution", "lift_limit", "limit_contact", "propose_resolution"]
