"""Whether a complaint asks for money: given, or said in its words."""

import re

from services.routing.policy.facts import Facts
from services.routing.policy.money import money
from services.routing.policy.rulebook import Rulebook
from services.routing.rules.reading import read

_SUMS = re.compile(r"[元块¥￥]|赔|人民币|cny|rmb|yuan|kuai|compensat|refund", re.IGNORECASE)


def claims(facts: Facts, rulebook: Rulebook) -> bool:
    """A sum asked for in the text counts like a given one; a loss alone is no claim. Reads only what names money."""
    if facts.claim_cny is not None:
        return facts.claim_cny > 0
    return _SUMS.search(facts.text) is not None and (money(facts, read(facts.text, rulebook.library)).claim or 0) > 0
