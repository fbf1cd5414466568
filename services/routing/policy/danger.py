"""The first question: is anyone in danger now? Neither tone nor duplicates nor the kind can hold it back."""

from collections.abc import Iterator

from services.routing.policy.subject import Finding, Subject, fact
from services.routing.rules.phrases import Hit
from services.routing.rules.reading import Reading
from shared.contracts.vocabulary import Reason

_LIVE_UNLESS_PAST = ("fire", "on_track", "medical", "unguarded")
_LIVE_IF_NOW = ("caught", "crime")
HAZARDS = (*_LIVE_UNLESS_PAST, *_LIVE_IF_NOW, "lost_child")


def danger(subject: Subject) -> list[Finding]:
    """What puts a person at risk now, the gravest first: self-harm, harm to others, then an emergency."""
    return list(_findings(subject))


def _findings(subject: Subject) -> Iterator[Finding]:
    reading = subject.reading
    hit = reading.first("self_harm")
    if hit is not None:
        yield Finding(Reason.A7, (subject.words("danger.self_harm", hit),))
    threat = _threat(reading)
    if threat is not None:
        yield Finding(Reason.A8, (subject.words("danger.threat", *threat),))
    emergency = _emergency(reading)
    if emergency is not None:
        reason = Reason.Z4 if emergency.group == "lost_child" and not reading.has("failing", "complains") else Reason.N3
        yield Finding(reason, (subject.words(f"danger.{emergency.group}", emergency),))
    elif subject.facts.danger:
        yield Finding(Reason.N3, (fact("danger.flag", "flags.danger"),))


def _threat(reading: Reading) -> tuple[Hit, ...] | None:
    violence = reading.first("threat_violence")
    if violence is not None:
        return (violence,)
    return reading.near(("weapon",), ("weapon_intent",))


def _emergency(reading: Reading) -> Hit | None:
    """The first hazard that lasts. Praise tells of what is over; so does an all-clear, or a past without a present."""
    if reading.has("over") or (reading.has("praise_purpose") and not reading.has("now")):
        return None
    for hit in reading.all(*_LIVE_UNLESS_PAST, "lost_child"):
        if not reading.has("past") or _now(reading, hit):
            return hit
    return next((hit for hit in reading.all(*_LIVE_IF_NOW) if _now(reading, hit)), None)


def _now(reading: Reading, hit: Hit) -> bool:
    here = reading.sentence(hit.start)
    return any(abs(reading.sentence(now.start) - here) <= 1 for now in reading.all("now"))
