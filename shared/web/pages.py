"""What pages have in common: templates, the reader's language, static files, and a policy that lets nothing in."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from shared.contracts.vocabulary import Language
from shared.web.problems import preferred_language

HERE = Path(__file__).parent
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"

LANGUAGE_COOKIE = "psc_language"
A_YEAR = 365 * 24 * 3600

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""No code or style within a page, nothing from another host, no frame around us."""

PAGE_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, Cookie",
}

Texts = Mapping[str, Mapping[Language, str]]
"""What a page says, by key and language."""


def language_of(request: Request) -> Language:
    """`?lang=`, else what the reader chose before, else `Accept-Language`; Chinese when none says."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in (Language.ZH.value, Language.EN.value):
            return Language(chosen)
    return preferred_language(request.headers.get("accept-language", ""))


class Pages:
    """A service's pages: its own `templates` folder before the shared one, and its texts."""

    def __init__(self, templates: Path, static: Path, texts: Texts) -> None:
        self._static = static
        self._texts = texts
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(templates), FileSystemLoader(TEMPLATES)]),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def say(self, key: str, language: Language, **values: object) -> str:
        """A text; its key where there is none, so that a code that a later version brings is still shown."""
        text = self._texts.get(key)
        return text[language].format_map(values) if text else key.rpartition(".")[2]

    def answer(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """The page in the reader's language; `?lang=` is remembered."""
        language = language_of(request)

        def t(key: str, **values: object) -> str:
            return self.say(key, language, **values)

        body = self._environment.get_template(template).render(
            **context, t=t, lang=language.value, request=request, asset=self.asset, own=self.own
        )
        answer = HTMLResponse(body, status, {**PAGE_HEADERS, "Content-Language": language.value})
        if "lang" in request.query_params:
            answer.set_cookie(LANGUAGE_COOKIE, language.value, max_age=A_YEAR, samesite="lax", httponly=True)
        return answer

    def asset(self, name: str) -> str:
        """The address of a shared static file, which changes with its content."""
        return _address(STATIC, "/static", name)

    def own(self, name: str) -> str:
        """The same for one of the service's own."""
        return _address(self._static, "/assets", name)

    def mount(self, app: FastAPI) -> None:
        """Serve the service's own static files."""
        app.mount("/assets", Assets(directory=self._static), name="assets")


class Assets(StaticFiles):
    """Static files whose addresses carry a digest: kept by the browser as long as it likes, taken for what they are."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Starlette's hook."""
        answer = await super().get_response(path, scope)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        versioned = b"v=" in scope["query_string"]
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if versioned else "no-cache"
        return answer


@lru_cache(200)
def _address(folder: Path, prefix: str, name: str) -> str:
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
    return f"{prefix}/{name}?v={digest}"
