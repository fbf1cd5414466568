"""A few requests to our own services, on 127.0.0.1 or where an operator says, past any proxy."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON. Errors: `ValueError`."""
        return json.loads(self.text)


def get(url: str, *, token: str | None = None, timeout: float = 5.0) -> Answer | None:
    """GET; None when nobody answers."""
    return _request("GET", url, None, token, timeout)


def post(
    url: str, body: object, *, token: str | None = None, timeout: float = 30.0, language: str | None = None
) -> Answer | None:
    """POST a JSON body; None when nobody answers."""
    return _request("POST", url, json.dumps(body, ensure_ascii=False).encode(), token, timeout, language)


def _request(
    method: str, url: str, body: bytes | None, token: str | None, timeout: float, language: str | None = None
) -> Answer | None:
    parts = urlsplit(url)
    headers = {"Accept": "application/json"}
    if language:
        headers["Accept-Language"] = language
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if body is not None:
        headers["Content-Type"] = "application/json"
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "127.0.0.1", parts.port, timeout=timeout)
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        return Answer(reply.status, reply.read().decode("utf-8", "replace"))
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
