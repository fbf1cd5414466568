"""Which staff may read a complaint as it was posted, and who may see how to reach its passenger."""

from services.intake.policy.progress import Progress
from shared.contracts.vocabulary import Category, Level
from shared.security.tokens import Staff


def sees(staff: Staff, line: str | None, station: str | None, category: str | None, progress: Progress | None) -> bool:
    """Staff see the cases of their lines and stations; cases about a person from L3 up, but never that person.

    Until the case is opened nobody knows what it is about but its sender, by the category.
    """
    if staff.sees_all:
        return True
    about_person = category == Category.STAFF.value or (progress is not None and progress.about_person)
    if staff.level is None or (about_person and staff.level.rank < Level.L3.rank) or _is_about(staff, progress):
        return False
    if not staff.lines and not staff.stations:
        return True
    return line in staff.lines or station in staff.stations


def may_reveal(staff: Staff, progress: Progress | None) -> bool:
    """The owner, or L3 and above; never, below L5, whom the case is about."""
    if staff.level is None or (_is_about(staff, progress) and not staff.sees_all):
        return False
    return staff.level.rank >= Level.L3.rank or (progress is not None and progress.owner == staff.user)


def _is_about(staff: Staff, progress: Progress | None) -> bool:
    return progress is not None and progress.about_user == staff.user
