"""Signing in on a page: name and password go to followup from here, the token comes back as a cookie.

Each service that has pages has the form; the cookie is of the host, so that who signed in at one is known to all.
The form is followup's door behind a page of ours, because a form cannot post JSON to another origin. What a page
posts carries a value that only our own pages know (a cookie and a field that must agree).
"""

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from shared.contracts.vocabulary import Language
from shared.security.tokens import Invalid, Staff, Verifier
from shared.web.pages import Pages, Texts
from shared.web.staff import COOKIE

FORM_COOKIE = "psc_form"
SECONDS = 5
LONGEST_FORM = 8192

Trouble = Literal["login.wrong", "login.often", "login.away"]
_SAID = {
    "app.name": ("乘客服务中心", "Passenger-service centre"),
    "app.skip": ("跳到正文", "Skip to content"),
    "app.language": ("English", "中文"),
    "app.logout": ("退出", "Sign out"),
    "app.signed_in": ("当前用户", "Signed in as"),
    "login.title": ("登录", "Sign in"),
    "login.user": ("账号", "User name"),
    "login.password": ("密码", "Password"),
    "login.submit": ("登录", "Sign in"),
    "login.wrong": ("账号或密码不正确。", "User name or password is not right."),
    "login.away": (
        "登录服务暂时无法访问,请稍后再试。",
        "The sign-in service cannot be reached for now. Try again shortly.",
    ),
    "login.often": ("尝试过于频繁,请稍后再试。", "Too many attempts. Try again shortly."),
    "login.stale": ("页面已过期,请重新提交。", "The form had expired. Please submit it again."),
}
TEXTS: Texts = {key: {Language.ZH: zh, Language.EN: en} for key, (zh, en) in _SAID.items()}
"""What the frame and the form say; a service's own texts join them."""

STATUS: Mapping[Trouble, int] = {"login.wrong": 401, "login.often": 429, "login.away": 503}


@dataclass(frozen=True, slots=True)
class Session:
    """A token and how many seconds it lasts."""

    token: str
    seconds: int


class SignIn:
    """followup's door for sessions, asked from the server."""

    def __init__(self, followup: str | None) -> None:
        self._followup = urlsplit(followup or "")

    async def __call__(self, user: str, password: str) -> Session | Trouble:
        """A session, or why there is none."""
        try:
            status, body = await asyncio.to_thread(self._ask, user, password)
        except (OSError, HTTPException, ValueError):
            return "login.away"
        if status == 429:
            return "login.often"
        if status != 200:
            return "login.wrong" if status < 500 else "login.away"
        until = datetime.fromisoformat(body["expires_at"])
        return Session(body["token"], max(0, int((until - datetime.now(UTC)).total_seconds())))

    def _ask(self, user: str, password: str) -> tuple[int, Mapping[str, str]]:
        secure = self._followup.scheme == "https"
        connection = (HTTPSConnection if secure else HTTPConnection)(self._followup.netloc, timeout=SECONDS)
        try:
            body = json.dumps({"user": user, "password": password})
            connection.request("POST", "/v1/sessions", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()


class Desk:
    """Who sits before a page."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    def who(self, request: Request) -> Staff | None:
        """Who the cookie speaks for; None where nobody is signed in."""
        try:
            return self._verifier.verify(request.cookies.get(COOKIE, ""))
        except Invalid:
            return None

    def to_login(self, request: Request) -> RedirectResponse:
        """To the form, and back here afterwards."""
        query = f"?{request.url.query}" if request.url.query else ""
        target = request.url.replace(scheme="", netloc="", path="/login", query="").include_query_params(
            next=request.url.path + query
        )
        return RedirectResponse(str(target), 303)


def form_value(request: Request) -> str:
    """What our forms carry: the one of this browser, or a new one."""
    return request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)


def keep_form_value(request: Request, answer: Response, value: str) -> None:
    """Give the browser the value that its forms must agree with."""
    _set(request, answer, FORM_COOKIE, value, None)


class Forms:
    """The form, signing in and signing out; `home` is where one goes who wanted nowhere else."""

    def __init__(self, pages: Pages, desk: Desk, sign_in: SignIn, home: str) -> None:
        self._home = home
        self._pages = pages
        self._desk = desk
        self._sign_in = sign_in

    def router(self) -> APIRouter:
        """The doors."""
        routes = APIRouter(include_in_schema=False)
        routes.get("/login")(self.show)
        routes.post("/login")(self.take)
        routes.post("/logout")(self.leave)
        return routes

    async def show(self, request: Request, next: str = "") -> Response:
        """The form, unless somebody is signed in."""
        if self._desk.who(request):
            return RedirectResponse(self._inside(next), 303)
        return self._form(request, next=self._inside(next))

    async def take(self, request: Request) -> Response:
        """Sign in and go where one wanted to, or the form again with what was wrong."""
        given = await form_fields(request)
        target, user = self._inside(given.get("next", "")), given.get("user", "")[:100]
        if not is_ours(request, given):
            return self._form(request, 403, trouble="login.stale", user=user, next=target)
        session = await self._sign_in(user, given.get("password", ""))
        if not isinstance(session, Session):
            return self._form(request, STATUS[session], trouble=session, user=user, next=target)
        answer = RedirectResponse(target, 303)
        _set(request, answer, COOKIE, session.token, session.seconds)
        return answer

    async def leave(self, request: Request) -> Response:
        """Sign out."""
        if not is_ours(request, await form_fields(request)):
            return RedirectResponse(self._home, 303)
        answer = RedirectResponse("/login", 303)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    def _form(self, request: Request, status: int = 200, **context: str) -> Response:
        value = form_value(request)
        given: dict[str, str | None] = {"trouble": None, "user": "", "next": self._home, **context}
        answer = self._pages.answer(request, "login.html", status, form=value, home=self._home, **given)
        keep_form_value(request, answer, value)
        return answer

    def _inside(self, target: str) -> str:
        """Only to pages of ours: an address from a query could lead anywhere."""
        home = self._home
        return target if target == home or target.startswith((f"{home}?", f"{home}/")) else home


async def form_fields(request: Request, longest: int = LONGEST_FORM) -> dict[str, str]:
    """What a page posted, the first value of each name; nothing where it is longer than `longest` bytes or no form."""
    body = await request.body()
    if len(body) > longest:
        return {}
    try:
        found = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=40)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def is_ours(request: Request, given: Mapping[str, str]) -> bool:
    """Whether the form was one of our own pages'."""
    expected = request.cookies.get(FORM_COOKIE, "")
    return bool(expected) and secrets.compare_digest(expected.encode(), given.get("form", "").encode())


def _set(request: Request, answer: Response, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
