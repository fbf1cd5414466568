"""A decision made again: the complaint, what psc knew besides it, and a rulebook are all that it rests on.

The live road decides by the same function, so that a decision replayed under its version is the same decision.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_type_hints

from pydantic import JsonValue, TypeAdapter

from services.routing.policy.decide import decide
from services.routing.policy.facts import Facts
from services.routing.policy.rulebook import Rulebook
from shared.contracts.complaint import Complaint
from shared.contracts.decision import Decision

Known = Mapping[str, JsonValue]
"""Fields of Facts that the complaint itself does not state: what history says, a place read from the words. As JSON,
so that it can be kept; never words."""

WORDS = "text"
_HINTS = get_type_hints(Facts)
_TYPES: Mapping[str, TypeAdapter[Any]] = {f.name: TypeAdapter(_HINTS[f.name]) for f in fields(Facts) if f.name != WORDS}


def replay(complaint: Complaint, known: Known, rulebook: Rulebook) -> Decision:
    """The decision on `complaint` with what was `known` besides it: the same for the same three."""
    typed = {name: _TYPES[name].validate_python(value) for name, value in known.items() if name in _TYPES}
    return decide(replace(stated(complaint), **typed), rulebook)


def known_besides(complaint: Complaint, facts: Facts) -> Known:
    """What `facts` hold beyond what `complaint` states."""
    own = stated(complaint)
    return {
        name: type_.dump_python(getattr(facts, name), mode="json")
        for name, type_ in _TYPES.items()
        if getattr(facts, name) != getattr(own, name)
    }


def stated(complaint: Complaint) -> Facts:
    """What the complaint itself states."""
    claim, flags = complaint.claim, complaint.flags
    return Facts(
        channel=complaint.channel,
        text=complaint.text,
        language=complaint.language,
        line=complaint.line,
        station=complaint.station,
        category=complaint.category,
        claim_cny=claim.amount_cny if claim else None,
        proven_loss_cny=claim.proven_loss_cny if claim else None,
        danger=flags.danger,
        injury=flags.injury,
        on_scene=flags.on_scene,
        in_court=flags.in_court,
    )
