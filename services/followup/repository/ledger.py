"""The one way in which a change of cases is written: case, timeline, timers, outbox, all in the caller's transaction.

Order of locks everywhere: the case's row first, then what belongs to it, then the outbox.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.followup.policy.case import Case
from services.followup.policy.change import Change
from services.followup.policy.opening import open_case
from services.followup.policy.rulebook import Rulebook
from services.followup.policy.sight import offered_to
from services.followup.policy.ticking import Timer, timers
from services.followup.repository import limits
from shared.contracts.case_events import CaseEvent
from shared.contracts.complaint import ComplaintRouted
from shared.errors import PscError
from shared.ids import derived_id
from shared.messaging import outbox
from shared.messaging.outbox import Outgoing
from shared.messaging.topics import Topic
from shared.storage.pool import Connection
from shared.storage.queries import load
from shared.telemetry import Tracing

queries = load(__file__)


class Overtaken(PscError):
    """A case changed between its reading and its writing, although its row was locked: a bug, never a wait."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change to write. `calendars` are those by which it was worked out; `trace` is where what it says belongs, the
    case's own place unless given."""

    change: Change
    timers: tuple[Timer, ...]
    calendars: str
    trace: str | None = None

    @property
    def case(self) -> Case:
        """The case after the change."""
        return self.change.case


def entry(change: Change, rulebook: Rulebook, trace: str | None = None) -> Entry:
    """An entry with the timers that the changed case needs."""
    return Entry(change, timers(change.case, rulebook), rulebook.time.versions, trace or change.case.traceparent)


def entries(change: Change, rulebook: Rulebook, trace: str | None = None) -> list[Entry]:
    """An entry for each case that a change touches; `trace` is for the first, the others keep their own place."""
    return [entry(change, rulebook, trace), *(entry(one, rulebook) for one in change.also)]


async def open_cases(tx: Connection, entries: Sequence[Entry], routed: Sequence[ComplaintRouted]) -> list[Entry]:
    """Write new cases with the passenger's words; returns the entries of those that were not open already."""
    cases = [e.case for e in entries]
    columns = _columns(entries)
    received = [c.received_at for c in cases]
    numbers = [c.number for c in cases]
    rows = queries.insert_cases(tx, numbers=numbers, received=received, **columns)
    new = {row["case_id"] async for row in rows}
    opened: dict[UUID, tuple[Entry, ComplaintRouted]] = {}
    for one, event in zip(entries, routed, strict=True):
        if one.case.case_id in new:
            opened.setdefault(one.case.case_id, (one, event))
    if not opened:
        return []
    written = [one for one, _ in opened.values()]
    await _insert_words(tx, [event for _, event in opened.values()])
    await queries.insert_timers(tx, **_timer_columns(written))
    await _tell(tx, written)
    return written


async def bear(tx: Connection, changes: Sequence[Change], rulebook: Rulebook, now: datetime, tracing: Tracing) -> None:
    """Open the children that these changes bring, each in a trace of its own that is linked to its parent's."""
    born = [(change.case, child) for change in changes for child in change.born]
    opened = []
    for parent, child in born:
        links = [parent.traceparent] if parent.traceparent else []
        span = tracing.root("child opened", attributes={"psc.case.number": child.complaint.number}, links=links)
        opened.append(entry(open_case(child, rulebook, now, span.traceparent or None, parent.number), rulebook))
        span.end()
    if opened:
        await open_cases(tx, opened, [child for _, child in born])


async def save(tx: Connection, entries: Sequence[Entry]) -> None:
    """Write changes of cases that `tx` has locked. Errors: `Overtaken`."""
    if not entries:
        return
    cases = [e.case for e in entries]
    before = [e.case.version - len(e.change.events) for e in entries]
    saved = [row async for row in queries.update_cases(tx, before=before, **_columns(entries))]
    if len(saved) != len(entries):
        raise Overtaken(f"{len(entries) - len(saved)} of {len(entries)} cases were at another version")
    await queries.replace_timers(tx, cases=[c.case_id for c in cases], **_timer_columns(entries))
    await limits.keep(tx, [e.change for e in entries])
    await _tell(tx, entries)


