"""Named SQL: each `queries.sql` has one caller, its repository."""

from pathlib import Path
from typing import Any

import aiosql


def load(beside: str, name: str = "queries.sql") -> Any:
    """The queries of the file `name` beside the module file `beside`, as awaitable functions taking a connection."""
    return aiosql.from_path(Path(beside).with_name(name), "asyncpg")  # type: ignore[no-untyped-call,unused-ignore]
