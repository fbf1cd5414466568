"""What the stages pass on: the complaint as read, and what a stage found."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any, TypeVar

from services.routing.policy.facts import Facts
from services.routing.policy.money import Money, money
from services.routing.policy.rulebook import Rulebook
from services.routing.policy.said import Said
from services.routing.rules.phrases import Hit
from services.routing.rules.reading import Reading
from shared.contracts.decision import Because
from shared.contracts.vocabulary import Reason

T = TypeVar("T")


@dataclass(frozen=True)
class Subject:
    """One complaint before the rules.

    `reading` has no words of tone, unless there are no others; `whole` has: who asks it asks for tone. `sums` are
    those of `reading`, `answers` what was asked of it already.
    """

    facts: Facts
    reading: Reading
    rulebook: Rulebook
    sums: Money
    whole: Reading
    said: Said
    answers: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)

    def part(self, reading: Reading) -> "Subject":
        """The same complaint with a part of its words."""
        if reading is self.reading:
            return self
        return replace(self, reading=reading, sums=money(self.facts, reading), answers={})

    def words(self, rule: str, hit: Hit, *others: Hit) -> Because:
        """`rule` fired on the words at `hit`, up to the end of `others` where these stand close by."""
        start, end = hit.start, hit.end
        for other in others:
            first, last = min(start, other.start), max(end, other.end)
            if last - first <= _LONGEST_QUOTE:
                start, end = first, last
        return Because(rule=rule, evidence=self.reading.quote(start, end), start=start, end=end)


def once(question: Callable[[Subject], T]) -> Callable[[Subject], T]:
    """A question that several rules ask of a complaint: its answer is worked out once."""

    @wraps(question)
    def asked(subject: Subject) -> T:
        if question not in subject.answers:
            subject.answers[question] = question(subject)
        answer: T = subject.answers[question]
        return answer

    return asked


@dataclass(frozen=True)
class Finding:
    """A reason that fits and the rules it rests on; `unsure` when the signals are weak or conflict."""

    reason: Reason
    because: tuple[Because, ...]
    unsure: bool = False


def fact(rule: str, evidence: str) -> Because:
    """`rule` fired on a fact, not on words."""
    return Because(rule=rule, evidence=evidence)


_LONGEST_QUOTE = 60
