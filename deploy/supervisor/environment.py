"""What each service is told: its own secrets and nobody else's."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass

from joserfc.jwk import OKPKey

from deploy.settings import ROOT, SERVICES, RunSettings
from deploy.supervisor.secrets import Secrets, accounts

OURS = frozenset(
    f"PSC_{name}"
    for name in (
        *("DEMO", "PORT_BASE", "DATA_DIR", "KAFKA_BOOTSTRAP", "POSTGRES_DSN", "HTTP_HOST", "HTTP_PORT"),
        *("STAFF_JWKS", "SIGNING_KEY", "RECEIPT_KEY", "PSEUDONYM_KEY", "HOTLINE_SECRETS", "PUBLIC_URLS"),
        "FINGERPRINT_KEY",
        *("SEED_TERMINAL_KEY", "SEED_INTEGRATION_KEY", "SEED_DEMO_KEY", "SEED_STAFF"),
    )
)
"""Decided here; a service gets none of them from the operator's environment, which may hold a superuser's DSN."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the services of one run share."""

    settings: RunSettings
    secrets: Secrets
    run_key: OKPKey
    bootstrap: str
    dsns: Mapping[str, str]
    """By service: how its own role reaches its own schema."""

    @property
    def jwks(self) -> str:
        """The public keys that staff tokens are verified with: followup's, and this run's."""
        keys = (OKPKey.import_key(self.secrets.signing_key), self.run_key)
        return json.dumps({"keys": [key.as_dict(private=False) for key in keys]})


def environment(service: str, wiring: Wiring, inherited: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of one service process. OTEL_* and the like pass through."""
    outer = os.environ if inherited is None else inherited
    ports = wiring.settings.ports
    base = {name: value for name, value in outer.items() if name not in OURS}
    base |= {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PSC_POSTGRES_DSN": wiring.dsns[service],
        "PSC_KAFKA_BOOTSTRAP": wiring.bootstrap,
        "PSC_HTTP_HOST": "127.0.0.1",
        "PSC_HTTP_PORT": str(ports.services[service]),
        "PSC_STAFF_JWKS": wiring.jwks,
        "PSC_PUBLIC_URLS": json.dumps({name: ports.urls[name] for name in SERVICES}),
    }
    return base | _own(service, wiring.secrets)


def _own(service: str, secrets: Secrets) -> dict[str, str]:
    if service == "intake":
        return {
            "PSC_RECEIPT_KEY": secrets.receipt_key,
            "PSC_PSEUDONYM_KEY": secrets.pseudonym_key,
            "PSC_HOTLINE_SECRETS": secrets.hotline_secret,
            "PSC_SEED_TERMINAL_KEY": secrets.terminal_key,
            "PSC_SEED_INTEGRATION_KEY": secrets.integration_key,
            "PSC_SEED_DEMO_KEY": secrets.demo_key,
        }
    if service == "routing":
        return {"PSC_FINGERPRINT_KEY": secrets.fingerprint_key}
    if service == "followup":
        return {
            "PSC_SIGNING_KEY": json.dumps(secrets.signing_key),
            "PSC_SEED_STAFF": json.dumps(accounts(secrets.staff)),
        }
    return {}
