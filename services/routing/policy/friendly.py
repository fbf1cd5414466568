"""The matters that are no complaint: praise, lost property and help, suggestions, inquiries."""

from services.routing.policy.normal import news
from services.routing.policy.subject import Finding, Subject, fact
from services.routing.policy.topic import scores
from services.routing.rules.reading import Reading
from shared.contracts.vocabulary import Category, Reason

_GRIEVANCES = (
    "complains",
    "fault",
    "failing",
    "staff_conduct",
    "assault",
    "injury",
    "bruise",
    "discrimination",
    "overdue",
    "loss",
    "unsafe_goods",
    "caught",
    "crime",
    "danger_defect",
    "latent_defect",
    "crowding",
    "our_handling",
    "angry",
    "insult",
    "not_ours",
    "not_ours_said",
    "stuck",
    "hampered",
)
_LITTLE = 12  # characters besides the thanks
_HARM = ("injury", "bruise", "assault", "prevented", "discrimination")
_HINTED = {
    Category.PRAISE: Reason.Z1,
    Category.INQUIRY: Reason.Z2,
    Category.SUGGEST: Reason.Z3,
    Category.LOST: Reason.Z4,
}


def friendly(subject: Subject) -> Finding | None:
    """Z1 to Z4, or None when something of ours went wrong for the writer."""
    praised = _praise(subject)
    if praised is not None:
        return praised
    reading = subject.reading
    if _asks(subject):
        return None
    if grieved(reading):
        only_named = reading.has("fault") and not reading.has(*(g for g in _GRIEVANCES if g != "fault"))
        return _inquiry(subject) if only_named and reading.has("asks_plainly") else None
    if reading.has("sarcasm") and not reading.has("praise_purpose"):
        return None
    for rule in (_help, _suggestion, _inquiry, _hint):
        found = rule(subject)
        if found is not None:
            return found
    return None


def grieved(reading: Reading) -> bool:
    """Whether the words tell of something that went wrong."""
    return reading.has(*_GRIEVANCES)


def _asks(subject: Subject) -> bool:
    """Whether the text wants a sum, or comes back to an earlier case."""
    return subject.sums.claim is not None or news(subject) is not None


def defect(subject: Subject) -> Reading | None:
    """What praise adds after "but", if that is a grievance."""
    turn = subject.reading.first("contrast")
    if turn is None:
        return None
    rest = subject.reading.since(turn.start)
    return rest if grieved(rest) else None


def _praise(subject: Subject) -> Finding | None:
    reading = subject.reading
    purpose, hit = reading.first("praise_purpose"), reading.first("praise")
    rest = defect(subject)
    if purpose is not None and (rest is None or not rest.has(*_HARM)):
        return Finding(Reason.Z1, (subject.words("friendly.praise", purpose),), unsure=rest is not None)
    if hit is None and reading.has("thanks") and reading.besides("thanks") <= _LITTLE:
        hit = reading.first("thanks")
    if hit is None or grieved(reading) or _asks(subject):
        return None
    if reading.has("sarcasm") and any(category is not Category.STAFF for _, category in scores(subject)):
        return None
    if reading.has("inquiry", "suggestion", "seek_help"):
        return None
    return Finding(Reason.Z1, (subject.words("friendly.praise", hit),), unsure=reading.has("sarcasm"))


def _help(subject: Subject) -> Finding | None:
    reading = subject.reading
    lost = reading.first("lost_property")
    if lost is not None:
        return Finding(Reason.Z4, (subject.words("friendly.lost_property", lost),), unsure=not reading.has("property"))
    hit = reading.first("seek_help")
    return Finding(Reason.Z4, (subject.words("friendly.help", hit),)) if hit else None


def _suggestion(subject: Subject) -> Finding | None:
    hit = subject.reading.first("suggestion")
    return Finding(Reason.Z3, (subject.words("friendly.suggestion", hit),)) if hit else None


def _inquiry(subject: Subject) -> Finding | None:
    hit = subject.reading.first("inquiry")
    return Finding(Reason.Z2, (subject.words("friendly.inquiry", hit),)) if hit else None


def _hint(subject: Subject) -> Finding | None:
    hinted = subject.facts.category
    reason = _HINTED.get(hinted) if hinted is not None else None
    return None if reason is None else Finding(reason, (fact("friendly.sender", f"category = {hinted}"),), unsure=True)
