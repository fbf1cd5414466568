"""Each time a case was proposed as abnormal conduct, and what became of it, as one text: `A2:overturned,A4:pending`."""

from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from shared.contracts.vocabulary import Reason

Fate = Literal["pending", "confirmed", "overturned"]
FATES: tuple[Fate, ...] = get_args(Fate)
PENDING: Fate = "pending"
ANY = "any"

CONDUCT = (Reason.A2, Reason.A3, Reason.A4, Reason.A5, Reason.A6, Reason.A9, Reason.A10, Reason.A12)
"""Judgements of conduct, which fairness figures count; A1, A7, A8 and A11 are none."""


def proposed(proposals: str, reason: str) -> str:
    """Proposed for `reason` now; one that waits for the same reason goes on, another one was wrong."""
    if proposals.rpartition(",")[2] == f"{reason}:{PENDING}":
        return proposals
    before = decided(proposals, "overturned") if waits(proposals) else proposals
    return f"{before},{reason}:{PENDING}" if before else f"{reason}:{PENDING}"


def waits(proposals: str) -> bool:
    """Whether the latest proposal waits for its decision."""
    return proposals.endswith(f":{PENDING}")


def decided(proposals: str, fate: Fate) -> str:
    """The latest proposal was decided; a decision on what was decided before takes its place."""
    if not proposals:
        return proposals
    return f"{proposals.rpartition(':')[0]}:{fate}"


def told(proposals: str) -> Iterator[tuple[str, Fate]]:
    """Each proposal's reason and fate."""
    for one in filter(None, proposals.split(",")):
        reason, _, fate = one.partition(":")
        yield reason, next(known for known in FATES if known == fate)


def meant(asked: Iterable[str]) -> list[str]:
    """What a list is asked for (`any`, `A2`, `any:overturned`, `A2:pending`), as proposals are kept.

    Errors: ValueError("not_allowed") for anything else.
    """
    found = []
    for one in asked:
        reason, _, fate = one.partition(":")
        reasons = [known.value for known in CONDUCT if reason in (ANY, known)]
        fates = [known for known in FATES if fate in ("", known)]
        if not reasons or not fates or one.endswith(":"):
            raise ValueError("not_allowed")
        found += [f"{known}:{of}" for known in reasons for of in fates]
    return found
