"""Ids: UUIDv7 for what is new (they sort by time, which the indexes like), UUIDv5 for what follows from something."""

from uuid import UUID, uuid5

from uuid_utils.compat import uuid7

NAMESPACE = UUID("5e1f3c1e-8f0b-5d53-9a55-6a2f4f0c7c01")


def new_id() -> UUID:
    """A new UUIDv7."""
    return uuid7()


def derived_id(*causes: object) -> UUID:
    """The id of what follows from `causes`: a retry gives the same id, so that readers can tell it is the same."""
    return uuid5(NAMESPACE, "\x1f".join(str(cause) for cause in causes))
