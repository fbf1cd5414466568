"""`psc migrate`."""

import asyncio

from deploy.commands.setup import out, running_system
from deploy.settings import read_settings
from deploy.supervisor import database, secrets


def migrate() -> None:
    """Bring every service's schema up to date, making roles and schemas that are missing.

    The database is that of the running system, or the one that PSC_POSTGRES_DSN names.
    """
    settings = read_settings()
    given = settings.postgres_dsn
    dsn = given.get_secret_value() if given else running_system()["postgres"]
    passwords = secrets.load(settings.data_dir).database
    applied = asyncio.run(_migrate(dsn, passwords))
    for service, names in applied.items():
        out.print(f"{service}: {', '.join(names) or 'up to date'}")


async def _migrate(dsn: str, passwords: dict[str, str]) -> dict[str, list[str]]:
    await database.check(dsn)
    return await database.migrate_all(await database.prepare(dsn, passwords))
