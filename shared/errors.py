"""What an error's type says about trying again.

    PscError
    ├── SlowDown   waiting helps: the database or Kafka is away, reference data has not arrived
    └── Park       this message can never succeed: set it aside with its reason

Anything else is a bug: it is tried again a few times and then parked, never lost.
"""

import asyncpg


class PscError(Exception):
    """The root of psc's own errors."""


class SlowDown(PscError):
    """Trying the same again later will succeed."""


class Park(PscError):
    """No retry can help. `reason` is a stable code, `detail` a sentence without personal data."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


PASSING = (
    SlowDown,
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    # What asyncpg says for a moment of a connection that the server has just ended.
    asyncpg.InternalClientError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
)
"""Errors of the world around us, that pass by themselves."""


def passes(error: BaseException) -> bool:
    """Whether the same attempt may succeed later without anyone mending anything."""
    return isinstance(error, PASSING)
