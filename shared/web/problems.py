"""Errors as RFC 9457 problem+json, in Chinese or English by `Accept-Language`.

A problem's `type` ends in a stable slug. `data_safe` says whether what the sender submitted is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import JSONResponse

from shared.contracts.vocabulary import Language
from shared.web.problem_texts import FIELD_TEXTS, PROBLEM_TEXTS

BASE = "https://psc.invalid/problems/"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field. `pointer` is a JSON pointer (RFC 6901: "" is the whole body), or `?name` for a
    query, `header:name` for a header, `path:name` for a part of the address. `texts` say it where the code alone has no
    sentence; `extra` goes beside it as it is."""

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    texts: Mapping[Language, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)

    def detail(self, language: Language) -> str:
        """The sentence in the sender's language."""
        if language in self.texts:
            return self.texts[language]
        text = FIELD_TEXTS.get(self.code, FIELD_TEXTS["invalid"])
        return text[language].format_map(_Lenient(self.params))


class Problem(Exception):
    """An answer that is a problem. `params` fill the texts; `extra` goes into the body as it is."""

    def __init__(
        self,
        status: int,
        slug: str,
        *,
        params: Mapping[str, object] | None = None,
        errors: tuple[FieldError, ...] = (),
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        data_safe: bool = False,
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.params = params or {}
        self.errors = errors
        self.extra = extra or {}
        self.headers = dict(headers or {})
        self.data_safe = data_safe

    def body(self, language: Language, instance: str) -> dict[str, object]:
        """The problem as a JSON object."""
        title, detail, todo = PROBLEM_TEXTS.get(self.slug, PROBLEM_TEXTS["invalid"])
        params = _Lenient(self.params)
        return {
            "type": BASE + self.slug,
            "title": title[language].format_map(params),
            "status": self.status,
            "detail": detail[language].format_map(params),
            "instance": instance,
            "data_safe": self.data_safe,
            "what_to_do": todo[language].format_map(params),
            "errors": [
                {"pointer": e.pointer, "code": e.code, "detail": e.detail(language), **e.extra} for e in self.errors
            ],
            **self.extra,
        }

    def response(self, request: Request) -> JSONResponse:
        """The problem as the answer to `request`."""
        language = preferred_language(request.headers.get("accept-language", ""))
        return JSONResponse(
            self.body(language, request.url.path),
            self.status,
            {**self.headers, "Content-Language": language.value, "Vary": "Accept-Language"},
            "application/problem+json",
        )


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def invalid(pointer: str, code: str, **params: object) -> Problem:
    """422 for one field."""
    return Problem(422, "invalid", errors=(FieldError(pointer, code, params),))


def forbidden(needs_level: str) -> Problem:
    """403 that names the lowest level that may, or `admin`."""
    needs = {"needs_level": needs_level}
    return Problem(403, "forbidden", params=needs, extra=needs)


def unavailable() -> Problem:
    """503: what the service stands on is away; nothing was stored, and the same request may succeed soon."""
    return Problem(503, "unavailable", headers={"Retry-After": "2"})


def preferred_language(accept: str) -> Language:
    """The language of `Accept-Language` that ranks highest among ours; Chinese when none does."""
    ranked: list[tuple[float, int, Language]] = []
    for place, part in enumerate(accept.split(",")):
        tag, _, weight = part.strip().partition(";")
        primary = tag.strip().lower().split("-")[0]
        quality = _quality(weight)
        if primary in (Language.ZH.value, Language.EN.value) and quality > 0:
            ranked.append((-quality, place, Language(primary)))
    return min(ranked)[2] if ranked else Language.ZH


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
