"""A fresh database with every service's schema, as `psc migrate` makes it."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from shared.storage.migrations import SHARED, migrate

SERVICES = ("intake", "routing", "followup", "reporting")
ROOT = Path(__file__).parent.parent.parent
PASSWORD = "test"


class Database:
    """One database of its own. `dsn` is the superuser's, `of(service)` the service's own login role's."""

    def __init__(self, server_dsn: str) -> None:
        self.name = f"psc_{secrets.token_hex(4)}"
        self._server = urlsplit(server_dsn)
        self.dsn = self._with(self._server.netloc)

    def of(self, service: str) -> str:
        """How `service` connects."""
        host = self._server.netloc.rpartition("@")[2]
        return self._with(f"psc_{service}:{PASSWORD}@{host}")

    async def create(self, services: tuple[str, ...] = SERVICES) -> None:
        """Make it, with the schemas of `services`."""
        server = await asyncpg.connect(urlunsplit(self._server))
        try:
            await server.execute(f'create database "{self.name}"')
        finally:
            await server.close()
        owner = await asyncpg.connect(self.dsn)
        try:
            for service in services:
                await self._schema(owner, service)
        finally:
            await owner.close()
        for service in services:
            await migrate(self.of(service), SHARED)
            await migrate(self.of(service), ROOT / "services" / service / "migrations")

    async def drop(self) -> None:
        """Remove it, whoever is connected."""
        server = await asyncpg.connect(urlunsplit(self._server))
        try:
            await server.execute(f'drop database if exists "{self.name}" with (force)')
        finally:
            await server.close()

    async def _schema(self, owner: "asyncpg.Connection[asyncpg.Record]", service: str) -> None:
        role = f"psc_{service}"
        if not await owner.fetchval("select true from pg_roles where rolname = $1", role):
            await owner.execute(f"create role {role} login password '{PASSWORD}'")
        await owner.execute(f"create schema {service} authorization {role}")
        await owner.execute(f'alter role {role} in database "{self.name}" set search_path = {service}')

    def _with(self, netloc: str) -> str:
        return urlunsplit(("postgresql", netloc, f"/{self.name}", "", ""))
