"""`psc rebuild`: a projection made again from the events it is a projection of."""

import asyncio
from typing import Any

import typer

from deploy.commands.setup import EXIT_CODES, guarded, out, running_system
from deploy.settings import read_settings
from deploy.supervisor import secrets
from deploy.supervisor.database import own_dsns
from deploy.supervisor.voice import Voice
from deploy.trouble import Trouble

rebuild = typer.Typer(name="rebuild", help="Make a projection again from its events.", no_args_is_help=True)


@rebuild.callback()
def _a_projection_is_named() -> None:
    """Make a projection again from its events."""


def reporting() -> None:
    """Make reporting's figures again from offset 0 of case-events-v1, beside the running service.

    Readers see what was there until all is exchanged at once; new events wait meanwhile.
    """
    system = running_system()
    dsn = own_dsns(system["postgres"], secrets.load(read_settings().data_dir).database)["reporting"]
    built = asyncio.run(_rebuild(dsn, system["kafka"]))
    out.print(f"{built.cases} cases from {built.facts} facts, {built.held} of them waiting for an earlier one")


async def _rebuild(dsn: str, bootstrap: str) -> Any:
    # Here, because no other command needs a service's code.
    from services.reporting.jobs.rebuild import CannotRebuild, rebuild

    try:
        with Voice().progress("重建 · rebuilding") as told:
            return await rebuild(dsn, bootstrap, told)
    except CannotRebuild as error:
        raise Trouble(f"reporting cannot be rebuilt: {error}") from None


rebuild.command("reporting", epilog=EXIT_CODES)(guarded(reporting))
