"""What a complaint is about: the category for which its words say most."""

from typing import NamedTuple

from services.routing.policy.subject import Subject, fact, once
from services.routing.policy.voice import because
from services.routing.rules.ballot import Ballot
from shared.contracts.decision import Because
from shared.contracts.vocabulary import Category, Reason

_FIXED = {
    Reason.A4: Category.POLICY,
    Reason.A7: Category.SAFETY,
    Reason.A8: Category.SAFETY,
    Reason.N4: Category.OTHER,
    Reason.Z1: Category.PRAISE,
    Reason.Z2: Category.INQUIRY,
    Reason.Z3: Category.SUGGEST,
}

_CLEAR = 0.4
"""The share from which a vote is clear."""
_COMPLAINTS = [c for c in Category if c not in (Category.PRAISE, Category.INQUIRY, Category.SUGGEST)]


class Topic(NamedTuple):
    """A category, why, and whether another one is as likely."""

    category: Category
    because: Because
    unsure: bool = False


def topic(subject: Subject, reason: Reason, rule: str, voted: Ballot | None = None) -> Topic:
    """The category of `subject`, whose reason was found by `rule`; where no rule fixes it, words and votes do."""
    if reason in _FIXED:
        return Topic(_FIXED[reason], fact("category.of_reason", reason.value))
    if rule.startswith("danger."):
        return Topic(_of_danger(rule, reason, voted), fact("category.of_danger", rule))
    if reason is Reason.Z4:
        lost = rule == "friendly.lost_property" or not subject.reading.has("access", "disabled")
        return Topic(Category.LOST if lost else Category.ACCESS, fact("category.of_reason", reason.value))
    if rule == "normal.overdue_reply":
        return Topic(Category.HANDLING, fact("category.of_reason", rule))
    denied = subject.reading.near(("disabled",), ("prevented",), 1)
    if denied is not None:
        return Topic(Category.ACCESS, subject.words("category.denied_access", *denied))
    own = likeliest(subject)
    return own if voted is None or own.because.rule == "category.sender" else _elected(subject, reason, own, voted)


def _of_danger(rule: str, reason: Reason, voted: Ballot | None) -> Category:
    """A crime is a matter of order, every other danger one of safety."""
    if rule != "danger.model" or voted is None:
        return Category.ORDER if rule == "danger.crime" else Category.SAFETY
    shares = voted.category_given(reason)
    return max((Category.SAFETY, Category.ORDER), key=lambda category: shares.get(category, 0.0))


def _elected(subject: Subject, reason: Reason, own: Topic, voted: Ballot) -> Topic:
    """The category with most votes, given the reason; the words of the pack explain it where they say the same."""
    shares = voted.category_given(reason)
    best = Category(max(_COMPLAINTS, key=lambda c: shares.get(c, 0.0)))
    if best is own.category:
        return own
    return Topic(best, because(subject, voted, "category", best), unsure=shares[best] < _CLEAR)


@once
def likeliest(subject: Subject) -> Topic:
    """The category with the greatest weight of words; the sender's own where the words say nothing."""
    ranked = scores(subject)
    if not ranked:
        if subject.facts.category is not None:
            return Topic(subject.facts.category, fact("category.sender", subject.facts.category.value), unsure=True)
        return Topic(Category.OTHER, fact("category.default", Category.OTHER.value), unsure=True)
    best, category = ranked[0]
    hit = subject.reading.first(*subject.rulebook.categories[category])
    because = subject.words(f"category.{category.value}", hit) if hit else fact("category.default", category.value)
    return Topic(category, because, unsure=len(ranked) > 1 and ranked[1][0] == best)


def scores(subject: Subject) -> list[tuple[int, Category]]:
    """Weights of the categories that the words speak of, the greatest first, ties in the pack's order."""
    summed: dict[Category, int] = {}
    for group in subject.reading.hits:
        for category, weight in subject.rulebook.weights.get(group, ()):
            summed[category] = summed.get(category, 0) + weight
    ordered = [(summed[category], category) for category in subject.rulebook.categories if category in summed]
    return sorted(ordered, key=lambda pair: -pair[0])
