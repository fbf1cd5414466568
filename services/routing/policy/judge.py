"""One complaint against the rulebook and against what is remembered of its passenger."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.routing.policy import Facts, Rulebook, decide
from services.routing.policy.history import NOTHING, Past, Recollection, instant, recall
from services.routing.policy.place import located
from services.routing.policy.replay import Known, known_besides, replay, stated
from services.routing.rules.gazetteer import Gazetteer
from shared.contracts.complaint import Complaint
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Reason

NOT_WORDS = re.compile(r"[\W_]+")
TELLING = 8
"""Shorter texts ("投诉!") are the same too easily."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The decision, and the case as the next complaint will remember it. `earlier` is the open case it repeats.

    `known` is what the decision rests on besides the complaint; with it the decision can be replayed.
    """

    decision: Decision
    earlier: Past | None
    case: Past
    known: Known


def judge(
    complaint: Complaint, past: Sequence[Past], rulebook: Rulebook, gazetteer: Gazetteer | None = None
) -> Judgement:
    """Decide on `complaint`. `past`: the passenger's other cases and the one it names.

    What history says depends on place and category, so the words are read for them first; the sender's own category is
    only a hint.
    """
    own = stated(complaint)
    facts = located(own, gazetteer)
    here = complaint
    if facts.place_said:
        here = complaint.model_copy(update={"line": facts.line, "station": facts.station})
    fingerprint = _fingerprint(complaint.text) if complaint.passenger_ref else None
    memory, decision = NOTHING, None
    if past:
        decision = decide(facts, rulebook)
        memory = recall(here, decision.category, fingerprint, past, rulebook.pack.thresholds)
    if memory != NOTHING:
        facts, decision = _remembering(facts, memory), None
    known = {} if facts is own else known_besides(complaint, facts)
    decision = decision or replay(complaint, known, rulebook)
    earlier = memory.earlier if decision.reason in (Reason.A1, Reason.N2) else None
    return Judgement(decision, earlier, _to_remember(here, decision, fingerprint), known)


def _remembering(facts: Facts, memory: Recollection) -> Facts:
    return replace(
        facts,
        earlier_open_case=memory.earlier.number if memory.earlier else None,
        prior_contacts_90d=memory.prior_contacts,
        similar_claims_180d=memory.similar_claims,
        final_reply_sent=memory.final_reply_sent,
        our_reply_overdue=memory.our_reply_overdue,
    )


def _to_remember(complaint: Complaint, decision: Decision, fingerprint: int | None) -> Past:
    return Past(
        case_id=complaint.case_id,
        number=complaint.number,
        passenger_ref=complaint.passenger_ref,
        at=instant(complaint),
        kind=decision.kind,
        category=decision.category,
        line=complaint.line,
        station=complaint.station,
        claimed=bool(complaint.claim and complaint.claim.amount_cny),
        fingerprint=fingerprint,
    )


def _fingerprint(text: str) -> int | None:
    """A digest that is equal for the same words, whatever stands between them; a signed 64-bit number."""
    words = NOT_WORDS.sub("", text).casefold()
    if len(words) < TELLING:
        return None
    return int.from_bytes(hashlib.blake2b(words.encode(), digest_size=8).digest(), signed=True)
