"""The last question: which ordinary complaint is it?"""

from services.routing.policy.subject import Finding, Subject, fact, once
from shared.contracts.vocabulary import Reason

_SHOUTS = 2  # exclamation marks


def normal(subject: Subject) -> Finding:
    """N2, N4, N1 or N0; emergencies (N3) are found before."""
    return news(subject) or _not_ours(subject) or _angry(subject) or _ordinary(subject)


@once
def news(subject: Subject) -> Finding | None:
    """N2: new facts, a correction, a recurrence, or our own reply overdue."""
    if subject.facts.our_reply_overdue:
        return Finding(Reason.N2, (fact("normal.overdue_reply", "our_reply_overdue"),))
    if subject.reading.has("nothing_new"):
        return None
    for rule, group in (("new_facts", "new_fact"), ("overdue_reply", "overdue"), ("correction", "correction")):
        hit = subject.reading.first(group)
        if hit is not None:
            return Finding(Reason.N2, (subject.words(f"normal.{rule}", hit),))
    pair = subject.reading.near(("promised",), ("elapsed",), 1)
    return Finding(Reason.N2, (subject.words("normal.overdue_reply", *pair),)) if pair else None


def _not_ours(subject: Subject) -> Finding | None:
    said = subject.reading.first("not_ours_said")
    if said is not None:
        return Finding(Reason.N4, (subject.words("normal.not_ours", said),))
    pair = subject.reading.near(("not_ours",), ("outside",), 1)
    return Finding(Reason.N4, (subject.words("normal.not_ours", *pair),), unsure=True) if pair else None


def _angry(subject: Subject) -> Finding | None:
    hit = subject.whole.first("insult", "angry", "sarcasm")
    if hit is not None:
        return Finding(Reason.N1, (subject.words("normal.angry", hit),))
    if subject.reading.text.count("!") >= _SHOUTS:
        return Finding(Reason.N1, (fact("normal.angry", "!"),))
    return None


def _ordinary(subject: Subject) -> Finding:
    return Finding(Reason.N0, (fact("normal.default", "N0"),))
