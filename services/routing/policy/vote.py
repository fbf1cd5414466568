"""What the model is told of a complaint, and where its vote counts.

Facts that psc knows and dangers that are plainly told go before any vote. The vote may find a danger, never lower one;
and no insult, thanks or anger is shown to it, so that tone cannot decide through it either.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.routing.policy.abnormal import excessive
from services.routing.policy.marks import marks
from services.routing.policy.subject import Finding, Subject
from services.routing.policy.voice import because
from services.routing.rules.ballot import Ballot, Shares, ballot
from services.routing.rules.model import voted_as
from shared.contracts.vocabulary import Kind, Reason, Severity

_FACTS = ("abnormal.in_court", "abnormal.professional", "abnormal.persistent", "normal.overdue_reply")
_KIND = {reason.value: reason.kind for reason in Reason}
_DANGERS = (Reason.A7, Reason.A8, Reason.N3)
_ELIGIBLE = {reason.value: reason for reason in Reason if reason not in _DANGERS}
_BLAMED, _ALARMED, _HINTED = 0.55, 0.3, 0.3
"""The votes that an abnormal kind needs; those that call a danger, and that confirm one of which words only hint."""
_TRUSTED, _ALARMING = 0.98, 0.08
"""The votes for the kind below which, and those for a danger from which, a person looks."""
_FITS, _RULED = 0.35, 0.02
"""The votes with which an abnormal reason fits beside another one; those with which it does if a rule found it."""
_ANGRY, _ANGRY_IN_WORDS, _NEWS = 0.4, 0.1, 0.8
"""The votes that call a complaint angry, without and with words of anger; those for news where psc knows the open case
and no rule finds any."""
_FEW = 4  # grams that say next to nothing


def votes(subject: Subject, found: Sequence[Finding]) -> Ballot | None:
    """The model's votes; None where the pack has no model, or next to nothing is said."""
    model = subject.rulebook.model
    if model is None:
        return None
    heard = model.heard(subject.said.text)
    if len(heard.grams) < _FEW and not heard.concepts:
        return None
    return ballot(model.votes(heard, marks(subject, found)), model.lifts, heard)


def persuaded(subject: Subject, found: list[Finding], voted: Ballot | None) -> list[Finding]:
    """The reasons after the vote; what the rules found for the same reason explains it."""
    if voted is None or _known_for_sure(subject, found[0]):
        return found
    dangerous = _danger(voted)
    if _hinted(found[0]) and dangerous >= _HINTED:
        return [replace(found[0], unsure=dangerous < _ALARMED), *found[1:]]
    alarmed = dangerous >= _ALARMED
    label = _gravest(voted) if alarmed else _elected(subject, found, voted)
    lead = next((f for f in found if f.reason is label and not _hinted(f)), None)
    if lead is None:
        told = because(subject, voted, "reason", voted_as(label))
        lead = Finding(label, (told.model_copy(update={"rule": "danger.model" if alarmed else "reason.model"}),))
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


def _elected(subject: Subject, found: Sequence[Finding], voted: Ballot) -> Reason:
    """The reason with most votes in the kind with most votes, dangers apart."""
    shares = {
        label: share
        for label, share in voted.reasons.items()
        if label in _ELIGIBLE and _open_to(subject, _ELIGIBLE[label], voted)
    }
    kinds = kinds_of(shares)
    if kinds.get(Kind.ABNORMAL, 0.0) < _BLAMED:
        kinds.pop(Kind.ABNORMAL, None)
    kind = max(kinds, key=kinds.__getitem__)
    label = Reason(max((label for label in shares if _KIND[label] is kind), key=shares.__getitem__))
    if kind is Kind.ABNORMAL:
        label = _first_in_order(subject, found, label, shares)
    if label is Reason.N0:
        worded = subject.whole.has("insult", "angry")
        return Reason.N1 if voted.angry >= (_ANGRY_IN_WORDS if worded else _ANGRY) else label
    known = found[0].reason is Reason.A1 and subject.facts.earlier_open_case is not None
    return Reason.A1 if known and label is Reason.N2 and shares[label] < _NEWS else label


def _first_in_order(subject: Subject, found: Sequence[Finding], best: Reason, shares: Shares) -> Reason:
    """Where several abnormal reasons fit, the pack's order decides."""
    ruled = {finding.reason for finding in found}
    fits = [
        reason
        for reason in subject.rulebook.pack.abnormal_order
        if reason is best or shares.get(reason, 0.0) >= (_RULED if reason in ruled else _FITS)
    ]
    return fits[0] if best in subject.rulebook.pack.abnormal_order else best


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


def _open_to(subject: Subject, reason: Reason, voted: Ballot) -> bool:
    """Whether votes may choose `reason` here.

    No claim within the limit is excessive, no abuse goes without insults or many votes, and what repeats an open case
    is that or news.
    """
    if reason is Reason.A3 and subject.sums.claim is not None:
        return excessive(subject) is not None
    if reason is Reason.A10:
        return voted.reasons[reason] >= _BLAMED or subject.reading.has("abuses")
    if subject.facts.earlier_open_case is not None:
        return reason is Reason.N2 or reason.kind is Kind.ABNORMAL
    return True
