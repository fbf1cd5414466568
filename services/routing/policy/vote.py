"""What the model is told of a complaint, and where its vote counts.

Facts that psc knows and dangers that are plainly told go before any vote. The vote may find a danger, never lower one;
and no insult, thanks or anger is shown to it, so that tone cannot decide through it either.
"""

from collections.abc import Iterator, Sequence

from services.routing.policy.abnormal import excessive
from services.routing.policy.facts import Facts
from services.routing.policy.severity import underlying
from services.routing.policy.subject import Finding, Subject
from services.routing.policy.topic import likeliest
from services.routing.policy.voice import TONE, because, unemotional
from services.routing.rules.ballot import Ballot, Shares, ballot
from shared.contracts.vocabulary import Kind, Reason, Severity

_LENGTHS = (25, 60, 200)  # characters
_FACTS = ("abnormal.in_court", "abnormal.professional", "abnormal.persistent", "normal.overdue_reply")
_KIND = {reason.value: reason.kind for reason in Reason}
_DANGERS = (Reason.A7, Reason.A8, Reason.N3)
_BLAMED, _ALARMED, _HINTED = 0.5, 0.5, 0.15
"""The votes that an abnormal kind needs; those that call a danger, and that confirm one of which words only hint."""
_TRUSTED, _ALARMING = 0.7, 0.2
"""The votes for the kind below which, and those for a danger from which, a person looks."""
_ANGRY, _NEWS = 0.5, 0.8
"""The votes that call a calm complaint angry; those for news where psc knows the open case and no rule finds any."""
_SHOUTS = 2  # exclamation marks


def votes(subject: Subject, found: Sequence[Finding]) -> Ballot | None:
    """The model's votes; None where the pack has no model."""
    model = subject.rulebook.model
    if model is None:
        return None
    heard = model.heard(unemotional(subject))
    return ballot(model.votes(heard, marks(subject, found)), model.lifts, heard)


def marks(subject: Subject, found: Sequence[Finding]) -> Iterator[str]:
    """The features besides words: which groups were read, which rules fired, which facts are known."""
    reading = subject.reading
    yield from (f"g:{group}" for group in reading.hits if group not in TONE)
    yield from (f"v:{group}" for group in reading.void if group not in reading.hits and group not in TONE)
    yield from (f"t:{group}" for group in TONE if group in reading.hits)
    if reading.text.count("!") >= _SHOUTS:
        yield "t:shouts"
    yield f"r:{Reason.N0 if found[0].reason is Reason.N1 else found[0].reason}"
    yield from (
        f"b:{because.rule}" for finding in found for because in finding.because if finding.reason is not Reason.N1
    )
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


def persuaded(subject: Subject, found: list[Finding], voted: Ballot | None) -> list[Finding]:
    """The reasons after the vote; what the rules found for the same reason explains it."""
    if voted is None or _known_for_sure(subject, found[0]):
        return found
    dangerous = _danger(voted)
    if _hinted(found[0]) and dangerous >= _HINTED:
        return found
    alarmed = dangerous >= _ALARMED
    label = _gravest(voted) if alarmed else _elected(subject, found[0], voted)
    lead = next((f for f in found if f.reason is label and not _hinted(f)), None)
    if lead is None:
        told = because(subject, voted, "reason", Reason.N0 if label is Reason.N1 else label)
        lead = Finding(label, (told.model_copy(update={"rule": "danger.model" if alarmed else "model.reason"}),))
    return [lead, *(f for f in found if f.reason is not label and f.reason.kind is Kind.ABNORMAL and not _hinted(f))]


def _hinted(finding: Finding) -> bool:
    return finding.unsure and finding.because[0].rule.startswith("danger.")


def _danger(voted: Ballot) -> float:
    """The votes for a danger: of the reasons that are one, or help that is asked for in one."""
    lost = voted.reasons[Reason.Z4] * voted.severity_given(Reason.Z4).get(Severity.S1, 0.0)
    return lost + sum(voted.reasons[reason] for reason in _DANGERS)


def _known_for_sure(subject: Subject, lead: Finding) -> bool:
    """A danger plainly told, or what psc knows of the case rather than reads: no vote goes before it."""
    first = lead.because[0]
    if lead.reason is Reason.A3 and subject.facts.claim_cny is not None:
        return True
    if first.rule.startswith("danger."):
        return not lead.unsure
    return first.start is None and first.rule in _FACTS


def _gravest(voted: Ballot) -> Reason:
    """The danger with most votes."""
    return max((*_DANGERS, Reason.Z4), key=lambda reason: voted.reasons[reason])


def _elected(subject: Subject, lead: Finding, voted: Ballot) -> Reason:
    """The reason with most votes in the kind with most votes, dangers apart."""
    shares = {r: share for r, share in voted.reasons.items() if r not in _DANGERS and _open_to(subject, Reason(r))}
    kinds = kinds_of(shares)
    if kinds.get(Kind.ABNORMAL, 0.0) < _BLAMED:
        kinds.pop(Kind.ABNORMAL, None)
    kind = max(kinds, key=kinds.__getitem__)
    label = Reason(max((label for label in shares if _KIND[label] is kind), key=shares.__getitem__))
    if label is Reason.N0:
        return Reason.N1 if voted.angry >= _ANGRY else label
    known = lead.reason is Reason.A1 and subject.facts.earlier_open_case is not None
    return Reason.A1 if known and label is Reason.N2 and shares[label] < _NEWS else label


def doubted(kind: Kind, severity: Severity, voted: Ballot | None) -> bool:
    """Whether the votes make a person look: they doubt the kind, or see a danger that was not called."""
    if voted is None:
        return False
    if severity is Severity.S1:
        return False
    return _danger(voted) >= _ALARMING or kinds_of(voted.reasons).get(kind, 0.0) < _TRUSTED


def kinds_of(shares: Shares) -> dict[Kind, float]:
    """The votes by kind."""
    kinds: dict[Kind, float] = {}
    for label, share in shares.items():
        kinds[_KIND[label]] = kinds.get(_KIND[label], 0.0) + share
    return kinds


def _open_to(subject: Subject, reason: Reason) -> bool:
    """Whether words may show `reason` at all: a known sum within the limit is no excessive claim."""
    if reason is Reason.A3 and subject.sums.claim is not None:
        return excessive(subject) is not None
    if subject.facts.earlier_open_case is not None:
        return reason not in (Reason.N0, Reason.N4)
    return True
