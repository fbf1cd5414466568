"""Keyed digests: pseudonyms and codes that cannot be computed without the service's secret."""

import hashlib
import hmac


def digest(key: bytes, *parts: str) -> bytes:
    """HMAC-SHA-256 over the parts, which hold no U+001F: it keeps them from running into one another."""
    return hmac.digest(key, "\x1f".join(parts).encode(), "sha256")


def hashed(secret: str) -> str:
    """SHA-256 of a long random secret, hex: what is stored of a key that a machine sends us."""
    return hashlib.sha256(secret.encode()).hexdigest()
