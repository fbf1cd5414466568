"""What a member of staff may see; SQL enforces it from these values."""

from dataclasses import dataclass

from shared.contracts.vocabulary import Level
from shared.security.tokens import Staff


@dataclass(frozen=True, slots=True)
class Sight:
    """`persons`: cases about a person too. `whole`: the whole network, places unknown included."""

    persons: bool
    whole: bool
    lines: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()

    def includes(self, *, person: bool, line: str | None, station: str | None) -> bool:
        """Whether a case with these is in sight."""
        here = self.whole or line in self.lines or station in self.stations
        return here and (self.persons or not person)


def sight(staff: Staff) -> Sight:
    """L5 and admin see all; cases about a person are seen from L3 up, the rest by scope at every level."""
    if staff.sees_all:
        return Sight(persons=True, whole=True)
    return Sight(
        persons=staff.level is not None and staff.level.rank >= Level.L3.rank,
        whole=not staff.lines and not staff.stations,
        lines=staff.lines,
        stations=staff.stations,
    )
