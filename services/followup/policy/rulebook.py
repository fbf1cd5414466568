"""What a change of a case is decided with: the rules in force, and who acts."""

from dataclasses import dataclass
from datetime import datetime

from services.followup.rules.working_time import WorkingTime
from shared.contracts.case_events import Actor, OfferTo
from shared.contracts.pack import Pack
from shared.contracts.reference import Network
from shared.contracts.vocabulary import Level, Role
from shared.places import Places

NOWHERE = Places(Network(version=1, lines=(), stations=()))
"""No network has arrived: every station is unknown."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The pack in force, the working time, every pack that there is, and the network.

    Levels, ceilings and powers are those of `pack`, as of the action. A clock keeps to the pack under which it
    started, for its ladder and for what a new severity makes of it: `packs` are all that may be needed for that, in
    any order; without them it is `pack`.
    """

    pack: Pack
    time: WorkingTime
    packs: tuple[Pack, ...] = ()
    places: Places = NOWHERE

    def pack_at(self, instant: datetime) -> Pack:
        """The pack in force at `instant`: the highest version whose time has come; before the first's, the first."""
        packs = sorted(self.packs or (self.pack,), key=lambda pack: pack.version)
        in_force = [pack for pack in packs if pack.effective_from <= instant]
        return in_force[-1] if in_force else packs[0]


@dataclass(frozen=True, slots=True)
class Staff:
    """A member of staff as the token says: no level (an account not yet placed) ranks below L1.

    `stations` are where they work: an offer to one of them is an offer to them. No lines and no stations: the whole
    network, hence every station, and every unit for those who are of none.

    `stands_in_for` are absent colleagues who named them, as those would ask. On a case they may have the level of one
    of those: `level` is then that level and `acting_for` says whose it is.
    """

    user: str
    role: Role = Role.STAFF
    level: Level | None = None
    lines: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    unit: str | None = None
    stands_in_for: tuple["Staff", ...] = ()
    acting_for: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """In whose names they act: their own, and those of whom they stand in for."""
        return (self.user, *(one.user for one in self.stands_in_for))

    @property
    def rank(self) -> int:
        """1 to 6; 0 without a level."""
        return self.level.rank if self.level else 0

    @property
    def actor(self) -> Actor:
        """How the timeline names them."""
        return Actor(user=self.user, level=self.level, acting_for=self.acting_for)

    def is_offered(self, offer: OfferTo) -> bool:
        """Whether `offer` goes to them, or to someone they stand in for: by name, unit, station, or level and above."""
        return self._is_offered(offer) or any(one.is_offered(offer) for one in self.stands_in_for)

    def _is_offered(self, offer: OfferTo) -> bool:
        if offer.level is not None:
            return self.rank >= offer.level.rank
        if offer.user is not None:
            return offer.user == self.user
        everywhere = not self.lines and not self.stations
        if offer.station is not None:
            return everywhere or offer.station in self.stations
        return offer.unit == self.unit if self.unit else everywhere


__all__ = ["NOWHERE", "Rulebook", "Staff"]
