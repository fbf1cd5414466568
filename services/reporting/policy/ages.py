"""How long open cases have been waiting, in five steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.reporting.policy.selection import Selection
from services.reporting.policy.window import Window

STEPS = (("under_1_day", 1), ("1_to_3_days", 3), ("3_to_7_days", 7), ("7_to_30_days", 30))
OLDEST = "over_30_days"


@dataclass(frozen=True, slots=True)
class Age:
    """Cases of this age were received in [start, end); None is without bound."""

    name: str
    start: datetime | None
    end: datetime | None

    def of(self, rows: Selection, window: Window) -> Selection:
        """Those of `rows`, which were received in the window, that have this age."""
        start = max(window.start, self.start) if self.start else window.start
        end = min(window.end, self.end) if self.end else window.end
        return rows.received(Window(start, end))


def ages(as_of: datetime) -> list[Age]:
    """The steps, the youngest first."""
    found, end = [], None
    for name, days in STEPS:
        start = as_of - timedelta(days=days)
        found.append(Age(name, start, end))
        end = start
    return [*found, Age(OLDEST, None, end)]
