"""The order of the questions: danger, then abnormal, then not a complaint, then which normal one."""

from services.routing.policy.abnormal import abnormal, duplicate
from services.routing.policy.children import children
from services.routing.policy.danger import HAZARDS, danger
from services.routing.policy.facts import Facts
from services.routing.policy.friendly import friendly
from services.routing.policy.money import money
from services.routing.policy.normal import normal
from services.routing.policy.place import told
from services.routing.policy.recourse import recourse
from services.routing.policy.rulebook import Rulebook
from services.routing.policy.said import heeded, said
from services.routing.policy.severity import severity
from services.routing.policy.subject import Finding, Subject
from services.routing.policy.topic import Topic, topic
from services.routing.policy.vote import doubted, persuaded, votes
from services.routing.rules.dressing import SEAM
from services.routing.rules.reading import read
from shared.contracts.decision import Because, Decision
from shared.contracts.pack import LevelFacts
from shared.contracts.vocabulary import Category, Kind, Reason

_UNSAID = ("category.sender", "category.default")


def decide(facts: Facts, rulebook: Rulebook) -> Decision:
    """The decision on `facts` under `rulebook`: the same for the same input, for any text of 1 to 20,000 characters."""
    subject, found = prepared(facts, rulebook)
    voted = votes(subject, found)
    found = persuaded(subject, found, voted)
    lead, rule = found[0], found[0].because[0].rule
    rests_on = _rests_on(subject, lead.reason)
    about = topic(subject, lead.reason, rule, voted)
    grave, grave_because = severity(rests_on, lead.reason, rule, voted)
    parts = children(subject, lead.reason, about.category)
    about_staff = about.category is Category.STAFF or any(c.category is Category.STAFF for c in parts)
    media = subject.reading.has("media")
    level, level_row = rulebook.pack.starting_level(
        LevelFacts(
            kind=lead.reason.kind,
            reason=lead.reason,
            category=about.category,
            severity=grave,
            channel=facts.channel,
            about_staff=about_staff,
            media=media,
            claim_cny=subject.sums.claim,
        )
    )
    row = rulebook.pack.reason(lead.reason)
    return Decision(
        kind=lead.reason.kind,
        reason=lead.reason,
        category=about.category,
        severity=grave,
        level=level,
        proposed=row.confirm_level is not None,
        confirm_level=row.confirm_level,
        recourse=recourse(row, facts),
        line=facts.line,
        station=facts.station,
        uncertain=lead.unsure or doubted(lead.reason.kind, grave, voted) or _silent(about, lead.reason),
        about_staff=about_staff,
        media=media,
        secondary=tuple(finding.reason for finding in found[1:]),
        children=parts,
        explanation=(
            *_why(subject, found),
            about.because,
            grave_because,
            Because(rule=f"level.{level_row}", evidence=level.value),
            *told(facts),
        ),
        policy_version=rulebook.pack.id,
    )


def prepared(facts: Facts, rulebook: Rulebook) -> tuple[Subject, list[Finding]]:
    """The complaint as read, and every reason that the rules find in it, the deciding one first."""
    library, thesaurus = rulebook.library, rulebook.model.thesaurus if rulebook.model else None
    whole = read(facts.text, library)
    what, reading = said(whole, thesaurus), whole
    seam = SEAM.search(facts.text, max(0, what.end - 1))
    if seam is not None:
        reading = read(facts.text[: seam.start()], library)
        what = said(reading, thesaurus)
    reading = heeded(reading, what, library.groups) if what.text else whole
    subject = Subject(facts, reading, rulebook, money(facts, reading), whole, what)
    return subject, _reasons(subject)


def _reasons(subject: Subject) -> list[Finding]:
    """Every reason that fits, the deciding one first; there is always one."""
    found = danger(subject)
    if not found or found[0].reason.kind is Kind.ABNORMAL:
        found = _in_order(subject, found + abnormal(subject))
    if found:
        return found
    kind = friendly(subject)
    if kind is not None:
        return [kind]
    again = duplicate(subject)
    return [again] if again is not None else [normal(subject)]


def _in_order(subject: Subject, found: list[Finding]) -> list[Finding]:
    """Abnormal reasons in the pack's order; one reason once. An emergency beside a threat is told by the threat."""
    order = {reason: place for place, reason in enumerate(subject.rulebook.pack.abnormal_order)}
    return sorted((f for f in found if f.reason in order), key=lambda f: order[f.reason])


def _rests_on(subject: Subject, reason: Reason) -> Subject:
    """What the severity rests on: not what the writer admits to have invented."""
    return subject.part(subject.reading.without("fabricated")) if reason is Reason.A5 else subject


def _silent(about: Topic, reason: Reason) -> bool:
    """Whether no word says what a complaint is about."""
    return reason.kind is not Kind.NON_COMPLAINT and about.unsure and about.because.rule in _UNSAID


def _why(subject: Subject, found: list[Finding]) -> tuple[Because, ...]:
    """The rules that fired, each with the one that it went before; then hazards that were read but do not count."""
    rules = [finding.because[0].rule for finding in found]
    told = [
        because.model_copy(update={"instead_of": rules[place + 1] if place + 1 < len(rules) else None})
        for place, finding in enumerate(found)
        for because in finding.because
    ]
    if found[0].because[0].rule.startswith("danger."):
        return tuple(told)
    hazard = subject.reading.first(*HAZARDS)
    if hazard is not None and told[0].instead_of is None:
        told[0] = told[0].model_copy(update={"instead_of": f"danger.{hazard.group}"})
    return tuple(told)
