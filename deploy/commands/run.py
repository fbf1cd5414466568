"""`psc run`."""

import asyncio

from deploy.settings import read_settings
from deploy.supervisor.system import run as run_system
from deploy.supervisor.voice import Voice


def run() -> None:
    """Start everything and keep it alive until Ctrl-C or SIGTERM. `make run` prepares and calls this.

    Exit codes: 0 stopped when asked, 1 it could not start (one sentence says why).
    """
    asyncio.run(run_system(read_settings(), Voice()))
