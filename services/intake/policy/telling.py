"""What a passenger is told: promised and answered instants, the answer, and the history in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.intake.policy.progress import Progress, state_for_passenger
from services.intake.policy.texts import APPEAL, FACTS, LEFT_TO, MEDIA, addressed
from shared.clock import rfc3339
from shared.contracts.vocabulary import Language

TOWN = ZoneInfo("Asia/Shanghai")
BY_FACTS = frozenset({"paused", "resolved", "closed"})
"""Messages that say what a fact says already."""
AFTER_WORDS = frozenset({"final_reply"})
"""Facts whose entry stands below the words of the same instant."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message of staff or of psc to the passenger."""

    at: datetime
    code: str
    text: str | None
    due_at: datetime | None
    medium: str | None = None


def tell(
    received_at: datetime,
    progress: Progress | None,
    facts: Sequence[tuple[datetime, str]],
    messages: Sequence[Told],
    name: str | None,
    language: Language,
) -> dict[str, Any]:
    """The fields of a status besides number, state and `can`. Messages show only once the case is known."""
    known = [m for m in messages if progress is not None and m.code not in BY_FACTS]
    reply = _answer(progress, known)
    answered_at = None
    if progress is not None and state_for_passenger(progress) in ("answered", "closed"):
        answered_at = progress.replied_at or progress.resolved_at
    entries = [(received_at, FACTS["received"][language])]
    entries += [(at, FACTS[fact][language]) for at, fact in facts if fact in FACTS and fact not in AFTER_WORDS]
    entries += [(m.at, _sentence(m, name, language)) for m in known]
    entries += [(at, FACTS[fact][language]) for at, fact in facts if fact in AFTER_WORDS]
    return {
        "received_at": rfc3339(received_at),
        "promised_at": _instant(progress.promised_at if progress else None),
        "answered_at": _instant(reply.at if reply else answered_at),
        "answer": addressed(reply.text, name, language) if reply and reply.text else None,
        "history": [{"at": rfc3339(at), "text": text} for at, text in sorted(entries, key=lambda entry: entry[0])],
    }


def _answer(progress: Progress | None, messages: Sequence[Told]) -> Told | None:
    """The latest reply since the case was last reopened."""
    since = progress.reopened_at if progress else None
    replies = [m for m in messages if m.code == "reply" and (since is None or m.at > since)]
    return max(replies, key=lambda m: m.at) if replies else None


def _sentence(message: Told, name: str | None, language: Language) -> str:
    if message.code == "reply" and message.text:
        return addressed(message.text, name, language)
    sentence = FACTS.get("replied" if message.code == "reply" else message.code, FACTS["replied"])[language]
    if message.code == "contact_limited" and message.text and message.medium:
        sentence += LEFT_TO[language].format(medium=MEDIA[message.medium][language], contact=message.text)
        sentence += APPEAL[language] if message.due_at else ""
    if message.due_at is None:
        return sentence
    return f"{sentence} ({message.due_at.astimezone(TOWN):%Y-%m-%d %H:%M})"


def _instant(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None
