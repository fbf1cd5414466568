"""The connection pool and the types that repositories speak of."""

import asyncio
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from shared.errors import passes
from shared.logging import get_logger

Row: TypeAlias = asyncpg.Record
Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
Pool: TypeAlias = "asyncpg.Pool[Any]"

log = get_logger()


async def open_pool(dsn: str, *, name: str, size: int = 8) -> Pool:
    """A pool of up to `size` connections, as soon as the database answers; waits for it with back-off.

    A wrong password or an unknown database is the operator's mistake and raises at once.
    """
    delay = 0.1
    while True:
        try:
            return await asyncpg.create_pool(
                dsn,
                min_size=2,
                max_size=size,
                command_timeout=60,
                max_inactive_connection_lifetime=300,
                reset=_keep,
                server_settings={"application_name": name, "timezone": "UTC", "jit": "off"},
            )
        except Exception as error:
            if not passes(error):
                raise
            log.warning("database_unreachable", error=type(error).__name__, retry_in=delay)
            await asyncio.sleep(delay)
            delay = min(delay * 2, 5.0)


async def _keep(_connection: Connection) -> None:
    """A connection goes back as it is: nobody leaves session state on a pooled one (asyncpg still rolls back an open
    transaction), and its usual reset would cost every use a round trip."""
