"""The shipped pack, compiled once."""

import pytest

from services.routing.policy import Rulebook
from tests.scoring.routing import default_rulebook


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The default pack's rulebook."""
    return default_rulebook()
