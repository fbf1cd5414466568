"""Staff at the door: a bearer token or the cookie that carries one."""

from collections.abc import Callable

from fastapi import Request

from shared.security.tokens import Invalid, Staff, Verifier
from shared.web.problems import Problem

COOKIE = "psc_session"


def bearer(request: Request) -> str | None:
    """The bearer token of the Authorization header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def unauthenticated() -> Problem:
    """401 with its challenge."""
    return Problem(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def staff_door(verifier: Verifier) -> Callable[[Request], Staff]:
    """A FastAPI dependency that tells who asks. Errors: Problem 401.

    A cookie only reads: a form on another site could make a browser send it.
    """

    def who(request: Request) -> Staff:
        token = bearer(request)
        if token is None and request.method in ("GET", "HEAD"):
            token = request.cookies.get(COOKIE)
        try:
            return verifier.verify(token or "")
        except Invalid:
            raise unauthenticated() from None

    return who
