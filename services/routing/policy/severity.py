"""How grave it is: the first rule that holds, from the gravest down. Tone is not among them."""

from collections.abc import Callable, Iterator

from services.routing.policy.subject import Subject, fact, once
from services.routing.policy.voice import because as because_of
from services.routing.rules.ballot import Ballot
from services.routing.rules.phrases import Hit
from shared.contracts.decision import Because
from shared.contracts.vocabulary import Kind, Reason, Severity

_CHILD, _OLD = 12, 60  # years: whose fall is an injury (the borderlines name no ages)
_BESIDE = 6  # characters from a word of loss to the sum, where the sum is also asked for
_NOT_DENIED = 0.15  # the votes with which a graver rule stands
_ALWAYS_MAJOR = {Reason.A9, Reason.A12}


def severity(subject: Subject, reason: Reason, rule: str, voted: Ballot | None = None) -> tuple[Severity, Because]:
    """The severity of `subject`, whose reason was found by `rule`, and why."""
    if rule.startswith("danger."):
        return Severity.S1, fact("severity.danger", rule)
    if reason.kind is Kind.NON_COMPLAINT:
        return Severity.INFO, fact("severity.no_complaint", reason.value)
    grave, because = underlying(subject)
    if voted is not None and not because.rule.startswith("severity.flag"):
        grave, because = _elected(subject, reason, voted, (grave, because))
    if reason in _ALWAYS_MAJOR and grave.gravity < Severity.S2.gravity:
        return Severity.S2, fact("severity.coercion", reason.value)
    return grave, because


def _elected(
    subject: Subject, reason: Reason, voted: Ballot, own: tuple[Severity, Because]
) -> tuple[Severity, Because]:
    """The severity with most votes, given the reason; a rule that says graver stands unless the votes deny it."""
    shares = voted.severity_given(reason)
    best = max((Severity.S2, Severity.S3, Severity.S4), key=lambda s: shares.get(s, 0.0))
    graver = own[0].gravity > best.gravity and shares.get(own[0], 0.0) >= _NOT_DENIED
    return own if best is own[0] or graver else (best, because_of(subject, voted, "severity", best))


@once
def underlying(subject: Subject) -> tuple[Severity, Because]:
    """The severity of the facts told, S2 to S4."""
    for severity_, rules in ((Severity.S2, _MAJOR), (Severity.S3, _SERIOUS)):
        for rule in rules:
            for because in rule(subject):
                return severity_, because
    return Severity.S4, fact("severity.default", Severity.S4.value)


def _injury(subject: Subject) -> Iterator[Because]:
    if subject.facts.injury:
        yield fact("severity.flag_injury", "flags.injury")
    yield from _single(subject, "injury", "injury")


def _assault(subject: Subject) -> Iterator[Because]:
    yield from _single(subject, "assault", "assault")
    yield from _single(subject, "crime", "crime")


def _denied(subject: Subject) -> Iterator[Because]:
    yield from _pair(subject, "denied_access", ("disabled",), ("prevented",), 2)


def _fall_of_the_weak(subject: Subject) -> Iterator[Because]:
    yield from _pair(subject, "fall_of_vulnerable", ("fall", "bruise"), ("vulnerable", "disabled"), 1)
    hit = subject.reading.first("fall")
    if hit is not None and any(age.value <= _CHILD or age.value >= _OLD for age in subject.reading.measures.ages):
        yield subject.words("severity.fall_of_vulnerable", hit)


def _trap(subject: Subject) -> Iterator[Because]:
    yield from _pair(subject, "trap", ("caught", "stuck"), ("vehicle",), 0)


def _defect(subject: Subject) -> Iterator[Because]:
    yield from _single(subject, "dangerous_defect", "danger_defect", "unguarded", "fire", "on_track", "stuck")


def _exposure(subject: Subject) -> Iterator[Because]:
    yield from _single(subject, "exposure", "exposure")


def _crowding(subject: Subject) -> Iterator[Because]:
    yield from _single(subject, "crowding", "crowding")


def _weak_hit(subject: Subject) -> Iterator[Because]:
    yield from _pair(
        subject, "vulnerable_hit", ("vulnerable", "disabled"), ("failing", "fault", "hampered", "caught"), 1
    )


def _conduct(subject: Subject) -> Iterator[Because]:
    yield from _single(subject, "discrimination", "discrimination")


def _overdue(subject: Subject) -> Iterator[Because]:
    if subject.facts.our_reply_overdue:
        yield fact("severity.overdue_reply", "our_reply_overdue")
    yield from _single(subject, "overdue_reply", "overdue")
    yield from _pair(subject, "overdue_reply", ("promised",), ("elapsed",), 1)


def _goods(subject: Subject) -> Iterator[Because]:
    yield from _pair(subject, "unsafe_goods", ("unsafe_goods",), ("commerce",), 1)


def _hazard(subject: Subject) -> Iterator[Because]:
    yield from _single(subject, "hazard", "bruise", "fall", "caught", "latent_defect")


def _loss(subject: Subject) -> Iterator[Because]:
    limit = subject.rulebook.pack.thresholds.staff_loss_cny
    told = subject.facts.proven_loss_cny
    if told is not None and told >= limit:
        yield fact("severity.loss", f"proven_loss_cny = {told}")
    elif subject.sums.proven >= limit:
        yield from _single(subject, "loss", "loss")
    told_at = [(hit, subject.reading.sentence(hit.start)) for hit in subject.reading.all("loss")]
    for sum_ in subject.reading.measures.monies:
        here = subject.reading.sentence(sum_.start)
        reach = 1 if sum_ in subject.sums.losses else 0
        if sum_.value >= limit and any(
            abs(there - here) <= reach and (reach or 0 <= sum_.start - hit.end <= _BESIDE) for hit, there in told_at
        ):
            yield subject.words("severity.loss", Hit("loss", sum_.start, sum_.end))


def _delay(subject: Subject) -> Iterator[Because]:
    for stretch in subject.reading.measures.minutes:
        here = subject.reading.sentence(stretch.start)
        near = [h for h in subject.reading.all("train", "held") if abs(subject.reading.sentence(h.start) - here) <= 1]
        if stretch.value >= subject.rulebook.pack.thresholds.delay_minutes and near:
            yield subject.words("severity.delay", Hit("delay", stretch.start, stretch.end))


def _single(subject: Subject, rule: str, *groups: str) -> Iterator[Because]:
    hit = subject.reading.first(*groups)
    if hit is not None:
        yield subject.words(f"severity.{rule}", hit)


def _pair(
    subject: Subject, rule: str, groups: tuple[str, ...], others: tuple[str, ...], sentences: int
) -> Iterator[Because]:
    pair = subject.reading.near(groups, others, sentences)
    if pair is not None:
        yield subject.words(f"severity.{rule}", *pair)


_Rule = Callable[[Subject], Iterator[Because]]
_MAJOR: tuple[_Rule, ...] = (_injury, _assault, _denied, _fall_of_the_weak, _trap, _defect, _exposure)
_SERIOUS: tuple[_Rule, ...] = (_crowding, _weak_hit, _conduct, _overdue, _goods, _loss, _delay, _hazard)
