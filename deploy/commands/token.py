"""`psc token`."""

from typing import Annotated

import typer

from deploy.commands.setup import fail, out, running_system
from deploy.http import post
from deploy.supervisor.secrets import STAFF
from deploy.trouble import Trouble

MACHINES = ("terminal", "integration")


def token(
    who: Annotated[str, typer.Argument(help=f"{', '.join(STAFF)}, or {' or '.join(MACHINES)} for a sender's key.")],
) -> None:
    """Print a fresh staff token of the running system, or the key of a terminal or an integration."""
    if who not in (*STAFF, *MACHINES):
        raise fail(f"nobody is called {who}: {', '.join((*STAFF, *MACHINES))}", 2)
    system = running_system()
    if who in MACHINES:
        out.print(system[f"{who}_key"], markup=False)
        return
    account = system["staff"][who]
    login = {"user": account["user"], "password": account["password"]}
    answer = post(f"{system['followup']}/v1/sessions", login)
    if answer is None or answer.status != 200:
        said = f"answered {answer.status}" if answer else "does not answer"
        raise Trouble(f"followup {said}: no token for {who}")
    out.print(answer.json["token"], markup=False)
