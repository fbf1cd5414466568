"""What the supervisor keeps alive, and for how long it rests between attempts."""

from typing import Protocol

LONGEST = 30.0
STEADY = 60.0


class Part(Protocol):
    """A service, Kafka or PostgreSQL."""

    @property
    def name(self) -> str:
        """How it is called in `run.json` and in messages."""
        ...

    @property
    def pid(self) -> int | None:
        """Its process id once started."""
        ...

    async def launch(self) -> object:
        """Start its process, also again; that it answers is another matter. Errors: `Trouble`."""
        ...

    async def wait(self) -> int:
        """Its exit code, once it ends; negative for a signal."""
        ...

    async def stop(self) -> None:
        """End it; harmless when it has ended."""
        ...


class BackOff:
    """Rests that grow: none the first time, then 1 s, 2 s, 4 s …, at most 30 s; none again after a steady minute."""

    def __init__(self) -> None:
        self.ends = 0

    def after(self, lived: float) -> float:
        """Seconds to rest after a life of `lived` seconds."""
        self.ends = 1 if lived >= STEADY else self.ends + 1
        return 0.0 if self.ends == 1 else min(2.0 ** (self.ends - 2), LONGEST)
