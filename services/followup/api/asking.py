"""Who asks, as the policy knows them, and what they see of a case."""

from fastapi import Request

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Staff
from services.followup.policy.sight import sees
from shared.contracts.vocabulary import Language
from shared.security.tokens import Staff as TokenStaff
from shared.web.problems import Problem, preferred_language


def as_staff(token: TokenStaff) -> Staff:
    """The token's bearer in the policy's terms."""
    return Staff(user=token.user, role=token.role, level=token.level, lines=token.lines, stations=token.stations)


def seen(case: Case | None, by: Staff) -> Case:
    """The case. Errors: Problem 404, the same for what is unknown and for what is not theirs to see."""
    if case is None or not sees(case, by):
        raise Problem(404, "not-found")
    return case


def language_of(request: Request) -> Language:
    """The language in which to say why."""
    return preferred_language(request.headers.get("accept-language", ""))
