"""How commands reach a service's door, and as whom."""

import os
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.setup import running_system

DOOR = "/v1/policy/versions"

Url = Annotated[
    str | None, typer.Option("--url", envvar="PSC_ROUTING_URL", help="routing's address; otherwise that of run.json.")
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        exists=True,
        dir_okay=False,
        help="A file with a staff token; otherwise PSC_ADMIN_TOKEN, then the administrator of run.json.",
    ),
]


def asked(url: str | None, token_file: Path | None, service: str = "routing") -> tuple[str, str]:
    """Address of the service and token. Ends with exit code 3 where one is missing and nothing runs here."""
    given = token_file.read_text(encoding="utf-8").strip() if token_file else os.environ.get("PSC_ADMIN_TOKEN")
    system = running_system() if url is None or given is None else {}
    return (url or system[service]).rstrip("/"), given or system["staff"]["admin"]["token"]
