"""Which errors pass by themselves: those are waited for, the others are parked in the end."""

import asyncpg
import pytest

from shared.errors import Park, SlowDown, passes


@pytest.mark.parametrize(
    "error",
    [
        SlowDown("no pack yet"),
        TimeoutError(),
        ConnectionResetError(),
        asyncpg.ConnectionDoesNotExistError("the server ended it"),
        asyncpg.AdminShutdownError("terminated"),
        asyncpg.CannotConnectNowError("starting up"),
        asyncpg.TooManyConnectionsError("full"),
        asyncpg.DeadlockDetectedError("two batches"),
        asyncpg.InterfaceError("connection is closed"),
        # A connection that the server has just ended, met before asyncpg has understood that.
        asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_world_around_us_passes(error: Exception) -> None:
    assert passes(error)


@pytest.mark.parametrize(
    "error",
    [
        Park("bad-body"),
        KeyError("a bug"),
        ValueError("a bug"),
        asyncpg.DataError("a value that does not fit"),
        asyncpg.UniqueViolationError("twice"),
        asyncpg.UndefinedTableError("not migrated"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_wrong_stays_wrong(error: Exception) -> None:
    assert not passes(error)
