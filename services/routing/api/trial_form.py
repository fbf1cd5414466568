"""The trial page's form: what was typed, as the preview door would have got it, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from services.routing.api.preview import Preview
from shared.contracts.reference import Network
from shared.places import Places
from shared.web.problems import FieldError
from shared.web.validation import problem_of

POINTERS = {
    "text": "/text",
    "channel": "/channel",
    "line": "/line",
    "station": "/station",
    "category": "/category",
    "claim": "/claim/amount_cny",
    "loss": "/claim/proven_loss_cny",
    "earlier": "/context/earlier_open_case",
    "contacts": "/context/prior_contacts_90d",
    "claims": "/context/similar_claims_180d",
    "danger": "/flags/danger",
    "injury": "/flags/injury",
    "on_scene": "/flags/on_scene",
    "in_court": "/flags/in_court",
    "final_reply": "/context/final_reply_sent",
    "overdue": "/context/our_reply_overdue",
}
"""Fields of the form and where their values go."""
FIELDS = {pointer: name for name, pointer in POINTERS.items()}
TICKS = frozenset({"danger", "injury", "on_scene", "in_court", "final_reply", "overdue"})
SUMS, COUNTS = frozenset({"claim", "loss"}), frozenset({"contacts", "claims"})
EMPTY = {name: "" for name in POINTERS} | {"channel": "hotline"}


@dataclass(frozen=True, slots=True)
class Filled:
    """The form as typed; either `asked`, or `wrong`: errors by field."""

    typed: Mapping[str, str]
    asked: Preview | None = None
    wrong: Mapping[str, FieldError] | None = None


def filled(given: Mapping[str, str], network: Network | None) -> Filled:
    """Read the form; names of places are the network's, where it is known."""
    typed = {name: given.get(name, "") for name in POINTERS}
    typed["text"] = typed["text"].replace("\r\n", "\n")
    wrong = _places(typed, network)
    try:
        asked = Preview.model_validate(_document(typed, network))
    except ValidationError as error:
        found = problem_of(error.errors(include_input=False, include_url=False)).errors
        wrong = {FIELDS.get(one.pointer, "text"): one for one in reversed(found)} | wrong
        return Filled(typed, wrong=wrong)
    return Filled(typed, wrong=wrong) if wrong else Filled(typed, asked)


def _document(typed: Mapping[str, str], network: Network | None) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, pointer in POINTERS.items():
        value = _value(name, typed[name])
        if value is None:
            continue
        *room, last = pointer[1:].split("/")
        (document.setdefault(room[0], {}) if room else document)[last] = value
    if network is not None:
        places = Places(network)
        station = places.station(document.get("station", ""))
        document |= {"station": station.name} if station else {}
        line = places.line(document.get("line", ""))
        document |= {"line": line} if line else {}
    return document


def _value(name: str, typed: str) -> Any:
    """What the field says; the text is always said, so that it is missed where there is none."""
    if name == "text":
        return typed
    typed = typed.strip()
    if not typed:
        return None
    if name in TICKS:
        return True
    try:
        if name in SUMS:
            return Decimal(typed)
        return int(typed) if name in COUNTS else typed
    except (InvalidOperation, ValueError):
        return typed


def _places(typed: Mapping[str, str], network: Network | None) -> dict[str, FieldError]:
    if network is None:
        return {}
    places, wrong = Places(network), {}
    line, station = typed["line"].strip(), typed["station"].strip()
    known = places.station(station) if station else None
    if line and places.line(line) is None:
        wrong["line"] = FieldError("/line", "unknown_line")
    if station and known is None:
        wrong["station"] = FieldError("/station", "unknown_station")
    if known and line and not wrong and places.line(line) not in known.lines:
        wrong["station"] = FieldError("/station", "not_on_line")
    return wrong
