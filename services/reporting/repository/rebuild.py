"""The projection made aside, in tables that only one connection sees, and put in place at once."""

from dataclasses import dataclass

from services.reporting.repository.projection import Projection
from shared.storage.pool import Connection
from shared.storage.queries import load

queries = load(__file__, "rebuild.sql")


@dataclass(frozen=True, slots=True)
class Built:
    """How much was built: cases, facts that took effect, facts that wait for an earlier one."""

    cases: int
    facts: int
    held: int


class Aside:
    """One rebuild on a connection of its own; others keep reading what is there, and nobody writes meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.projection = Projection()

    async def begin(self) -> None:
        """Keep writers out until the connection ends, and set up empty tables."""
        await queries.keep_others_out(self._connection)
        await queries.set_up_aside(self._connection)

    async def finish(self) -> Built:
        """Put what was built in place, in one transaction."""
        built = Built(**await queries.count_aside(self._connection))
        async with self._connection.transaction():
            await queries.uncover(self._connection)
            await queries.number_stream(self._connection)
            await queries.put_in_place(self._connection)
        return built
