"""What routing reads from its environment."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """routing's own besides what all services have."""

    http_port: int = 8102
    policy_pack: str = "metro-default"
    """The pack that decides; its latest version in effect does."""
