"""The policy packs that are known, and which of them decides at an instant."""

from dataclasses import dataclass, field
from datetime import datetime

from services.routing.policy.rulebook import Rulebook
from shared.contracts.pack import Pack


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of the pack, made ready to decide."""

    pack: Pack
    rulebook: Rulebook
    published_by: str
    published_at: datetime


@dataclass(slots=True)
class Shelf:
    """Every edition of one pack; grows while the service runs."""

    name: str
    _editions: dict[int, Edition] = field(default_factory=dict)

    def __contains__(self, version: int) -> bool:
        return version in self._editions

    def add(self, edition: Edition) -> None:
        """Put an edition on the shelf; a version that is there stays as it is."""
        self._editions.setdefault(edition.pack.version, edition)

    def all(self) -> list[Edition]:
        """The newest version first."""
        return [self._editions[version] for version in sorted(self._editions, reverse=True)]

    def at(self, instant: datetime) -> Edition | None:
        """The latest in effect at `instant`; before the first took effect, the first; None while the shelf is empty.

        Latest by `effective_from`, then by version.
        """
        if not self._editions:
            return None
        ranked = sorted(self._editions.values(), key=lambda e: (e.pack.effective_from, e.pack.version))
        effective = [e for e in ranked if e.pack.effective_from <= instant]
        return effective[-1] if effective else ranked[0]
