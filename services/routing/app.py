"""The map: what routing takes and which doors it has."""

from pathlib import Path

from fastapi import FastAPI

from services.routing.api import policy_doors
from services.routing.api.trial import HOME, Trial
from services.routing.api.trial_texts import TEXTS
from services.routing.api.versions import version_doors
from services.routing.handlers import Complaints, on_fact, on_network
from services.routing.jobs import Archivist, Librarian, Surveyor
from services.routing.policy.atlas import Atlas
from services.routing.policy.shelf import Shelf
from services.routing.rules.fingerprint import Fingerprints
from services.routing.settings import Settings
from shared.contracts.case_events import CaseEvent
from shared.contracts.complaint import ComplaintReceived
from shared.contracts.reference import NetworkPublished
from shared.messaging.consumer import Handles
from shared.messaging.topics import Topic
from shared.runtime import Runtime, every
from shared.security.tokens import Verifier
from shared.web.app import build_app, consuming_check
from shared.web.pages import Pages
from shared.web.session import Desk, Forms, SignIn

HERE = Path(__file__).parent
LOOK_FOR_PACKS_SECONDS = 0.5
LOOK_FOR_NETWORK_SECONDS = 0.5


def build(runtime: Runtime, settings: Settings) -> FastAPI:
    """Wire the service; nothing here needs a database or a broker."""
    shelf = Shelf(settings.policy_pack)
    librarian = Librarian(runtime.pool, shelf, wake=runtime.relay.wake)
    atlas, verifier = Atlas(), Verifier(settings.staff_jwks)
    surveyor = Surveyor(runtime.pool, atlas)
    fingerprints = Fingerprints(settings.fingerprint_key.get_secret_value().encode())
    complaints = Complaints(shelf, fingerprints, atlas)

    async def ready() -> None:
        await surveyor.look()
        await librarian.ready()

    runtime.consume(
        [Topic.COMPLAINTS_RECEIVED],
        Handles({ComplaintReceived: complaints.on_received}, again={ComplaintReceived: complaints.on_received}),
        when=ready,
    )
    runtime.consume(
        [Topic.CASE_EVENTS],
        Handles({CaseEvent: on_fact}, strangers={"psc.case.": CaseEvent}),
        suffix="-cases",
        quiet=True,
    )
    runtime.consume([Topic.REFERENCE], Handles({NetworkPublished: on_network}), suffix="-reference", quiet=True)
    runtime.job("network", every(LOOK_FOR_NETWORK_SECONDS, surveyor.look))
    runtime.job("keeping", Archivist(runtime.pool, shelf, librarian.ready).run)
    runtime.job("packs", every(LOOK_FOR_PACKS_SECONDS, librarian.look))

    pages, desk, urls = Pages(HERE / "templates", HERE / "static", TEXTS), Desk(verifier), settings.public_urls
    app = build_app(
        runtime,
        "psc routing",
        [
            policy_doors(shelf, atlas, verifier),
            version_doors(runtime.pool, shelf, librarian, verifier),
            Forms(pages, desk, SignIn(urls.get("followup")), HOME).router(),
            Trial(pages, desk, shelf, atlas, urls.get("reporting")).router(),
        ],
        ready={"policy": librarian.missing, "consuming": consuming_check(runtime)},
    )
    pages.mount(app)
    return app
