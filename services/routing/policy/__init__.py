"""The decision on one complaint: facts and a rulebook in, a frozen verdict out. No IO, no clock, no randomness."""

from services.routing.policy.decide import decide
from services.routing.policy.facts import Facts
from services.routing.policy.rulebook import Rulebook, compile_pack

__all__ = ["Facts", "Rulebook", "compile_pack", "decide"]
