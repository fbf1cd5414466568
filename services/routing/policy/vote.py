"""What the model is told of a complaint, and where its vote counts: where the rules are silent or weak.

It may call a person's attention to a danger, never lower one; and no insult, thanks or anger is shown to it, so that
tone cannot decide through it either.
"""

from collections.abc import Iterator, Mapping, Sequence

from services.routing.policy.abnormal import excessive
from services.routing.policy.facts import Facts
from services.routing.policy.severity import underlying
from services.routing.policy.subject import Finding, Subject
from services.routing.policy.topic import likeliest
from services.routing.policy.voice import TONE, because, unemotional
from services.routing.rules.model import Vote
from shared.contracts.vocabulary import Kind, Reason, Severity

Votes = Mapping[str, Vote]
_LENGTHS = (25, 60, 200)  # characters
_AHEAD, _FAR_AHEAD, _CLEAR, _DANGEROUS = 0.1, 0.9, 0.8, 0.6
"""How far a vote must be ahead of the rules' reason within a kind, far where that rests on words; the share from which
a vote is clear, and the one from which it calls a danger."""
_FACTS = ("abnormal.in_court", "abnormal.professional", "abnormal.persistent", "normal.overdue_reply")
_ALARMING, _TRUSTED = 0.3, 0.65
"""The votes for S1 from which, and those for the kind below which, a person looks."""
_KIND = {reason.value: reason.kind for reason in Reason}
_DANGERS = (Reason.A7, Reason.A8, Reason.N3)
_NEEDED, _NEEDED_AGAINST_WORDS = 0.5, 0.7
"""The votes that another kind needs to go before the one that the rules found, on words (but none that blame) or
for want of any."""
_SILENT = ("normal.default", "normal.angry", "friendly.question", "friendly.sender")


def votes(subject: Subject, found: Sequence[Finding]) -> Votes:
    """The model's votes by task (reason, category, severity); none where the pack has no model."""
    model = subject.rulebook.model
    return {} if model is None else model.votes(unemotional(subject), set(marks(subject, found)))


def marks(subject: Subject, found: Sequence[Finding]) -> Iterator[str]:
    """The features besides words: which groups were read, which rules fired, which facts are known."""
    reading = subject.reading
    yield from (f"g:{group}" for group in reading.hits if group not in TONE)
    yield from (f"v:{group}" for group in reading.void if group not in reading.hits and group not in TONE)
    yield f"r:{found[0].reason.value}"
    yield from (f"b:{because.rule}" for finding in found for because in finding.because)
    yield f"c:{likeliest(subject).category.value}"
    yield f"b:{underlying(subject)[1].rule}"
    yield from _known(subject.facts)
    yield f"l:{sum(len(reading.text) >= limit for limit in _LENGTHS)}"
    if reading.measures.monies:
        yield "m:money"
    if reading.measures.minutes:
        yield "m:minutes"
    if subject.sums.claim is not None:
        yield "m:claim"


def _known(facts: Facts) -> Iterator[str]:
    for name in ("danger", "injury", "in_court", "final_reply_sent", "our_reply_overdue"):
        if getattr(facts, name):
            yield f"x:{name}"
    if facts.earlier_open_case is not None:
        yield "x:earlier_open_case"
    if facts.prior_contacts_90d:
        yield f"x:contacts:{min(facts.prior_contacts_90d, 3)}"
    if facts.similar_claims_180d:
        yield f"x:claims:{min(facts.similar_claims_180d, 3)}"


def persuaded(subject: Subject, found: list[Finding], voted: Votes) -> list[Finding]:
    """The reasons after the vote: the rules' own, or another one before them where the vote is clear enough."""
    vote = voted.get("reason")
    if vote is None or _known_for_sure(subject, found[0]):
        return found
    lead = found[0]
    label = _elected(subject, lead, vote)
    if label is None or label is lead.reason:
        return found
    rule = "danger.model" if label in _DANGERS else "model.reason"
    why = because(subject, "reason", label).model_copy(update={"rule": rule})
    return [
        Finding(label, (why,), unsure=vote.shares[label] < _CLEAR),
        *(f for f in found if f.reason is not label and f.reason.kind is Kind.ABNORMAL),
    ]


def _known_for_sure(subject: Subject, lead: Finding) -> bool:
    """A danger, or what psc knows of the case rather than reads: no vote goes before it."""
    first = lead.because[0]
    if lead.reason is Reason.A3 and subject.facts.claim_cny is not None:
        return True
    return first.rule.startswith("danger.") or (first.start is None and first.rule in _FACTS)


def _elected(subject: Subject, lead: Finding, vote: Vote) -> Reason | None:
    """The reason with most votes in the kind with most votes, if that is enough to go before the rules' one."""
    kinds = _kinds(vote)
    if lead.reason is Reason.A1 and subject.facts.earlier_open_case is not None:  # only news go before a known case
        return Reason.N2 if vote.label == Reason.N2 else None
    kind = max(kinds, key=kinds.__getitem__)
    said, blames = lead.because[0].rule not in _SILENT, lead.reason.kind is Kind.ABNORMAL
    if kind is not lead.reason.kind and kinds[kind] < (_NEEDED_AGAINST_WORDS if said and not blames else _NEEDED):
        kind = lead.reason.kind
    best = max(
        (label for label in vote.shares if _KIND[label] is kind and _open_to(subject, Reason(label))),
        key=vote.shares.__getitem__,
    )
    if kind is lead.reason.kind and vote.shares[best] < vote.shares.get(lead.reason.value, 0) + (
        _FAR_AHEAD if said else _AHEAD
    ):
        return None
    if best in _DANGERS and vote.shares[best] < _DANGEROUS:
        return None
    return Reason(best)


def doubted(kind: Kind, severity: Severity, voted: Votes) -> bool:
    """Whether the votes make a person look: the kind is not theirs, or they see a danger that no rule found."""
    if not voted:
        return False
    alarmed = severity is not Severity.S1 and voted["severity"].shares.get(Severity.S1, 0.0) >= _ALARMING
    return alarmed or _kinds(voted["reason"]).get(kind, 0.0) < _TRUSTED


def _kinds(vote: Vote) -> dict[Kind, float]:
    kinds: dict[Kind, float] = {}
    for label, share in vote.shares.items():
        kind = _KIND[label]
        kinds[kind] = kinds.get(kind, 0.0) + share
    return kinds


def _open_to(subject: Subject, reason: Reason) -> bool:
    """Whether words alone may show `reason`: some need a fact as well, and abuse is for the rules."""
    facts = subject.facts
    if reason is Reason.A1:
        return facts.earlier_open_case is not None
    if reason is Reason.A2:
        return facts.final_reply_sent or facts.prior_contacts_90d > 0 or subject.reading.has("final_reply")
    if reason is Reason.A3:
        return excessive(subject) is not None
    return reason is not Reason.A10
