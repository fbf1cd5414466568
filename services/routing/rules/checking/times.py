"""Times that belong together: clocks of one severity, arrival, the ladder, and how long files are kept."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from services.routing.rules.checking.fault import Fault, Path
from shared.contracts.pack import ArrivalTerms, Ladder, Pauses, Records, SeverityRow, Term, Thresholds
from shared.contracts.vocabulary import Severity

CLOCKS = ("acknowledge", "first_response", "resolve")
MINUTES = {"minutes": 1, "hours": 60, "days": 24 * 60}
DAYS_IN_A_MONTH = 28
LONGEST = {"minutes": 7 * 24 * 60, "hours": 366 * 24, "days": 366, "working_days": 250}
"""Nobody waits for more than a year: what is longer is a slip of the pen, and no calendar reaches so far."""


def severities(rows: Mapping[Severity, SeverityRow]) -> Iterator[Fault]:
    """Every severity has clocks, and a later stage never less time than an earlier one."""
    if missing := [s.value for s in Severity if s not in rows]:
        yield Fault(("severities",), "severities_missing", {"names": ", ".join(missing)})
    for severity, row in rows.items():
        for clock in (*CLOCKS, "call_back"):
            yield from term(getattr(row, clock), ("severities", severity.value, clock))
        for earlier, later in pairwise(CLOCKS):
            if _longer(getattr(row, earlier), getattr(row, later)):
                yield Fault(("severities", severity.value, later), "clock_order", {"earlier": earlier})


def term(length: Term | None, at: Path) -> Iterator[Fault]:
    """No term is longer than anybody waits."""
    if length is not None and length.amount > LONGEST[length.unit]:
        yield Fault((*at, "amount"), "at_most", {"limit": LONGEST[length.unit]})


def approval(length: Term) -> Iterator[Fault]:
    """The same of an approval."""
    return term(length, ("approval",))


def pauses(rules: Pauses) -> Iterator[Fault]:
    """The same of a pause and of an extension."""
    yield from term(rules.waiting_for_passenger, ("pauses", "waiting_for_passenger"))
    yield from term(rules.extension_limit, ("pauses", "extension_limit"))


def _longer(one: Term, other: Term) -> bool:
    """Whether `one` surely lasts longer than `other`; terms that run in different times are not compared."""
    if one.runs != other.runs:
        return False
    return one.amount * MINUTES.get(one.unit, 1) > other.amount * MINUTES.get(other.unit, 1)


def arrival(terms: ArrivalTerms) -> Iterator[Fault]:
    """A reminder comes before the limit."""
    if terms.due_minutes > LONGEST["minutes"]:
        yield Fault(("arrival", "due_minutes"), "at_most", {"limit": LONGEST["minutes"]})
    if terms.remind_minutes >= terms.due_minutes:
        yield Fault(("arrival", "remind_minutes"), "remind_before_due", {"limit": terms.due_minutes})


def ladder(shares: Ladder) -> Iterator[Fault]:
    """The owner is reminded before the supervisor is warned."""
    if shares.target_minimum_minutes > LONGEST["minutes"]:
        yield Fault(("ladder", "target_minimum_minutes"), "at_most", {"limit": LONGEST["minutes"]})
    if shares.remind_share >= shares.warn_share:
        yield Fault(("ladder", "warn_share"), "warn_after_remind", {"limit": shares.remind_share})


MOST_MONTHS = 1200
COUNTS = (
    "persistent_contacts",
    "persistent_days",
    "excessive_multiple",
    "professional_claims",
    "professional_days",
    "delay_minutes",
)


def thresholds(numbers: Thresholds, records: Records) -> Iterator[Fault]:
    """Counts begin at one, and nothing is counted for longer than files are kept."""
    if records.keep_months > MOST_MONTHS:
        yield Fault(("records", "keep_months"), "at_most", {"limit": MOST_MONTHS})
    for name in COUNTS:
        if getattr(numbers, name) < 1:
            yield Fault(("thresholds", name), "at_least", {"limit": 1})
    kept = records.keep_months * DAYS_IN_A_MONTH
    for name in ("persistent_days", "professional_days"):
        if getattr(numbers, name) > max(kept, 183):
            yield Fault(("thresholds", name), "longer_than_kept", {"limit": records.keep_months})
