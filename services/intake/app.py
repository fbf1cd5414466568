"""The map: which doors intake has, what it takes from the other services, and what time starts."""

from fastapi import FastAPI
from pydantic import SecretStr
from starlette.middleware import Middleware

from services.intake.api.codes import Codes
from services.intake.api.complaints import BATCH_BYTES, BATCH_PATH, PATH, ComplaintDoors, complaint_doors
from services.intake.api.documents import describe
from services.intake.api.hotline import hotline_doors
from services.intake.api.originals import original_doors
from services.intake.api.passenger import passenger_doors
from services.intake.api.raw import Shortcut
from services.intake.api.reception import Reception
from services.intake.api.senders import Senders
from services.intake.handlers import Cases, Messages
from services.intake.jobs import Pace, Watch, forgetting_keys
from services.intake.repository import keys, network
from services.intake.repository.group_commit import GroupCommit
from services.intake.settings import Settings
from shared.clock import utc_now
from shared.contracts.case_events import CaseEvent
from shared.contracts.passenger import PassengerTold
from shared.messaging.consumer import Handles
from shared.messaging.topics import Topic
from shared.places import Places
from shared.runtime import Runtime, every
from shared.security.rate import Bucket
from shared.security.tokens import Verifier
from shared.web.app import build_app

KEYS_FORGOTTEN_EVERY_SECONDS = 3600.0


def build(runtime: Runtime, settings: Settings) -> FastAPI:
    """Wire the service; nothing here needs a database or a broker."""
    receipt_key = settings.receipt_key.get_secret_value().encode()
    acceptor = GroupCommit(runtime, together=settings.intake_group_commit == "on")
    reception = Reception(
        acceptor,
        Places(network.read(settings.network_file)),
        runtime.tracing,
        utc_now,
        receipt_key=receipt_key,
        pseudonym_key=settings.pseudonym_key.get_secret_value().encode(),
    )
    senders = Senders(
        keys.Keyring(runtime.pool), Bucket(per_second=settings.terminal_per_second, burst=settings.terminal_burst)
    )
    pace = Pace(settings.unopened_after_seconds, settings.resend_after_seconds, settings.resend_every_seconds)
    cases, messages, watch = Cases(), Messages(), Watch(runtime, pace)

    runtime.consume(
        [Topic.CASE_EVENTS, Topic.PASSENGER_MESSAGES],
        Handles(
            {CaseEvent: cases.on_facts, PassengerTold: messages.on_told},
            # A fact of a later version still moves the case's version and state on.
            strangers={"psc.case.": CaseEvent},
        ),
    )
    runtime.job("accepting", acceptor.run)
    runtime.job("watch", every(settings.watch_every_seconds, watch.look))
    runtime.job("keys", every(KEYS_FORGOTTEN_EVERY_SECONDS, forgetting_keys(runtime, settings.keys_kept_days)))

    complaints = ComplaintDoors(senders, reception)
    app = build_app(
        runtime,
        "psc intake",
        [
            complaint_doors(complaints),
            hotline_doors(settings.hotline_keys, reception),
            passenger_doors(runtime, Codes(runtime.pool, receipt_key)),
            original_doors(runtime, Verifier(settings.staff_jwks)),
        ],
        larger_bodies={BATCH_PATH: BATCH_BYTES},
    )
    # Last, hence innermost: the limits on bodies hold here too.
    app.user_middleware.append(Middleware(Shortcut, path=PATH, post=complaints.post))
    return describe(app)


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
