"""Staff accounts with Argon2id passwords, and what others are told of them."""

import asyncio
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import BaseModel, ConfigDict, SecretStr, model_validator

from shared.contracts.reference import StaffPublished
from shared.contracts.vocabulary import Level, Role
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection, Pool, Row
from shared.storage.queries import load

queries = load(__file__, "reference.sql")

AT_ONCE = 2
"""Password checks at the same time: each takes 64 MiB and a core."""


class Seed(BaseModel):
    """An account that must exist after the start. No lines and no stations: the whole network."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    user: str
    password: SecretStr
    role: Role = Role.STAFF
    level: Level | None = None
    lines: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _staff_have_a_level(self) -> "Seed":
        if self.role is Role.STAFF and self.level is None:
            raise ValueError("staff have a level")
        return self


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in."""

    user: str
    role: Role
    level: Level | None
    lines: tuple[str, ...]
    stations: tuple[str, ...]


class Passwords:
    """Argon2id, away from the event loop and a few at a time."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """A new hash with its salt and parameters."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Whether the password is that of the hash. Without a hash the work is done all the same: no clue in time."""
        if hashed is None:
            self._nobody = self._nobody or await self.hash("nobody")
            await self._verify(self._nobody, password)
            return False
        return await self._verify(hashed, password)

    async def _verify(self, hashed: str, password: str) -> bool:
        async with self._room:
            try:
                return await asyncio.to_thread(self._hasher.verify, hashed, password)
            except (VerificationError, InvalidHashError):
                return False


async def sign_in(pool: Pool, passwords: Passwords, user: str, password: str) -> Account | None:
    """The account whose name and password these are, else None; takes as long for a user who does not exist."""
    row = await queries.account(pool, name=user)
    if not await passwords.fits(row["password_hash"] if row else None, password):
        return None
    return _account(row)


async def seed(pool: Pool, passwords: Passwords, seeds: tuple[Seed, ...]) -> int:
    """Make these accounts be as given and tell everyone what is new; returns how many were. Others stay."""
    return sum([await _seed_one(pool, passwords, one) for one in seeds])


async def find(tx: Connection, user: str) -> Account | None:
    """The account of this name."""
    row = await queries.account(tx, name=user)
    return _account(row) if row else None


async def highest_at(tx: Connection, station: str) -> Level | None:
    """The highest level of the staff of a station, as far as accounts say."""
    level = await queries.highest_at(tx, station=station)
    return Level(level) if level else None


async def _seed_one(pool: Pool, passwords: Passwords, one: Seed) -> bool:
    password = one.password.get_secret_value()
    before = await queries.account(pool, name=one.user)
    hashed: str = before["password_hash"] if before else ""
    if not before or not await passwords.fits(hashed, password):
        hashed = await passwords.hash(password)
    async with pool.acquire() as connection, connection.transaction():
        row = await queries.lock_account(connection, name=one.user)
        wanted = Account(one.user, one.role, one.level, one.lines, one.stations)
        changed = row is None or _account(row) != wanted
        revision = (row["revision"] if row else 0) + changed
        await _put(connection, wanted, hashed, revision)
        if changed:
            await _publish(connection, wanted, revision)
    return changed


async def _put(tx: Connection, account: Account, hashed: str, revision: int) -> None:
    await queries.put_account(
        tx,
        name=account.user,
        role=account.role.value,
        level=account.level.value if account.level else None,
        lines=list(account.lines),
        stations=list(account.stations),
        password_hash=hashed,
        revision=revision,
    )


async def _publish(tx: Connection, account: Account, revision: int) -> None:
    key = f"staff/{account.user}"
    event = StaffPublished(
        user=account.user,
        role=account.role,
        level=account.level,
        lines=account.lines,
        stations=account.stations,
    )
    await outbox.add(tx, [Outgoing(Topic.REFERENCE, key, derived_id(key, revision), event)])


def _account(row: Row) -> Account:
    level = Level(row["level"]) if row["level"] else None
    return Account(row["name"], Role(row["role"]), level, tuple(row["lines"]), tuple(row["stations"]))
