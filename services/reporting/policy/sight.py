"""What a member of staff may see; SQL enforces it from these values."""

from dataclasses import dataclass

from shared.contracts.vocabulary import Level
from shared.security.tokens import Staff


@dataclass(frozen=True, slots=True)
class Sight:
    """`persons`: cases about a person too. `whole`: the whole network, places unknown included.

    `unless_about`: but none about this person. None where that follows from the rest, so that those who see the same
    have the same sight.
    """

    persons: bool
    whole: bool
    lines: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    unless_about: str | None = None

    def includes(self, *, person: bool, about_user: str | None, line: str | None, station: str | None) -> bool:
        """Whether a case with these is in sight."""
        here = self.whole or line in self.lines or station in self.stations
        return here and (self.persons or not person) and (self.unless_about is None or self.unless_about != about_user)


def sight(staff: Staff) -> Sight:
    """L5 and admin see all; cases about a person are seen from L3 up, but not by that person.

    The rest is seen by scope at every level.
    """
    if staff.sees_all:
        return Sight(persons=True, whole=True)
    persons = staff.level is not None and staff.level.rank >= Level.L3.rank
    return Sight(
        persons=persons,
        whole=not staff.lines and not staff.stations,
        lines=staff.lines,
        stations=staff.stations,
        unless_about=staff.user if persons else None,
    )
