"""`run.json`: what a start prints, for programs. Anyone who can read it can do everything, hence mode 600."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey

from deploy.settings import RunSettings
from deploy.supervisor.data_dir import is_claimed, write_private
from deploy.supervisor.secrets import ADMIN, Secrets
from shared.contracts.vocabulary import Level, Role
from shared.security.tokens import Staff, sign

NAME = "run.json"
A_RUN = 10 * 365 * 24 * 3600
"""Seconds; the key that signs these tokens is forgotten when the run ends, and they with it."""


def tokens(key: OKPKey, users: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Accounts with password and a token that lasts as long as the run, for the whole network."""
    return {
        user: {"user": user, "password": password, "token": sign(key, _staff(user), seconds=A_RUN)}
        for user, password in users.items()
    }


def _staff(user: str) -> Staff:
    if user == ADMIN:
        return Staff(user=user, role=Role.ADMIN, level=None)
    return Staff(user=user, role=Role.STAFF, level=Level(user))


@dataclass(frozen=True, slots=True)
class RunFile:
    """Writes the file again whenever a process was started."""

    folder: Path
    settings: RunSettings
    secrets: Secrets
    staff: dict[str, dict[str, str]]
    bootstrap: str
    dsn: str

    def write(self, pids: Mapping[str, int | None]) -> None:
        """Replace it at once."""
        write_private(self.folder / NAME, json.dumps(self.content(pids), indent=2, ensure_ascii=False) + "\n")

    def content(self, pids: Mapping[str, int | None]) -> dict[str, Any]:
        """What it says. A part that runs elsewhere has no process id."""
        return {
            **self.settings.ports.urls,
            "terminal_key": self.secrets.terminal_key,
            "integration_key": self.secrets.integration_key,
            "hotline_secret": self.secrets.hotline_secret,
            "staff": self.staff,
            "kafka": self.bootstrap,
            "postgres": self.dsn,
            "pids": dict(pids),
        }


def remove(folder: Path) -> None:
    """The system does not run any more, or not yet."""
    (folder / NAME).unlink(missing_ok=True)


def read(folder: Path) -> dict[str, Any] | None:
    """What runs on this folder; None when nothing does or it is not ready."""
    if not is_claimed(folder):
        return None
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found
