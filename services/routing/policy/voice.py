"""How a vote is explained."""

from services.routing.policy.subject import Subject
from services.routing.rules.ballot import Ballot
from shared.contracts.decision import Because


def because(subject: Subject, voted: Ballot, task: str, label: str) -> Because:
    """The vote for `label` as a rule that fired: the words that weighed most, else the label."""
    model = subject.rulebook.model
    place = None if model is None else model.weightiest(voted.heard, task, label)
    if place is None:
        return Because(rule=f"{task}.model", evidence=label)
    start, end = (subject.said.start + offset for offset in place)
    return Because(rule=f"{task}.model", evidence=subject.reading.quote(start, end), start=start, end=end)
