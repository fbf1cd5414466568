"""Who asks, as the policy knows them, and what they see of a case."""

from dataclasses import replace

from fastapi import Request

from services.followup.policy.case import Case
from services.followup.policy.rulebook import Staff
from services.followup.policy.sight import sees
from services.followup.repository import delegations
from shared.contracts.vocabulary import Language, Role
from shared.security.tokens import Staff as TokenStaff
from shared.storage.pool import Pool
from shared.web.problems import Problem, preferred_language


def as_staff(token: TokenStaff) -> Staff:
    """The token's bearer in the policy's terms."""
    return Staff(user=token.user, role=token.role, level=token.level, lines=token.lines, stations=token.stations)


async def acting(pool: Pool, token: TokenStaff) -> Staff:
    """The token's bearer with those whom they stand in for just now."""
    by = as_staff(token)
    return by if by.role is Role.ADMIN else replace(by, stands_in_for=await delegations.absent(pool, by.user))


def seen(case: Case | None, by: Staff) -> Case:
    """The case. Errors: Problem 404, the same for what is unknown and for what is not theirs to see."""
    if case is None or not sees(case, by):
        raise Problem(404, "not-found")
    return case


def language_of(request: Request) -> Language:
    """The language in which to say why."""
    return preferred_language(request.headers.get("accept-language", ""))
