"""Which staff may read a complaint as it was posted, and who may see how to reach its passenger."""

from services.intake.policy.progress import Progress
from shared.contracts.vocabulary import Category, Level
from shared.security.tokens import Staff


def sees(staff: Staff, line: str | None, station: str | None, category: str | None, progress: Progress | None) -> bool:
    """Staff see the cases of their lines and stations; cases about a person from L3 up.

    Until the case is opened nobody knows what it is about, so it counts as one about a person.
    """
    if staff.sees_all:
        return True
    about_person = progress is None or progress.about_person or category == Category.STAFF.value
    if staff.level is None or (about_person and staff.level.rank < Level.L3.rank):
        return False
    if not staff.lines and not staff.stations:
        return True
    return line in staff.lines or station in staff.stations


def may_reveal(staff: Staff, progress: Progress | None) -> bool:
    """The owner, or L3 and above."""
    if staff.level is None:
        return False
    return staff.level.rank >= Level.L3.rank or (progress is not None and progress.owner == staff.user)
