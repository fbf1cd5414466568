"""The first question: is anyone in danger now? Neither tone nor duplicates nor the kind can hold it back."""

from collections.abc import Iterator
from dataclasses import replace

from services.routing.policy.subject import Finding, Subject, fact
from services.routing.rules.phrases import Hit
from services.routing.rules.reading import Reading
from shared.contracts.vocabulary import Reason

_LIVE_UNLESS_PAST = (
    "fire",
    "smoke",
    "breathless",
    "on_track",
    "medical",
    "unguarded",
    "stuck",
    "suspicious",
    "lost_child",
)
_LIVE_WITH = {"crime": ("now", "help_now"), "caught": ("now", "help_now")}
_LIVE_DESPITE_PAST = {"crime": ("now",), "caught": ("help_now",)}
_HARMLESS_BESIDE = {"smoke": ("smoking",), "breathless": ("squeezed",), "medical": ("praise",)}
"""A hazard of the first kind beside the second is none: smokers, a packed train, somebody helped who is thanked for."""
_HELPLESS = {"lost_child", "child", "confused"}
_CALM = (
    "inquiry",
    "asks_plainly",
    "suggestion",
    "praise",
    "praise_purpose",
    "over",
    "past",
    "fiction",
    "correction",
    "fabricated",
    "court",
    "media",
    "contrast",
    "earlier_contact",
    "final_reply",
    "barred_item",
    "against_rule",
)
_MEANT = (Reason.A7, Reason.A8)
HAZARDS = (*_LIVE_UNLESS_PAST, *_LIVE_WITH)


def danger(subject: Subject) -> list[Finding]:
    """What puts a person at risk now, the gravest first: self-harm, harm to others, then an emergency.

    Unsure where words only hint at it: something says that it is told calmly, or, but for what a person says of doing
    harm, nothing says now.
    """
    found, reading = list(_findings(subject)), subject.reading
    if subject.facts.danger:
        return found
    calm, now = reading.has(*_CALM), reading.has("now", "help_now")
    return [replace(f, unsure=True) if calm or not (now or f.reason in _MEANT) else f for f in found]


def _findings(subject: Subject) -> Iterator[Finding]:
    reading = subject.reading
    hit = _lasting(reading, "self_harm") or _jump(reading)
    if hit is not None:
        yield Finding(Reason.A7, (subject.words("danger.self_harm", hit),))
    threat = _threat(reading)
    if threat is not None:
        yield Finding(Reason.A8, (subject.words("danger.threat", *threat),))
    emergency = _emergency(reading)
    if emergency is not None:
        reason = Reason.Z4 if emergency.group in _HELPLESS and not reading.has("failing", "complains") else Reason.N3
        yield Finding(reason, (subject.words(f"danger.{emergency.group}", emergency),))
    elif subject.facts.danger:
        yield Finding(Reason.N3, (fact("danger.flag", "flags.danger"),))


def _lasting(reading: Reading, group: str) -> Hit | None:
    """The first words of `group` that tell neither of a picture or a play, nor of what is long over."""
    if not reading.has(group) or (reading.has("over") and reading.has("past")):
        return None
    if not reading.has("fiction"):
        return reading.first(group)
    shown = {reading.sentence(hit.start) for hit in reading.all("fiction")}
    return next((hit for hit in reading.all(group) if reading.sentence(hit.start) not in shown), None)


def _jump(reading: Reading) -> Hit | None:
    """A jump that is announced, unless it is to fetch something."""
    hit = _lasting(reading, "jump")
    return None if hit is None or reading.near(("jump",), ("fetching",), 1) else hit


def _threat(reading: Reading) -> tuple[Hit, ...] | None:
    violence = _lasting(reading, "threat_violence")
    if violence is not None:
        return (violence,)
    arson = reading.first("arson")
    if arson is not None and not reading.near(("arson",), ("searched",), 1):
        return (arson,)
    return reading.near(("weapon",), ("weapon_intent",))


def _emergency(reading: Reading) -> Hit | None:
    """The first hazard that lasts. Praise tells of what is over; so does an all-clear, or a past without a present."""
    if reading.has("over") or (reading.has("praise_purpose") and not reading.has("now", "help_now")):
        return None
    live = tuple(group for group in _LIVE_UNLESS_PAST if not _harmless(reading, group))
    helpless = reading.near(("confused",), ("lost_contact",), 1) or reading.near(("child",), ("separated",), 1)
    hazards = [*reading.all(*live), *([helpless[0]] if helpless else [])]
    if hazards and not reading.has("past"):
        return hazards[0]
    pair = reading.near(live, ("now", "help_now"), 1)
    if pair is None and helpless is not None and reading.near(("confused", "child"), ("now", "help_now"), 1):
        pair = helpless
    signs, reach = (_LIVE_DESPITE_PAST, 0) if reading.has("past") else (_LIVE_WITH, 1)
    for group, others in signs.items():
        pair = pair or reading.near((group,), others, reach)
    return pair[0] if pair else None


def _harmless(reading: Reading, group: str) -> bool:
    beside = _HARMLESS_BESIDE.get(group)
    if beside is None or reading.has("help_now", "contrast"):
        return False
    return reading.near((group,), beside, 0) is not None
