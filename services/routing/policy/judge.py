"""One complaint against the rulebook and against what is remembered of its passenger."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.routing.policy import Facts, Rulebook
from services.routing.policy.claims import claims
from services.routing.policy.history import NOTHING, Past, Recollection, instant, recall
from services.routing.policy.place import located
from services.routing.policy.replay import Known, known_besides, replay, stated
from services.routing.rules.fingerprint import Fingerprints
from services.routing.rules.gazetteer import Gazetteer
from shared.contracts.complaint import Complaint
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Reason


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
    complaint: Complaint,
    past: Sequence[Past],
    rulebook: Rulebook,
    fingerprints: Fingerprints,
    gazetteer: Gazetteer | None = None,
) -> Judgement:
    """Decide on `complaint`. `past`: the passenger's other cases and the one it names.

    What history says depends on place and category, so the words are read for them first; the sender's own category is
    only a hint.
    """
    own = stated(complaint)
    facts = located(own, gazetteer)
    known = {} if facts is own else known_besides(complaint, facts)
    decision = replay(complaint, known, rulebook)
    case = _to_remember(complaint, facts, decision, fingerprints, rulebook)
    memory = NOTHING
    if past:
        named = fingerprints.of_place(case.station, case.line)
        memory = recall(case, complaint.related_number, past, rulebook.pack.thresholds, named)
    if memory != NOTHING:
        known = known_besides(complaint, _remembering(facts, memory))
        decision = replay(complaint, known, rulebook)
    earlier = memory.earlier if decision.reason in (Reason.A1, Reason.N2) else None
    follows = earlier.root if earlier else None
    case = replace(case, kind=decision.kind, category=decision.category, follows=follows)
    return Judgement(decision, earlier, case, known)


def _remembering(facts: Facts, memory: Recollection) -> Facts:
    return replace(
        facts,
        earlier_open_case=memory.earlier.number if memory.earlier else None,
        prior_contacts_90d=memory.prior_contacts,
        similar_claims_180d=memory.similar_claims,
        final_reply_sent=memory.final_reply_sent,
        our_reply_overdue=memory.our_reply_overdue,
    )


def _to_remember(
    complaint: Complaint, facts: Facts, decision: Decision, fingerprints: Fingerprints, rulebook: Rulebook
) -> Past:
    at = instant(complaint)
    return Past(
        case_id=complaint.case_id,
        number=complaint.number,
        passenger_ref=complaint.passenger_ref,
        at=at,
        kind=decision.kind,
        category=decision.category,
        line=facts.line,
        station=facts.station,
        claimed=complaint.passenger_ref is not None and claims(facts, rulebook),
        fingerprint=fingerprints.of(complaint.text, at, complaint.occurred_at),
    )
