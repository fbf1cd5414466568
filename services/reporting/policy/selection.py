"""Which cases: what a list takes as its query and a figure says as the address of its rows, so that they agree."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode

from services.reporting.policy.marks import NAMES, Mark
from services.reporting.policy.window import Window, written

ANY_CLOCK = "any"
CASES = "/v1/cases"


@dataclass(frozen=True, slots=True)
class Selection:
    """Every part narrows; what is None or empty does not. Instants are half-open: [after, before)."""

    received_from: datetime | None = None
    received_to: datetime | None = None
    q: str | None = None
    state: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    line: tuple[str, ...] = ()
    station: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    proposal: tuple[str, ...] = ()
    """Proposed as abnormal conduct at any time: `any`, `A2`, `any:overturned`, `A2:pending`."""
    marks: int = 0
    """All of these bits."""
    without: int = 0
    """None of these bits."""
    due: str | None = None
    """The clock whose first generation is due in [due_from, due_to)."""
    due_from: datetime | None = None
    due_to: datetime | None = None
    breached: str | None = None
    """A clock that was missed, `any` for whichever."""
    breached_level: str | None = None
    repeated: bool | None = None
    """Whether the passenger came again with the matter."""

    def having(self, *marks: Mark) -> Self:
        """Those of it that have these marks."""
        return replace(self, marks=self.marks | sum(mark.value for mark in marks))

    def lacking(self, *marks: Mark) -> Self:
        """Those of it that have none of these marks."""
        return replace(self, without=self.without | sum(mark.value for mark in marks))

    def received(self, window: Window) -> Self:
        """Those of it received in the window."""
        return replace(self, received_from=window.start, received_to=window.end)

    def narrowed(self, **parts: Any) -> Self:
        """With these parts as given."""
        return replace(self, **parts)

    @property
    def address(self) -> str:
        """Where its rows are listed."""
        query = urlencode([*self._instants(), *self._choices(), *self._marks()])
        return f"{CASES}?{query}" if query else CASES

    def _instants(self) -> list[tuple[str, str]]:
        given = (
            ("from", self.received_from),
            ("to", self.received_to),
            ("due_from", self.due_from),
            ("due_to", self.due_to),
        )
        return [(name, written(at)) for name, at in given if at is not None]

    def _choices(self) -> list[tuple[str, str]]:
        many = ("state", "kind", "reason", "category", "severity", "level", "line", "station", "channel", "proposal")
        pairs = [(name, value) for name in many for value in getattr(self, name)]
        one = ("q", "due", "breached", "breached_level")
        pairs += [(name, getattr(self, name)) for name in one if getattr(self, name) is not None]
        if self.repeated is not None:
            pairs.append(("repeated", str(self.repeated).lower()))
        return pairs

    def _marks(self) -> list[tuple[str, str]]:
        return [("is", name) for name, mark in NAMES.items() if self.marks & mark.value] + [
            ("is_not", name) for name, mark in NAMES.items() if self.without & mark.value
        ]
