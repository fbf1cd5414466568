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
    digest: str = ""


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
        """The highest version whose time has come at `instant`; before the first's has, the first; None while empty.

        A version thus takes the place of an earlier one that was planned for later (ADR 12).
        """
        if not self._editions:
            return None
        versions = self.all()
        return next((e for e in versions if e.pack.effective_from <= instant), versions[-1])

    def spans(self) -> dict[int, tuple[datetime, datetime | None] | None]:
        """By version: from when until when it decides, None at the end of the last; None for one that never does."""
        spans: dict[int, tuple[datetime, datetime | None] | None] = {}
        until: datetime | None = None
        for edition in self.all():
            start = edition.pack.effective_from
            decides = until is None or start < until
            spans[edition.pack.version] = (start, until) if decides else None
            until = start if decides else until
        return spans
