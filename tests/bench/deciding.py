"""What a decision costs beside the bare minimum: one spelling for the text, and one pattern looked for in it."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial
from time import process_time

from services.routing.policy import Facts, decide
from shared.contracts.vocabulary import Channel
from tests.scoring.routing import default_rulebook

LENGTHS = (200, 20_000)  # characters
ROUNDS = 30
TEXT = (
    "早上七点四十分二号线的闸机坏了五台，站厅里堵了很多人，没有人出来疏导，"
    "我等了二十分钟才进站，上班迟到了，全勤奖也没有了。"
)
_BARE = re.compile(r"闸机[^。]{0,20}坏|扶梯|\d+分钟")


def costs() -> list[tuple[int, float, float]]:
    """For each length: characters, CPU-ms of a decision, and how many times the bare minimum that is."""
    rulebook = default_rulebook()
    found = []
    for length in LENGTHS:
        text = (TEXT * (length // len(TEXT) + 1))[:length]
        deciding = _least(partial(decide, Facts(channel=Channel.WEB, text=text), rulebook))
        bare = _least(partial(_scanned, text))
        found.append((length, deciding * 1000, deciding / bare))
    return found


def _scanned(text: str) -> list[str]:
    return _BARE.findall(unicodedata.normalize("NFKC", text))


def _least(work: Callable[[], object]) -> float:
    """The least CPU seconds of several rounds of ten."""
    spent = []
    for _ in range(ROUNDS):
        begun = process_time()
        for _ in range(10):
            work()
        spent.append((process_time() - begun) / 10)
    return min(spent)
