"""What becomes of a posted complaint: where and when it is, and the event that tells of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.intake.policy.requests import Posted, as_text
from shared.clock import rfc3339
from shared.contracts.complaint import CityOrder, Complaint, ComplaintReceived
from shared.contracts.vocabulary import Language
from shared.places import Places
from shared.security.redact import passenger_words

OURS = re.compile(r"PS-\d{8}-\d{6,12}(?:-\d{1,3})?")
AHEAD = timedelta(minutes=2)
BEHIND = timedelta(days=30)


class Refused(Exception):
    """A complaint that does not fit this network or this moment; `findings` are (field, code)."""

    def __init__(self, findings: Mapping[str, str]) -> None:
        super().__init__(", ".join(findings.values()))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Settled:
    """Place and time as the network and the clock confirm them; what they do not is in `unverified`, by field."""

    line: str | None
    station: str | None
    taken_at: datetime | None
    occurred_at: datetime | None
    unverified: Mapping[str, str]


NOWHERE = Settled(None, None, None, None, {})


def settle(posted: Posted, places: Places, now: datetime, home: str | None = None) -> Settled:
    """Check place and time; `home` is the station of the terminal that asks, meant where no place is given.

    Errors: `Refused`; with `flags.danger` nothing refuses, and what cannot be verified is kept as text.
    """
    request = posted.request
    findings = _times(posted, now) | _places(posted, places)
    if findings and not request.flags.danger:
        raise Refused(findings)
    station = request.station
    if station is None and request.line is None and not posted.unverified.keys() & {"station", "line"}:
        station = home
    known = places.station(station) if station and "station" not in findings else None
    return Settled(
        line=places.line(request.line) if request.line and "line" not in findings else None,
        station=known.name if known else None,
        taken_at=None if "taken_at" in findings else request.taken_at,
        occurred_at=None if "occurred_at" in findings else request.occurred_at,
        unverified={**posted.unverified, **{name: _given(posted, name) for name in findings}},
    )


def _times(posted: Posted, now: datetime) -> dict[str, str]:
    findings = {}
    for name in ("taken_at", "occurred_at"):
        at: datetime | None = getattr(posted.request, name)
        if at is not None and at > now + AHEAD:
            findings[name] = "future"
    taken = posted.request.taken_at
    if taken is not None and taken < now - BEHIND:
        findings["taken_at"] = "too_old"
    return findings


def _places(posted: Posted, places: Places) -> dict[str, str]:
    findings = {}
    line, station = posted.request.line, posted.request.station
    line_id = places.line(line) if line else None
    known = places.station(station) if station else None
    if line and line_id is None:
        findings["line"] = "unknown_line"
    if station and known is None:
        findings["station"] = "unknown_station"
    if line_id and known and line_id not in known.lines:
        # In danger the station is the better hint, so it is the line that goes unverified.
        findings["line" if posted.request.flags.danger else "station"] = "not_on_line"
    return findings


def _given(posted: Posted, name: str) -> str:
    value = getattr(posted.request, name)
    return rfc3339(value) if isinstance(value, datetime) else as_text(value)


@dataclass(frozen=True, slots=True)
class Draft:
    """A complaint that is about to be accepted under the sender's key."""

    case_id: UUID
    sender: str
    key: str
    digest: bytes
    posted: Posted
    settled: Settled
    passenger_ref: str | None
    trace: str | None
    demo: bool = False
    city_order: CityOrder | None = None
    source: str | None = None

    @property
    def name(self) -> str | None:
        """The passenger's, if given."""
        passenger = self.posted.request.passenger
        return passenger.name if passenger else None

    @property
    def phone(self) -> str | None:
        """The passenger's, if given."""
        passenger = self.posted.request.passenger
        return passenger.phone if passenger else None

    @property
    def language(self) -> Language:
        """The language to answer in."""
        passenger = self.posted.request.passenger
        return passenger.language if passenger else Language.ZH


def _related(number: str | None) -> str | None:
    """A number of ours is no card; anything else may be."""
    return number if number is None or OURS.fullmatch(number) else passenger_words(number)


def announce(draft: Draft, number: str, received_at: datetime) -> ComplaintReceived:
    """What the other services learn: the words redacted, name and phone left out."""
    request, settled = draft.posted.request, draft.settled
    somewhere = " ".join(settled.unverified[n] for n in ("line", "station") if n in settled.unverified)
    return ComplaintReceived(
        complaint=Complaint(
            case_id=draft.case_id,
            number=number,
            channel=request.channel,
            text=passenger_words(request.text, draft.name),
            language=draft.language,
            received_at=received_at,
            taken_at=settled.taken_at,
            occurred_at=settled.occurred_at,
            line=settled.line,
            station=settled.station,
            place_unverified=passenger_words(somewhere, draft.name) if somewhere else None,
            category=request.category,
            claim=request.claim,
            flags=request.flags,
            related_number=_related(request.related_number),
            passenger_ref=draft.passenger_ref,
            city_order=draft.city_order,
            demo=draft.demo,
        )
    )
