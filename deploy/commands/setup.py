"""What every command shares: how it ends, and how it finds the running system."""

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec

import typer
from rich.console import Console

from deploy.settings import read_settings
from deploy.supervisor import run_file
from deploy.trouble import Trouble

FAILED = 1
NOT_RUNNING = 3

P = ParamSpec("P")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose trouble is one sentence on stderr and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        # aiokafka logs each failed attempt; what matters of it we say ourselves.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        try:
            command(*args, **kwargs)
        except Trouble as trouble:
            err.print(f"psc: {trouble}", markup=False, style="red")
            raise typer.Exit(FAILED) from None

    return run


def running_system() -> dict[str, Any]:
    """The content of `run.json`; ends with exit code 3 when nothing runs on the data folder."""
    folder = read_settings().data_dir
    found = run_file.read(folder)
    if found is None:
        err.print(f"psc: the system is not running on {folder}: start it with `make run`", markup=False, style="red")
        raise typer.Exit(NOT_RUNNING)
    return found
