"""Mass events in a batch: found after each complaint was decided, so that places are held only briefly."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.routing.handlers.locks import LINE, STATION, keys
from services.routing.policy.crowd import Crowds, Report
from services.routing.policy.past import Past
from services.routing.repository import crowds
from shared.contracts.complaint import MassEvent
from shared.contracts.pack import MassEvents
from shared.logging import get_logger
from shared.storage.pool import Connection

log = get_logger()

Placed = tuple[Past, MassEvents]
"""A decided complaint and the thresholds that it was decided under."""


async def mass_events(tx: Connection, decided: Sequence[Placed]) -> tuple[Crowds, dict[UUID, MassEvent]]:
    """The mass events that these cases belong to, by case, in a crowd that is to be recorded after the cases.

    Nobody else looks for mass events at these places until `tx` ends. When somebody has them for too long none are
    found here: a complaint does not wait for that, and whoever comes next takes these along.
    """
    reports = [(report, limits) for case, limits in decided if (report := Report.of(case)) is not None]
    if not reports:
        return Crowds(), {}
    stations = {report.station for report, _ in reports if report.station}
    lines = {report.line for report, _ in reports if report.line}
    if not await crowds.hold(tx, sorted(keys(STATION, stations) + keys(LINE, lines))):
        log.warning("mass_events_not_looked_for", complaints=len(reports))
        return Crowds(), {}
    times = [report.at for report, _ in reports]
    width = timedelta(minutes=max(limits.minutes for _, limits in reports))
    crowd = await crowds.crowds(tx, stations, lines, (min(times), max(times)), width)
    found = {report.case_id: crowd.place(report, limits) for report, limits in reports}
    return crowd, {case_id: event for case_id, event in found.items() if event is not None}
