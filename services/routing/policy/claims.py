"""Whether a complaint asks for money: given, or said in its words."""

import re

from services.routing.policy.facts import Facts
from services.routing.policy.money import money
from services.routing.policy.rulebook import Rulebook
from services.routing.rules.library import HEAD
from services.routing.rules.measures import measures
from services.routing.rules.normalise import normalise
from services.routing.rules.reading import read

_SUMS = re.compile(r"[元块¥￥]|赔|人民币|cny|rmb|yuan|kuai|compensat|refund", re.IGNORECASE)


def claims(facts: Facts, rulebook: Rulebook) -> bool:
    """A sum asked for in the text counts like a given one; a loss alone is no claim. Reads only what names money."""
    if facts.claim_cny is not None:
        return facts.claim_cny > 0
    if not _SUMS.search(facts.text) or not measures(normalise(facts.text[:HEAD])).monies:
        return False
    return (money(facts, read(facts.text, rulebook.library)).claim or 0) > 0
