"""What every service reads from its environment. `deploy/env.example` explains each variable."""

import json

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Built once in `__main__` and passed down; nothing else reads the environment."""

    model_config = SettingsConfigDict(env_prefix="PSC_", extra="ignore", frozen=True, hide_input_in_errors=True)

    postgres_dsn: SecretStr
    """The service's own login role; its schema is the role's search_path."""
    kafka_bootstrap: str
    http_host: str = "127.0.0.1"
    http_port: int
    staff_jwks: str = '{"keys":[]}'
    """Public keys that staff tokens are verified with, a JWK set as JSON."""
    public_urls: dict[str, str] = Field(default_factory=dict)
    """Where the services are reached from a browser, by name."""
    trace_url_template: str | None = None
    """A link to one trace, with `{trace_id}` in it."""
    parked_per_minute: int = Field(default=100, gt=0)
    """How many messages may be parked in a minute before consuming slows down."""
    batch_size: int = Field(default=500, gt=0, le=5000)
    """How many messages a consumer or relay takes at a time; 1 is the naive form that `make bench` compares with."""
    log_level: str = "INFO"

    @field_validator("staff_jwks")
    @classmethod
    def _is_a_key_set(cls, value: str) -> str:
        if not isinstance(json.loads(value).get("keys"), list):
            raise ValueError("a JWK set has a list `keys`")
        return value
