"""The course of a case: what time and people do to it, each thing at its own instant."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from services.followup.policy.acting import act
from services.followup.policy.approving import words_of
from services.followup.policy.case import Case
from services.followup.policy.change import Change, Refusal
from services.followup.policy.requests import Action
from services.followup.policy.rulebook import Rulebook, Staff
from services.followup.policy.ticking import fire, next_due

Rules: TypeAlias = Callable[[datetime], Rulebook]
"""The rules in force at an instant."""
LEAST = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes which action when."""

    at: datetime
    action: Action
    by: Staff


class StepRefused(ValueError):
    """The step at `place` (from 0) does not fit the case as it then stands."""

    def __init__(self, place: int, refusal: Refusal, case: Case) -> None:
        super().__init__(f"step {place}: {refusal.slug} {refusal.code}")
        self.place = place
        self.refusal = refusal
        self.case = case


def course(case: Case, steps: Sequence[Step], rules: Rules, until: datetime | None) -> Iterator[Change]:
    """The changes of `case` up to and with `until`, or until nothing more fires; `steps` by their instants.

    As it would have been live with timers that are never late: what falls due at the very instant of a step comes
    after it. Errors: StepRefused.
    """
    written: dict[int, str] = {}
    for place, step in enumerate(steps):
        case = yield from _elapse(case, rules, step.at)
        said = words_of(case.approval, written) if case.approval else None
        outcome = act(case, step.action, step.by, rules(step.at), step.at, said=said)
        if isinstance(outcome, Refusal):
            raise StepRefused(place, outcome, case)
        yield outcome
        case = outcome.case
        written |= outcome.words
    yield from _elapse(case, rules, until + LEAST if until else None)


def _elapse(case: Case, rules: Rules, before: datetime | None) -> Generator[Change, None, Case]:
    """Fire what is due before an instant; returns the case then."""
    while (due := next_due(case, rules(case.taken))) is not None and (before is None or due < before):
        change = fire(case, rules(due), due)
        assert change is not None, "a timer that is due fires"  # noqa: S101
        yield change
        case = change.case
    return case
