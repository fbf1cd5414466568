"""Passwords and keys of one copy: made once, kept in its data folder, handed only to whom each belongs."""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

from joserfc.jwk import OKPKey
from pydantic import BaseModel, ConfigDict

from deploy.settings import SERVICES
from deploy.supervisor.data_dir import write_private
from deploy.trouble import Trouble
from shared.contracts.vocabulary import Level, Role

ADMIN = "admin"
STAFF = (*(level.value for level in Level if level is not Level.L6), ADMIN)
"""One account per level of ours, L6 being the regulator, and an administrator."""
CONSONANTS, VOWELS = "bdfghjklmnprstvw", "aeiou"


class Secrets(BaseModel):
    """The content of `secrets.json`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    database: dict[str, str]
    """The password of each service's login role."""
    receipt_key: str
    pseudonym_key: str
    """intake's: 32 random bytes, base64url."""
    fingerprint_key: str
    """routing's, likewise."""
    hotline_secret: str
    """Standard Webhooks, `whsec_…`."""
    terminal_key: str
    integration_key: str
    demo_key: str
    """Sends like an integration; its complaints are marked as demo."""
    staff: dict[str, str]
    """The password of each account; the accounts are named by their level."""
    signing_key: dict[str, Any]
    """followup's private Ed25519 key, a JWK."""


def load(folder: Path) -> Secrets:
    """The secrets of this folder, made at the first start. Errors: `Trouble` when the file cannot be read."""
    path = folder / "secrets.json"
    if not path.exists():
        write_private(path, json.dumps(create().model_dump(), indent=2) + "\n")
    try:
        return Secrets.model_validate(_complete(path, json.loads(path.read_text(encoding="utf-8"))))
    except (OSError, ValueError) as error:
        raise Trouble(f"{path} cannot be used ({type(error).__name__}): put it back from a backup") from None


def _complete(path: Path, kept: Any) -> Any:
    """What the file holds, with a secret that was not needed yet when it was made; a file of something else stays."""
    if isinstance(kept, dict) and "pseudonym_key" in kept and "fingerprint_key" not in kept:
        kept |= {"fingerprint_key": _bytes32()}
        write_private(path, json.dumps(kept, indent=2) + "\n")
    return kept


def create() -> Secrets:
    """New secrets."""
    return Secrets(
        database={name: secrets.token_urlsafe(24) for name in SERVICES},
        receipt_key=_bytes32(),
        pseudonym_key=_bytes32(),
        fingerprint_key=_bytes32(),
        hotline_secret="whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
        terminal_key=f"psc_t_{secrets.token_urlsafe(24)}",
        integration_key=f"psc_i_{secrets.token_urlsafe(24)}",
        demo_key=f"psc_d_{secrets.token_urlsafe(24)}",
        staff={user: readable_password() for user in STAFF},
        signing_key=dict(new_key().as_dict(private=True)),
    )


def new_key() -> OKPKey:
    """An Ed25519 key with its thumbprint as `kid`."""
    key = OKPKey.generate_key("Ed25519", {"alg": "EdDSA", "use": "sig"}, private=True)
    key.ensure_kid()
    return key


def accounts(passwords: dict[str, str]) -> list[dict[str, str | None]]:
    """The staff accounts that followup creates: `user`, `password`, `role`, `level` (none for admin)."""
    return [
        {
            "user": user,
            "password": password,
            "role": (Role.ADMIN if user == ADMIN else Role.STAFF).value,
            "level": None if user == ADMIN else user,
        }
        for user, password in passwords.items()
    ]


def readable_password() -> str:
    """Four pronounceable words, about 50 bits: `bado-kuri-meso-tupa`."""
    return "-".join("".join(secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(2)) for _ in range(4))


def _bytes32() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
