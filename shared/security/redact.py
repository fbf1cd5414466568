"""Redaction before words are published: phone, identity, card and e-mail numbers, and the given passenger's name.

Numbers are looked for in a copy where full-width and typographic characters are plain, character for character, and
taken out of the words as they were written. Every pattern is bounded: the time is linear in the length.
"""

import re
import string
from collections.abc import Iterable

PLAIN = str.maketrans(
    {chr(ord(c) + 0xFEE0): c for c in string.digits + string.ascii_letters + "@.-()+_%"}
    | dict.fromkeys("\u3000\u00a0\u2002\u2003\u2009\u202f\t", " ")
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "_")
    | {"。": "."}
)

DATE = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
OLD = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}"
"""The end of an identity number of the years before 1999, which had 15 digits."""
GAP = r"[ \-._()]{0,2}"
MOBILE = rf"(?=1(?:{GAP}\d){{10}}(?!\d))1[3-9]\d{{1,2}}{GAP}\d{{3,5}}{GAP}\d{{3,5}}(?!\d)"
SPELLED = r"1 [3-9](?: \d){9}(?! ?\d)"
CARD = r"\d{16}[ \-]\d{3}|\d{16,19}|\d{4}(?:[ \-]\d{4}){3}(?:[ \-]?\d{1,3})?|\d{6}[ \-]\d{10,13}"
HALVES = rf"(?!{DATE}[ \-]{DATE})\d{{8}}[ \-]\d{{8,11}}"
LANDLINE = (
    r"(?<!\d)(?<!\d\-)(?:\(0\d{2,3}\)|0\d{2,3})[ \-]?[2-9]\d{2,3}[ \-]?\d{4}(?:[ \-]?(?:转|ext\.?)[ ]?\d{1,6})?(?!\d)"
)
ABROAD = r"(?<![\d+])(?:\+\d{1,3}[ \-]?|00\d{1,3}[ \-]|(?<!-)85[23][ \-])(?:\d[ \-]?){6,12}\d(?!\d)"
PATTERNS = {
    "email": r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-\u4e00-\u9fff]{1,63}(?:\.[A-Za-z0-9\-]{1,63}){1,4}",
    "identity": rf"(?<![0-9A-Za-z])[1-9]\d{{5}}(?:[ \-]?{DATE}[ \-]?\d{{3}}[\dXx]|{OLD})(?![0-9A-Za-z])",
    "passport": r"(?<![0-9A-Za-z\-])(?:[EGDPSHMCW]\d{8}|E[A-Z]\d{7}|[HM]\d{10})(?![0-9A-Za-z])",
    "card": rf"(?<!\d)(?<!\d\-)(?:{CARD}|{HALVES})(?!\d)",
    "mobile": rf"(?<!\d)(?:\+?(?:00)?86{GAP}|\((?=1[3-9]\d{{1,2}}\))|0)?(?:{MOBILE}|{SPELLED})",
    "phone": f"{LANDLINE}|{ABROAD}",
    # Seven or eight digits may be anything; after these words they are a telephone in the same town.
    "local": r"(?:电话|座机|固话|[Tt]el|[Pp]hone)[^\d\n]{0,4}(?P<subscriber>[2-9]\d{2,3}[ \-]?\d{4})(?![\d\-])",
}
STAFF_PATTERNS = ("email", "identity", "passport", "card", "mobile")
MASKS = {
    "email": "[邮箱]",
    "identity": "[证件号]",
    "passport": "[证件号]",
    "card": "[卡号]",
    "mobile": "[电话]",
    "phone": "[电话]",
    "subscriber": "[电话]",
}
NAME = "[姓名]"
WORTH_A_LOOK = re.compile(r"[@＠]|\d(?:[\W_]?\d|[\W_][\W_]\d){5}")


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    # Nothing begins otherwise; most characters are Chinese, and are passed over without trying each pattern.
    return re.compile(r"(?=[\dA-Za-z(+._%\-电座固])(?:" + "|".join(f"(?P<{n}>{PATTERNS[n]})" for n in names) + ")")


PASSENGER = _any_of(PATTERNS)
STAFF = _any_of(STAFF_PATTERNS)


def passenger_words(text: str, name: str | None = None) -> str:
    """A passenger's words without numbers that identify, and without the given name (two characters or more)."""
    return _without_name(_masked(PASSENGER, text), (name or "").strip())


def staff_words(text: str) -> str:
    """A reply's words without identity, card, e-mail and mobile numbers; published service numbers stay."""
    return _masked(STAFF, text)


def _masked(what: re.Pattern[str], text: str) -> str:
    if not WORTH_A_LOOK.search(text):
        return text
    kept, end = [], 0
    for match in what.finditer(text.translate(PLAIN)):
        kind = "subscriber" if match.lastgroup == "local" else str(match.lastgroup)
        kept += [text[end : match.start(kind)], MASKS[kind]]
        end = match.end(kind)
    return "".join(kept) + text[end:]


def _without_name(text: str, name: str) -> str:
    if len(name) < 2:
        return text
    if name.isascii():
        # Li is no part of Line, and is written li, too.
        return re.sub(rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])", NAME, text, flags=re.IGNORECASE)
    return text.replace(name, NAME)
