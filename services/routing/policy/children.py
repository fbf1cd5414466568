"""Matters inside a complaint that become normal cases of their own: safety, injury, our fault, a person's conduct."""

from services.routing.policy.friendly import defect
from services.routing.policy.severity import underlying
from services.routing.policy.subject import Subject
from services.routing.policy.topic import Topic, likeliest
from services.routing.rules.reading import Reading
from shared.contracts.decision import ChildDecision
from shared.contracts.vocabulary import Category, Kind, Reason, Severity

_NO_CHILD = {Reason.A1, Reason.A2, Reason.A4, Reason.A10, Reason.A11}
_LIABLE = (
    "injury",
    "fall",
    "caught",
    "assault",
    "loss",
    "staff_conduct",
    "failing",
    "fault",
    "unsafe_goods",
    "latent_defect",
)


def children(subject: Subject, reason: Reason, lead: Category) -> tuple[ChildDecision, ...]:
    """The children of a complaint of `reason` whose leading category is `lead`."""
    if reason is Reason.Z1:
        rest = defect(subject)
        return () if rest is None else _child(subject, rest, at_least=Severity.S3)
    if reason in _NO_CHILD or reason.kind is Kind.NON_COMPLAINT:
        return ()
    if reason.kind is Kind.ABNORMAL:
        gone = ("fabricated",) if reason is Reason.A5 else ()
        return _child(subject, subject.reading.without(*gone))
    return _conduct(subject, lead)


def _child(subject: Subject, reading: Reading, at_least: Severity = Severity.S4) -> tuple[ChildDecision, ...]:
    hit = reading.first(*_LIABLE)
    inner = subject.part(reading)
    grave, because = underlying(inner)
    found: Topic = likeliest(inner)
    if hit is None or grave.gravity < at_least.gravity:
        return ()
    start, end = (hit.start, hit.end) if because.start is None or because.end is None else (because.start, because.end)
    return (_told(reading, start, end, found.category, grave),)


def _conduct(subject: Subject, lead: Category) -> tuple[ChildDecision, ...]:
    """A person's conduct beside another matter, told in a sentence of its own."""
    hit = subject.reading.first("staff_conduct")
    member = subject.reading.first("staff_member")
    if hit is None or member is None or lead in (Category.STAFF, Category.HANDLING):
        return ()
    here = subject.reading.sentence(hit.start)
    lead_groups = subject.rulebook.categories.get(lead, {})
    if any(subject.reading.sentence(other.start) == here for other in subject.reading.all(*lead_groups)):
        return ()
    grave = Severity.S2 if subject.reading.has("assault") else Severity.S4
    grave = Severity.S3 if grave is Severity.S4 and subject.reading.has("discrimination") else grave
    return (_told(subject.reading, hit.start, hit.end, Category.STAFF, grave),)


def _told(reading: Reading, start: int, end: int, category: Category, grave: Severity) -> ChildDecision:
    evidence = reading.quote(start, end)
    return ChildDecision(reason=Reason.N0, category=category, severity=grave, evidence=evidence, start=start, end=end)
