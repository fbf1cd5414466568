"""The second question: does the complaint need a protocol of its own? Each rule needs deeds or demands, never tone."""

from collections.abc import Callable

from services.routing.policy.normal import news
from services.routing.policy.subject import Finding, Subject, fact
from services.routing.rules.numbers import ordinal
from services.routing.rules.phrases import Hit
from shared.contracts.vocabulary import Reason


def abnormal(subject: Subject) -> list[Finding]:
    """Every abnormal reason that fits (danger apart), in the pack's order."""
    found = {reason: finding for reason, rule in _RULES.items() if (finding := rule(subject)) is not None}
    return [found[reason] for reason in subject.rulebook.pack.abnormal_order if reason in found]


def in_court(subject: Subject) -> Finding | None:
    """A11: a court or an arbitrator already has it; a suit merely announced does not count."""
    if subject.facts.in_court:
        return Finding(Reason.A11, (fact("abnormal.in_court", "flags.in_court"),))
    hit = subject.reading.first("court")
    if hit is not None and subject.reading.near(("court",), ("other_court",), 0):
        return None
    return Finding(Reason.A11, (subject.words("abnormal.in_court", hit),)) if hit else None


def extortion(subject: Subject) -> Finding | None:
    """A12: a benefit is the price of silence or deletion."""
    pair = subject.reading.near(("silence",), ("benefit",), 1) or _sum_near(subject, "silence")
    return Finding(Reason.A12, (subject.words("abnormal.extortion", *pair),)) if pair else None


def media_coercion(subject: Subject) -> Finding | None:
    """A9: media is the lever; media merely mentioned or told is not."""
    pair = subject.reading.near(("media",), ("ultimatum",), 1)
    return Finding(Reason.A9, (subject.words("abnormal.media_coercion", *pair),)) if pair else None


def professional(subject: Subject) -> Finding | None:
    """A6: similar claims in number, or a withdrawal offered for cash."""
    facts, reading = subject.facts, subject.reading
    if facts.similar_claims_180d >= subject.rulebook.pack.thresholds.professional_claims and not _friendly(subject):
        return Finding(
            Reason.A6, (fact("abnormal.professional", f"similar_claims_180d = {facts.similar_claims_180d}"),)
        )
    pair = reading.near(("withdraw_for_cash", "serial"), ("benefit",), 1) or _sum_near(subject, "withdraw_for_cash")
    return Finding(Reason.A6, (subject.words("abnormal.professional", *pair),)) if pair else None


def malicious(subject: Subject) -> Finding | None:
    """A5: an admission that the matter was invented; an honest correction is not one."""
    hit = subject.reading.first("fabricated")
    return Finding(Reason.A5, (subject.words("abnormal.malicious", hit),)) if hit else None


def excessive(subject: Subject) -> Finding | None:
    """A3: asked for more than the floor and a multiple of the proven loss, nobody hurt."""
    sums = subject.sums
    limits = subject.rulebook.pack.thresholds
    if sums.claim is None or subject.facts.injury or subject.reading.has("injury"):
        return None
    limit = max(limits.excessive_floor_cny, limits.excessive_multiple * sums.proven)
    if sums.claim <= limit:
        return None
    shown = f"claim {sums.claim} > {limit} (proven loss {sums.proven})"
    because = [fact("abnormal.excessive", shown)]
    if sums.asked is not None:
        start, end = sums.asked.start, sums.asked.end
        because.append(
            because[0].model_copy(update={"evidence": subject.reading.quote(start, end), "start": start, "end": end})
        )
    unsure = not subject.reading.has("non_material") and subject.facts.claim_cny is None
    return Finding(Reason.A3, tuple(because), unsure)


def persistent(subject: Subject) -> Finding | None:
    """A2: finally answered, nothing new, and again and again."""
    facts, reading = subject.facts, subject.reading
    final = reading.first("final_reply")
    if not (facts.final_reply_sent or final) or news(subject) is not None:
        return None
    limit = subject.rulebook.pack.thresholds.persistent_contacts
    again = reading.first("every_day")
    if max(facts.prior_contacts_90d, ordinal(reading.text)) < limit and again is None:
        return None
    words = tuple(subject.words("abnormal.persistent", hit) for hit in (final, again) if hit is not None)
    known = fact("abnormal.persistent", f"final_reply_sent; prior_contacts_90d = {facts.prior_contacts_90d}")
    return Finding(Reason.A2, words or (known,))


def unreasonable(subject: Subject) -> Finding | None:
    """A4: demands something against a published rule; never where a disability is the matter."""
    reading = subject.reading
    pair = reading.near(("against_rule",), ("rule", "barred_item"), 1)
    if pair is None or reading.near(("disabled",), ("prevented",), 1):
        return None
    return Finding(Reason.A4, (subject.words("abnormal.unreasonable", *pair),))


def abuse(subject: Subject) -> Finding | None:
    """A10: insults, nothing that could be checked, and next to nothing besides that we might not have understood."""
    told = subject.reading.near(("abuses",), ("nothing_asked",), 1)
    if told is not None:
        return Finding(Reason.A10, (subject.words("abnormal.abuse", *told),))
    hit = subject.reading.first("insult")
    if hit is None or checkable(subject) or news(subject) is not None:
        return None
    besides = subject.reading.besides("insult", "angry", "thanks")
    return Finding(Reason.A10, (subject.words("abnormal.abuse", hit),)) if besides <= _LITTLE else None


def checkable(subject: Subject) -> bool:
    """Whether the text holds anything that someone could look into."""
    reading = subject.reading
    topics = {group for weights in subject.rulebook.categories.values() for group in weights} - {"staff_member"}
    return reading.has("failing", "fault", "injury", *topics) or bool(
        reading.measures.monies or reading.measures.minutes
    )


def duplicate(subject: Subject) -> Finding | None:
    """A1: the same event while the earlier case is open, and nothing new."""
    facts, reading = subject.facts, subject.reading
    if news(subject) is not None:
        return None
    if facts.earlier_open_case is not None:
        return Finding(Reason.A1, (fact("abnormal.duplicate", f"earlier_open_case = {facts.earlier_open_case}"),))
    hit = reading.first("earlier_contact")
    return Finding(Reason.A1, (subject.words("abnormal.duplicate", hit),), unsure=True) if hit else None


def _sum_near(subject: Subject, group: str) -> tuple[Hit, Hit] | None:
    """Words of `group` and a sum in one sentence or the next."""
    reading = subject.reading
    sums = [(money, reading.sentence(money.start)) for money in subject.reading.measures.monies]
    for hit in reading.all(group) if sums else ():
        here = reading.sentence(hit.start)
        for money, there in sums:
            if abs(here - there) <= 1:
                return hit, Hit("sum", money.start, money.end)
    return None


def _friendly(subject: Subject) -> bool:
    return not subject.reading.has("failing", "fault", "complains", "benefit", "asks_money", "unsafe_goods")


_LITTLE = 12  # characters besides the insults
_RULES: dict[Reason, Callable[[Subject], Finding | None]] = {
    Reason.A11: in_court,
    Reason.A12: extortion,
    Reason.A9: media_coercion,
    Reason.A6: professional,
    Reason.A5: malicious,
    Reason.A3: excessive,
    Reason.A2: persistent,
    Reason.A4: unreasonable,
    Reason.A10: abuse,
}
