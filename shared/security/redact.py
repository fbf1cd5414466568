"""Redaction before words are published: phone, identity, card and e-mail numbers, and the given passenger's name."""

import re

DATE = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
LANDLINE = r"(?<![\d\-])\(?0\d{2,3}\)?[ \-]?[2-9]\d{6,7}(?:[ \-]?(?:转|ext\.?)[ ]?\d{1,6})?(?!\d)"
ABROAD = r"(?<![\d+])\+\d{1,3}[ \-]?(?:\d[ \-]?){6,12}\d(?!\d)"
PATTERNS = {
    "email": r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}",
    "identity": rf"(?<![0-9A-Za-z])[1-9]\d{{5}}{DATE}\d{{3}}[\dXx](?![0-9A-Za-z])",
    "card": r"(?<!\d)(?:\d[ \-]?){15,18}\d(?!\d)",
    "mobile": r"(?<!\d)(?:\+?(?:00)?86[ \-]?)?1[3-9]\d[ \-]?\d{4}[ \-]?\d{4}(?!\d)",
    "phone": f"{LANDLINE}|{ABROAD}",
}
PASSENGER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in PATTERNS.items()))
STAFF = re.compile("|".join(f"(?P<{n}>{PATTERNS[n]})" for n in ("email", "identity", "card", "mobile")))
MASKS = {
    "email": "[邮箱]",
    "identity": "[证件号]",
    "card": "[卡号]",
    "mobile": "[电话]",
    "phone": "[电话]",
    "name": "[姓名]",
}
WORTH_A_LOOK = re.compile(r"[@＠]|\d[\d \-]{5}")


def _mask(match: re.Match[str]) -> str:
    return MASKS[match.lastgroup or "name"]


def passenger_words(text: str, name: str | None = None) -> str:
    """A passenger's words without numbers that identify, and without the given name (two characters or more)."""
    redacted = PASSENGER.sub(_mask, text) if WORTH_A_LOOK.search(text) else text
    known = (name or "").strip()
    return redacted.replace(known, MASKS["name"]) if len(known) > 1 else redacted


def staff_words(text: str) -> str:
    """A reply's words without identity, card, e-mail and mobile numbers; published service numbers stay."""
    return STAFF.sub(_mask, text) if WORTH_A_LOOK.search(text) else text
