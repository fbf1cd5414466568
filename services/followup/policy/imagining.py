"""A case that nobody has: what its clocks would be."""

from datetime import datetime
from uuid import UUID

from services.followup.policy.change import Change
from services.followup.policy.clockwork import is_sampled
from services.followup.policy.opening import open_case
from services.followup.policy.rulebook import Rulebook
from shared.contracts.complaint import Complaint, ComplaintRouted, Flags
from shared.contracts.decision import Decision
from shared.contracts.pack import LevelFacts, Pack
from shared.contracts.vocabulary import Category, Channel, Reason, Severity

TRIED = 1000
"""How many ids are tried for one in the sampled share of call-backs."""


def imagined(
    rulebook: Rulebook,
    *,
    reason: Reason,
    category: Category,
    severity: Severity,
    received_at: datetime,
    taken_at: datetime | None = None,
    on_scene: bool = False,
) -> Change:
    """The opening of a case as it would be if so classified, at the level that its row gives; a sampled call-back is
    shown as it would be."""
    pack, kind, channel = rulebook.pack, reason.kind, Channel.WEB
    classified = {"kind": kind, "reason": reason, "category": category, "severity": severity}
    level, _ = pack.starting_level(LevelFacts(**classified, channel=channel, about_staff=False, media=False))
    complaint = Complaint(
        case_id=_sampled(pack, severity),
        number="PS-0",
        channel=channel,
        text="-",
        received_at=received_at,
        taken_at=taken_at,
        flags=Flags(on_scene=on_scene),
    )
    decision = Decision(**classified, level=level, policy_version=pack.id)
    return open_case(ComplaintRouted(complaint=complaint, decision=decision), rulebook, received_at, None)


def _sampled(pack: Pack, severity: Severity) -> UUID:
    term = pack.severities[severity].call_back
    share = term.sample if term else 1.0
    return next((id_ for id_ in map(_nth, range(TRIED)) if is_sampled(id_, share)), _nth(0))


def _nth(place: int) -> UUID:
    return UUID(int=place)
