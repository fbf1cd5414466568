"""What followup reads from its environment."""

import json

from joserfc.jwk import OKPKey
from pydantic import Field, SecretStr, field_validator

from services.followup.repository.accounts import Seed
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """Beside what every service reads."""

    http_port: int = 8103
    signing_key: SecretStr
    """The private Ed25519 key that staff tokens are signed with, a JWK with its `kid`."""
    token_seconds: int = Field(default=12 * 3600, ge=60, le=31 * 24 * 3600)
    """How long a token lasts."""
    seed_staff: tuple[Seed, ...] = ()
    """Accounts that must exist: JSON, `[{"user", "password", "role", "level"}]`."""
    timer_pace_seconds: float = Field(default=0.25, gt=0, le=60)
    """How often to look for timers that another process may have set."""
    timer_batch: int = Field(default=200, gt=0, le=5000)
    """How many due cases are taken in one transaction."""

    @field_validator("signing_key")
    @classmethod
    def _is_a_private_key(cls, value: SecretStr) -> SecretStr:
        key = OKPKey.import_key(json.loads(value.get_secret_value()))
        if not key.is_private or not key.kid:
            raise ValueError("a private Ed25519 JWK with a kid")
        return value
