"""What reporting reads from its environment."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """reporting's own besides what all services have."""

    http_port: int = 8104
