"""Whether the ports of this copy are free."""

import socket

from deploy.settings import RunSettings
from deploy.trouble import Trouble


def wanted(settings: RunSettings) -> dict[str, int]:
    """The ports this copy will listen on, by what for."""
    ports = settings.ports
    found = dict(ports.services)
    if settings.kafka_bootstrap is None:
        found |= {"kafka": ports.kafka, "kafka's controller": ports.kafka_controller}
    if settings.postgres_dsn is None:
        found["postgres"] = ports.postgres
    return found


def check(settings: RunSettings) -> None:
    """Errors: `Trouble` naming the first port that is taken."""
    for name, port in wanted(settings).items():
        if not is_free(port):
            raise Trouble(
                f"Port {port} (for {name}) is taken by another program: stop it, or set PSC_PORT_BASE "
                f"(now {settings.port_base}) to move all ports"
            )


def is_free(port: int) -> bool:
    """Whether one can listen on 127.0.0.1 there; a connection that lingers after its end does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError:
            return False
    return True
