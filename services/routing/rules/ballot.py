"""What the votes of several tasks say together: a reason is likelier with votes for its usual category and severity."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.routing.rules.model import Heard, Vote, voted_as

Shares = Mapping[str, float]
Lifts = Mapping[str, Mapping[str, float]]
"""reason → label → how many times as often that label comes with the reason as without it."""

_SUPPORT = 0.5  # the power to which another task's support is raised: the tasks see the same words
_NEGLIGIBLE, _HOPELESS = 0.01, 0.002  # shares of a label beside a reason, and of a reason, that change nothing


@dataclass(frozen=True, slots=True)
class Ballot:
    """`reasons` sum to one. `category` and `severity` are the votes before a reason is known."""

    reasons: Shares
    category: Shares
    severity: Shares
    angry: float
    categories: Lifts
    severities: Lifts
    heard: Heard

    def category_given(self, reason: str) -> Shares:
        """The votes for a category, once the reason is chosen."""
        return _weighed(self.category, self.categories.get(voted_as(reason), {}))

    def severity_given(self, reason: str) -> Shares:
        """The votes for a severity, once the reason is chosen."""
        return _weighed(self.severity, self.severities.get(voted_as(reason), {}))


def ballot(votes: Mapping[str, Vote], lifts: Mapping[str, Lifts], heard: Heard) -> Ballot:
    """Count the votes of one text. `lifts` by task."""
    categories, severities = lifts["category"], lifts["severity"]
    category, severity = votes["category"].shares, votes["severity"].shares
    topics = [(label, share) for label, share in category.items() if share > _NEGLIGIBLE]
    grades = [(label, share) for label, share in severity.items() if share > _NEGLIGIBLE]
    scores: dict[str, float] = {}
    for reason, share in votes["reason"].shares.items():
        of_topic, of_grade = categories.get(reason, {}), severities.get(reason, {})
        if share < _HOPELESS:
            scores[reason] = share
            continue
        support = sum([s * of_topic.get(label, 1.0) for label, s in topics])
        support *= sum([s * of_grade.get(label, 1.0) for label, s in grades])
        scores[reason] = share * support**_SUPPORT
    whole = sum(scores.values())
    reasons = {reason: score / whole for reason, score in scores.items()}
    return Ballot(reasons, category, severity, votes["angry"].shares["angry"], categories, severities, heard)


def _weighed(shares: Shares, lifts: Mapping[str, float]) -> Shares:
    scores = {label: share * lifts.get(label, 1.0) for label, share in shares.items()}
    whole = sum(scores.values()) or 1.0
    return {label: score / whole for label, score in scores.items()}
