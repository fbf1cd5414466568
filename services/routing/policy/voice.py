"""What the model is shown of a complaint, and how its vote is explained.

No insult, thanks, courtesy or anger is shown to it, so that tone cannot decide through it either.
"""

from services.routing.policy.subject import Subject
from services.routing.rules.ballot import Ballot
from shared.contracts.decision import Because

TONE = ("insult", "angry", "thanks", "courtesy")


def unemotional(subject: Subject) -> str:
    """The normalised text with blanks where its tone was; offsets stay."""
    reading = subject.reading
    text = reading.text
    for hit in reading.all(*TONE):
        text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return text


def because(subject: Subject, voted: Ballot, task: str, label: str) -> Because:
    """The vote for `label` as a rule that fired: the words that weighed most, else the label."""
    model = subject.rulebook.model
    place = None if model is None else model.weightiest(voted.heard, task, label)
    if place is None:
        return Because(rule=f"model.{task}", evidence=label)
    start, end = place
    return Because(rule=f"model.{task}", evidence=subject.reading.quote(start, end), start=start, end=end)
