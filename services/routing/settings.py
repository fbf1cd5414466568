"""What routing reads from its environment."""

from pydantic import SecretStr, field_validator

from shared.settings import ServiceSettings

SECRET_LENGTH = 32


class Settings(ServiceSettings):
    """routing's own besides what all services have."""

    http_port: int = 8102
    policy_pack: str = "metro-default"
    """The pack that decides; its latest version in effect does."""
    fingerprint_key: SecretStr
    """What fingerprints of words are taken with; all processes share it. With another key no earlier text is known
    again."""

    @field_validator("fingerprint_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"a key has at least {SECRET_LENGTH} characters")
        return value
