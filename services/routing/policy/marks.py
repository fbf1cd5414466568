"""What the model is told of a complaint besides its words: which rules fired, which facts are known."""

from collections.abc import Iterator, Sequence

from services.routing.policy.facts import Facts
from services.routing.policy.said import TONE
from services.routing.policy.severity import underlying
from services.routing.policy.subject import Finding, Subject
from services.routing.policy.topic import likeliest
from shared.contracts.vocabulary import Reason

_LENGTHS = (25, 60, 200)  # characters
_ORDINARY = (Reason.N0, Reason.N1, Reason.A10)  # which of these the rules find tone tells
_SHOUTS = 2  # exclamation marks


def marks(subject: Subject, found: Sequence[Finding]) -> Iterator[str]:
    """The features besides words: which groups were read, which rules fired, which facts are known."""
    reading = subject.reading
    yield from (f"g:{group}" for group in reading.hits if group not in TONE)
    yield from (f"v:{group}" for group in reading.void if group not in reading.hits and group not in TONE)
    yield from (f"t:{group}" for group in TONE if group in subject.whole.hits)
    if reading.text.count("!") >= _SHOUTS:
        yield "t:shouts"
    yield f"r:{Reason.N0 if found[0].reason in _ORDINARY else found[0].reason}"
    yield from (
        f"b:{because.rule}" for finding in found for because in finding.because if finding.reason not in _ORDINARY
    )
    yield f"c:{likeliest(subject).category.value}"
    yield f"b:{underlying(subject)[1].rule}"
    yield from _known(subject.facts)
    yield f"l:{sum(len(subject.said.text) >= limit for limit in _LENGTHS)}"
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
