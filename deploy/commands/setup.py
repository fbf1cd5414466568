"""What every command shares: how it ends, and how it finds the running system."""

import functools
import logging
import sys
import warnings
from collections.abc import Callable
from typing import Any, ParamSpec

import typer
from aiokafka.errors import KafkaError
from asyncpg import PostgresError
from joserfc.errors import SecurityWarning
from rich.console import Console

from deploy.settings import read_settings
from deploy.supervisor import run_file
from deploy.trouble import Trouble

FAILED = 1
NOT_RUNNING = 3
EXIT_CODES = "Exit codes: 0 done · 1 failed, one sentence says why · 2 wrong usage · 3 the system is not running."

P = ParamSpec("P")

# A pipe has no width: tables stay whole there.
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 200)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def guarded(command: Callable[P, None]) -> Callable[P, None]:
    """A command whose trouble is one sentence on stderr and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        # aiokafka logs each failed attempt; what matters of it we say ourselves.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        # The algorithm's name in our tokens is the one that every verifier knows, if not the newest.
        warnings.simplefilter("ignore", SecurityWarning)
        try:
            command(*args, **kwargs)
        except Trouble as trouble:
            raise fail(str(trouble)) from None
        except (PostgresError, KafkaError, OSError) as error:
            raise fail(f"{type(error).__name__}: {' '.join(str(error).split())}") from None

    return run


def fail(sentence: str, code: int = FAILED) -> typer.Exit:
    """Say it on stderr; what it returns is to be raised."""
    err.print(f"psc: {sentence}", markup=False, style="red")
    return typer.Exit(code)


def running_system() -> dict[str, Any]:
    """The content of `run.json`; ends with exit code 3 when nothing runs on the data folder."""
    folder = read_settings().data_dir
    found = run_file.read(folder)
    if found is None:
        raise fail(f"the system is not running on {folder}, or not ready yet: start it with `make run`", NOT_RUNNING)
    return found
