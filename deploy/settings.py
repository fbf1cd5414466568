"""What an operator sets for running psc. `deploy/env.example` explains each variable."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
"""The project's folder."""

SERVICES = ("intake", "routing", "followup", "reporting")
"""In the order of a complaint's road, which is the order of their ports."""


class RunSettings(BaseSettings):
    """Read once by the `psc` command and passed down. Variables are named PSC_…; an empty one counts as not set."""

    model_config = SettingsConfigDict(env_prefix="PSC_", extra="ignore", frozen=True, env_ignore_empty=True)

    demo: bool = True
    """Whether an empty system is filled with demo complaints."""
    port_base: int = Field(default=8100, ge=1024, le=65_400)
    """The first of a hundred ports; `Ports` says which are used."""
    data_dir: Path = ROOT / "var"
    """Everything that must be there next time: databases, secrets, logs."""
    kafka_bootstrap: str | None = Field(default=None, pattern=r"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$")
    """A Kafka cluster to use instead of starting one."""
    postgres_dsn: SecretStr | None = None
    """A PostgreSQL database to use instead of starting one, as a role that may create roles and schemas."""
    trace_url_template: str | None = None
    """A link to one trace, with `{trace_id}` in it."""

    @property
    def ports(self) -> "Ports":
        """The ports of this copy."""
        return Ports(self.port_base)


@dataclass(frozen=True, slots=True)
class Ports:
    """Which ports a copy uses, counted from its base."""

    base: int

    @property
    def services(self) -> dict[str, int]:
        """8101 to 8104 from the default base."""
        return {name: self.base + number for number, name in enumerate(SERVICES, start=1)}

    @property
    def postgres(self) -> int:
        """8132 from the default base."""
        return self.base + 32

    @property
    def kafka(self) -> int:
        """8192 from the default base."""
        return self.base + 92

    @property
    def kafka_controller(self) -> int:
        """8193 from the default base."""
        return self.base + 93

    @property
    def urls(self) -> dict[str, str]:
        """Where each service is reached."""
        return {name: f"http://127.0.0.1:{port}" for name, port in self.services.items()}


def read_settings() -> RunSettings:
    """The settings, with an absolute data folder. Errors: `Trouble` naming the variable that is wrong."""
    try:
        settings = RunSettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"PSC_{str(first['loc'][0]).upper()}" if first["loc"] else "PSC_…"
        said = "host:port, several with commas, is expected" if name == "PSC_KAFKA_BOOTSTRAP" else first["msg"]
        raise Trouble(f"{name} cannot be used: {said}") from None
    return settings.model_copy(update={"data_dir": settings.data_dir.expanduser().absolute()})
