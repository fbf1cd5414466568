"""What a complaint is called by: its number, its receipt code, and its passenger's pseudonym."""

import re
import unicodedata
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers

from shared.security.keyed import digest

TOWN = ZoneInfo("Asia/Shanghai")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MISREAD = str.maketrans("OIL", "011")
CODE_LENGTH = 6
SHORTEST = 7
"""Digits of a subscriber's number; fewer are a short code."""
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)


def number(serial: int, received_at: datetime) -> str:
    """`PS-20261122-000123`: the local day, and at least six digits that do not begin anew with the day."""
    return f"PS-{received_at.astimezone(TOWN):%Y%m%d}-{serial:06d}"


def receipt_code(key: bytes, case_id: UUID) -> str:
    """Six characters of Crockford's base 32, computed from the case: nothing is stored that could be read."""
    bits = int.from_bytes(digest(key, "receipt", str(case_id))[:4], "big")
    return "".join(CROCKFORD[bits >> 5 * place & 31] for place in range(CODE_LENGTH))


def typed_code(code: str) -> str:
    """A code as a person types it: case, spaces and hyphens do not matter, O is 0, I and L are 1."""
    return re.sub(r"[\s\-]", "", code).upper().translate(MISREAD)


def dialled(phone: str) -> str:
    """A phone number in E.164 where it is one; a short code or an extension stays a string of digits."""
    plain = unicodedata.normalize("NFKC", phone).strip()
    if MOBILE.fullmatch(plain):
        return f"+86{plain}"
    try:
        parsed = phonenumbers.parse(plain, "CN")
        # phonenumbers finds 12345 possible, too.
        if phonenumbers.is_possible_number(parsed) and len(str(parsed.national_number)) >= SHORTEST:
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        pass
    return re.sub(r"\D", "", plain)


def passenger_ref(key: bytes, phone: str | None) -> str | None:
    """The passenger's keyed pseudonym: the same for the same number however it is written."""
    return f"p_{digest(key, 'passenger', dialled(phone)).hex()[:32]}" if phone else None
