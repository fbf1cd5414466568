"""What intake reads from its environment."""

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from shared.settings import ServiceSettings

NETWORK = Path(__file__).parent / "network" / "default.yaml"
SECRET_LENGTH = 32


class Settings(ServiceSettings):
    """intake's own besides what all services have."""

    http_port: int = 8101
    receipt_key: SecretStr
    """What receipt codes are computed with. With another key no earlier code fits."""
    pseudonym_key: SecretStr
    """What `passenger_ref` is computed with. With another key a passenger's history begins anew."""
    hotline_secrets: SecretStr = SecretStr("")
    """Standard Webhooks secrets (`whsec_…`), separated by commas or as a JSON list; all are good, so that one can
    follow another without a gap. None: the hotline's door refuses everything."""
    seed_terminal_key: SecretStr | None = None
    seed_terminal_station: str = "人民广场"
    """The station of the terminal whose key is seeded."""
    seed_integration_key: SecretStr | None = None
    seed_demo_key: SecretStr | None = None
    """Like an integration key, but what it posts is marked as demo."""
    network_file: Path = NETWORK
    """The lines and stations that complaints may name."""
    intake_group_commit: Literal["on", "off"] = "on"
    """`off` is the naive form, one transaction per complaint, that `make bench` compares with."""
    terminal_per_second: float = Field(default=5, gt=0)
    terminal_burst: int = Field(default=100, gt=0)
    unopened_after_seconds: float = Field(default=60, gt=0)
    """A complaint without a case after this long is reported."""
    resend_after_seconds: float = Field(default=600, gt=0)
    """…and after this long its event goes out again,"""
    resend_every_seconds: float = Field(default=3600, gt=0)
    """and then again after each of these."""
    watch_every_seconds: float = Field(default=5, gt=0)
    keys_kept_days: int = Field(default=35, ge=30)
    """How long an Idempotency-Key is remembered."""

    @field_validator("receipt_key", "pseudonym_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"a key has at least {SECRET_LENGTH} characters")
        return value

    @property
    def hotline_keys(self) -> tuple[str, ...]:
        """The live secrets, one by one."""
        text = self.hotline_secrets.get_secret_value().strip()
        given = json.loads(text) if text.startswith("[") else text.split(",")
        return tuple(secret.strip() for secret in given if secret.strip())