async def retime(tx: Connection, cases: Sequence[Case], rulebook: Rulebook) -> None:
    """Put the timers of locked cases right where nothing was due after all."""
    found = [entry(Change(case, (), (), {}), rulebook) for case in cases]
    if found:
        await queries.replace_timers(tx, cases=[c.case_id for c in cases], **_timer_columns(found))


async def _tell(tx: Connection, entries: Sequence[Entry]) -> None:
    facts = [(e, fact, outbox.encoded(fact)) for e in entries for fact in e.change.events]
    await queries.insert_timeline(
        tx,
        ids=[fact.case_id for _, fact, _ in facts],
        versions=[fact.version for _, fact, _ in facts],
        ats=[fact.at for _, fact, _ in facts],
        types=[fact.type for _, fact, _ in facts],
        facts=[document for _, _, document in facts],
        words=[e.change.words.get(fact.version) for e, fact, _ in facts],
    )
    said = [_said(e, fact, document) for e, fact, document in facts]
    told = [outgoing for e in entries if e.change.told for outgoing in _told(e)]
    await outbox.add(tx, said + told)


def _said(one: Entry, fact: CaseEvent, document: str) -> Outgoing:
    """A fact for everyone; its id follows from case and version, so that a retry says the same."""
    key = str(fact.case_id)
    return Outgoing(Topic.CASE_EVENTS, key, derived_id(key, fact.version), fact, one.trace, payload=document)


def _told(one: Entry) -> list[Outgoing]:
    """What the passenger is to hear."""
    key, version = str(one.case.case_id), one.case.version
    return [
        Outgoing(
            Topic.PASSENGER_MESSAGES, str(message.case_id), derived_id("told", key, version, place), message, one.trace
        )
        for place, message in enumerate(one.change.told)
    ]


async def _insert_words(tx: Connection, routed: Sequence[ComplaintRouted]) -> None:
    complaints = [event.complaint for event in routed]
    because = [[b.model_dump(exclude_none=True) for b in event.decision.explanation] for event in routed]
    await queries.insert_words(
        tx,
        ids=[c.case_id for c in complaints],
        texts=[c.text for c in complaints],
        places=[c.place_unverified for c in complaints],
        becauses=[json.dumps(b, ensure_ascii=False) for b in because],
        children=[_children(event) for event in routed],
    )


def _children(event: ComplaintRouted) -> str | None:
    """The children that a proposal's confirmation opens: their words are kept with its own until then."""
    found = event.decision.children if event.decision.proposed else ()
    return json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False) if found else None


def _columns(entries: Sequence[Entry]) -> dict[str, list[object]]:
    cases = [e.case for e in entries]
    return {
        "ids": [c.case_id for c in cases],
        "versions": [c.version for c in cases],
        "states": [c.state.value for c in cases],
        "kinds": [c.kind.value for c in cases],
        "severities": [c.severity.value for c in cases],
        "levels": [c.level.value for c in cases],
        "owners": [c.owner.user if c.owner else None for c in cases],
        "offered": [offered_to(c.offer) for c in cases],
        "lines": [c.line for c in cases],
        "stations": [c.station for c in cases],
        "about_person": [c.about_a_person for c in cases],
        "about_user": [c.about_user for c in cases],
        "due": [_due(c) for c in cases],
        "calendars": [e.calendars for e in entries],
        "documents": [c.model_dump_json(exclude_none=True) for c in cases],
    }


def _due(case: Case) -> datetime | None:
    """The earliest due instant of a clock that runs; a paused one has none for now."""
    return min((run.due_at for run in case.clocks if run.stopped_at is None and not run.is_paused), default=None)


def _timer_columns(entries: Sequence[Entry]) -> dict[str, list[object]]:
    rows = [(e.case.case_id, timer) for e in entries for timer in e.timers]
    return {
        "ids": [case_id for case_id, _ in rows],
        "clocks": [timer.clock.value for _, timer in rows],
        "generations": [timer.generation for _, timer in rows],
        "whats": [timer.what for _, timer in rows],
        "dues": [timer.due_at for _, timer in rows],
    }
