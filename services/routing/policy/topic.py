"""What a complaint is about: the category for which its words say most."""

from typing import NamedTuple

from services.routing.policy.subject import Subject, fact
from services.routing.policy.voice import because
from services.routing.rules.model import Vote
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

_AHEAD, _CLEAR = 0.15, 0.4
"""How far the vote must be ahead of the words' own category, and from which share it is clear."""


class Topic(NamedTuple):
    """A category, why, and whether another one is as likely."""

    category: Category
    because: Because
    unsure: bool = False


def topic(subject: Subject, reason: Reason, rule: str, vote: Vote | None = None) -> Topic:
    """The category of `subject`, whose reason was found by `rule`; where no rule fixes it, words and `vote` do."""
    if reason in _FIXED:
        return Topic(_FIXED[reason], fact("category.of_reason", reason.value))
    if rule.startswith("danger."):
        category = Category.ORDER if rule == "danger.crime" else Category.SAFETY
        return Topic(category, fact("category.of_danger", rule))
    if reason is Reason.Z4:
        lost = rule == "friendly.lost_property" or not subject.reading.has("access", "disabled")
        return Topic(Category.LOST if lost else Category.ACCESS, fact("category.of_reason", reason.value))
    if rule == "normal.overdue_reply":
        return Topic(Category.HANDLING, fact("category.of_reason", rule))
    denied = subject.reading.near(("disabled",), ("prevented",), 1)
    if denied is not None:
        return Topic(Category.ACCESS, subject.words("category.denied_access", *denied))
    own = likeliest(subject)
    return own if vote is None else _elected(subject, own, vote)


def _elected(subject: Subject, own: Topic, vote: Vote) -> Topic:
    """The category that the vote prefers to the words' own, if it is one of a complaint."""
    best = max((c for c in subject.rulebook.categories if c in vote.shares), key=lambda c: vote.shares[c])
    if Category.OTHER in vote.shares and vote.shares[Category.OTHER] > vote.shares[best]:
        best = Category.OTHER
    share = vote.shares[best]
    if best is own.category or own.because.rule == "category.sender":
        return own
    if share < vote.shares.get(own.category, 0.0) + _AHEAD:
        return own
    return Topic(best, because(subject, "category", best), unsure=share < _CLEAR)


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
