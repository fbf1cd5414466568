"""`psc demo`."""

import asyncio
from typing import Annotated, Any

import typer

from deploy.commands.setup import out, running_system
from deploy.settings import read_settings
from deploy.supervisor import secrets
from deploy.supervisor.demonstration import play
from deploy.supervisor.voice import Voice


def demo(
    again: Annotated[bool, typer.Option("--again", help="Also when the system holds cases already.")] = False,
) -> None:
    """Fill the running system with demo complaints; its cases are marked."""
    system = running_system()
    key = secrets.load(read_settings().data_dir).demo_key
    taken = asyncio.run(_play(system, key, again))
    out.print("the system holds cases already; --again plays all the same" if taken is None else f"{taken} complaints")


async def _play(system: dict[str, Any], key: str, again: bool) -> int | None:
    return await play(system, key, Voice(), again=again)
