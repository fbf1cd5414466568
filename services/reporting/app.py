"""The map: what reporting takes and which doors it has."""

from pathlib import Path

from fastapi import FastAPI

from services.reporting.api import cases as case_doors
from services.reporting.api import fairness as fairness_door
from services.reporting.api import kpis as figure_doors
from services.reporting.api import series as series_door
from services.reporting.api import stream as stream_door
from services.reporting.api.board import Board
from services.reporting.api.dashboard import HOME, Dashboard, Doors
from services.reporting.api.fairness import Fairness
from services.reporting.api.fairness_page import FairnessPage
from services.reporting.api.wording import TEXTS
from services.reporting.handlers import CaseEvents, ReferenceData
from services.reporting.jobs.broadcast import Broadcast
from services.reporting.repository.cases import Cases
from services.reporting.repository.figures import Counts
from services.reporting.repository.projection import CASE_FACTS, Projection
from services.reporting.repository.reference import Reference
from services.reporting.repository.stream import Stream
from services.reporting.settings import Settings
from shared.contracts.case_events import CaseEvent
from shared.contracts.reference import CalendarPublished, NetworkPublished, StaffPublished
from shared.messaging.consumer import Handles
from shared.messaging.topics import Topic
from shared.runtime import Runtime
from shared.security.tokens import Verifier
from shared.web.app import build_app, consuming_check
from shared.web.pages import Pages
from shared.web.session import Desk, Forms, SignIn
from shared.web.staff import staff_door

HERE = Path(__file__).parent


def build(runtime: Runtime, settings: Settings) -> FastAPI:
    """Wire the service; nothing here needs a database or a broker."""
    case_events = CaseEvents(Projection())
    reference = Reference(runtime.pool)
    reference_data = ReferenceData(reference)
    cases, counts, stream = Cases(runtime.pool), Counts(runtime.pool), Stream(runtime.pool)
    board, broadcast, fairness = Board(counts), Broadcast(stream), Fairness(counts)
    verifier = Verifier(settings.staff_jwks)
    who, desk = staff_door(verifier), Desk(verifier)
    pages = Pages(HERE / "templates", HERE / "static", TEXTS)

    runtime.consume(
        [Topic.CASE_EVENTS],
        # Facts of a later version advance a case's version too, or all that follow would wait for ever.
        Handles({CaseEvent: case_events.on_case_events}, strangers={CASE_FACTS: CaseEvent}),
    )
    runtime.consume(
        [Topic.REFERENCE],
        Handles(
            {
                CalendarPublished: reference_data.on_calendar,
                NetworkPublished: reference_data.on_network,
                StaffPublished: reference_data.on_staff,
            }
        ),
        suffix="-reference",
        quiet=True,
    )
    runtime.job("broadcast", broadcast.run)
    app = build_app(
        runtime,
        "psc reporting",
        [
            case_doors.router(cases, who),
            figure_doors.router(board, who),
            series_door.router(counts, who),
            fairness_door.router(fairness, who),
            stream_door.router(broadcast, who),
            Forms(pages, desk, SignIn(settings.public_urls.get("followup")), HOME).router(),
            Doors(pages, desk, Dashboard(board, counts, cases, stream)).router(),
            FairnessPage(pages, desk, fairness, reference).router(),
        ],
        ready={"consuming": consuming_check(runtime)},
    )
    pages.mount(app)
    return app
