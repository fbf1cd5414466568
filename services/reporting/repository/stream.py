"""Facts in the order in which they took effect here."""

from dataclasses import dataclass

from pydantic_core import from_json, to_json

from services.reporting.policy.sight import Sight
from shared.clock import rfc3339
from shared.storage.pool import Pool, Row
from shared.storage.queries import load

queries = load(__file__, "stream.sql")


@dataclass(frozen=True, slots=True)
class Line:
    """One fact as the stream tells it; `body` is JSON, made once for all who listen."""

    sequence: int
    fact: str
    body: str
    person: bool
    about_user: str | None
    line: str | None
    station: str | None

    def is_for(self, sight: Sight) -> bool:
        """Whether its case, as it stood when this was read, is in sight."""
        return sight.includes(person=self.person, about_user=self.about_user, line=self.line, station=self.station)


class Stream:
    """Reads the stream."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def latest(self) -> int:
        """The sequence number of the last fact, 0 before the first."""
        sequence: int = await queries.latest(self._pool)
        return sequence

    async def after(self, sequence: int, size: int) -> list[Line]:
        """Up to `size` facts that followed `sequence`."""
        return [_line(row) async for row in queries.after(self._pool, sequence=sequence, size=size)]


def _line(row: Row) -> Line:
    told = {
        "sequence": row["sequence"],
        "case_id": str(row["case_id"]),
        "number": row["number"],
        "fact": row["fact"],
        "version": row["version"],
        "at": rfc3339(row["at"]),
        "line": row["line"],
        "station": row["station"],
        **from_json(row["data"]),
    }
    return Line(
        row["sequence"],
        row["fact"],
        to_json(told).decode(),
        row["about_person"],
        row["about_user"],
        row["line_now"],
        row["station_now"],
    )
