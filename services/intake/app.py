"""The map: which doors intake has, what it takes from the other services, and what time starts."""

from fastapi import FastAPI
from pydantic import SecretStr

from services.intake.api.complaints import BATCH_BYTES, BATCH_PATH, complaint_doors
from services.intake.api.documents import describe
from services.intake.api.reception import Reception
from services.intake.api.senders import Senders
from services.intake.policy.places import Places
from services.intake.repository import keys, network
from services.intake.repository.group_commit import GroupCommit
from services.intake.settings import Settings
from shared.clock import utc_now
from shared.runtime import Runtime
from shared.security.rate import Bucket
from shared.web.app import build_app


def build(runtime: Runtime, settings: Settings) -> FastAPI:
    """Wire the service; nothing here needs a database or a broker."""
    acceptor = GroupCommit(runtime, together=settings.group_commit == "on")
    reception = Reception(
        acceptor,
        Places(network.read(settings.network_file)),
        runtime.tracing,
        utc_now,
        receipt_key=settings.receipt_key.get_secret_value().encode(),
        pseudonym_key=settings.pseudonym_key.get_secret_value().encode(),
    )
    senders = Senders(
        keys.Keyring(runtime.pool), Bucket(per_second=settings.terminal_per_second, burst=settings.terminal_burst)
    )
    runtime.job("accepting", acceptor.run)

    return describe(
        build_app(
            runtime,
            "psc intake",
            [complaint_doors(senders, reception)],
            larger_bodies={BATCH_PATH: BATCH_BYTES},
        )
    )


async def prepare(runtime: Runtime, settings: Settings) -> None:
    """What must be there before the doors open: the keys that come with the settings, and the network told."""
    seeds: tuple[tuple[keys.Kind, SecretStr | None, str | None], ...] = (
        ("terminal", settings.seed_terminal_key, settings.seed_terminal_station),
        ("integration", settings.seed_integration_key, None),
        ("demo", settings.seed_demo_key, None),
    )
    for kind, key, station in seeds:
        if key is not None:
            await keys.seed(runtime.pool, kind, key.get_secret_value(), station)
    await network.publish(runtime.pool, network.read(settings.network_file))
