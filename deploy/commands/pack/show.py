"""`psc pack show`."""

from typing import Annotated

import typer

from deploy.commands.pack.door import DOOR, TokenFile, Url, asked
from deploy.commands.setup import fail
from deploy.http import get
from deploy.trouble import Trouble

SHOW_CODES = (
    "Exit codes: 0 done · 1 there is none, or routing does not answer · 2 wrong usage · "
    "3 the system is not running here and no --url is given."
)


def show(
    version: Annotated[int | None, typer.Option("--version", min=1, help="Which one; otherwise the latest.")] = None,
    url: Url = None,
    token_file: TokenFile = None,
) -> None:
    """Print the file of a version, as it was published: change it, check it, try it, publish it as the next."""
    address, bearer = asked(url, token_file)
    if version is None:
        listed = get(address + DOOR, token=bearer)
        if listed is None or listed.status != 200:
            raise Trouble(f"routing at {address} {f'answers {listed.status}' if listed else 'does not answer'}")
        version = int(listed.json["items"][0]["version"].partition("@")[2])
    answer = get(f"{address}{DOOR}/{version}", token=bearer, timeout=20)
    if answer is None or answer.status != 200:
        raise fail(f"no version {version}: routing {f'answers {answer.status}' if answer else 'does not answer'}")
    typer.echo(answer.json["yaml"], nl=False)
