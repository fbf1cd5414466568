"""What a decision costs: bounded, and growing with the length of the text only."""

from time import process_time

import pytest

from services.routing.policy import Facts, Rulebook, decide
from shared.contracts.vocabulary import Channel

LONGEST = 20_000
BOUND = 0.05  # s of CPU for the longest text; ~0.01 here, the rest is for slow and busy machines

CHINESE = [
    "一",
    "没",
    "我就带",
    "“",
    "赔",
    "十万",
    "他说",
    "如果",
    "没着火",
    "员工说废物",
    "护栏",
    "晚点20分钟多扣60元，",
]
LATIN = ["1", "1,", "a ", "(", "not ", "take it ", "the door is open while ", "\n", "!?", "\U0001f525"]
AROUND = [
    "你们",
    "废物",
    "李雷",
    "——李雷",
    "买买提·",
    "ab cd: ",
    "you ",
    "thank you",
    "aB",
    "\u200b",
    "\U0001f525!",
    "我叫王",
]
NASTY = [*CHINESE, *LATIN, *AROUND, *("闸" + part for part in AROUND)]


def cost(rulebook: Rulebook, text: str) -> float:
    """The least of three, s of CPU."""
    facts, spent = Facts(channel=Channel.WEB, text=text), []
    for _ in range(3):
        begun = process_time()
        decide(facts, rulebook)
        spent.append(process_time() - begun)
    return min(spent)


@pytest.mark.parametrize("part", NASTY)
def test_no_text_makes_it_slow(rulebook: Rulebook, part: str) -> None:
    """Texts made to send patterns back and forth, alone and behind a word that tells something."""
    assert cost(rulebook, (part * LONGEST)[:LONGEST]) < BOUND
    assert cost(rulebook, ("闸机坏了" + part * LONGEST)[:LONGEST]) < BOUND


def test_an_ordinary_text(rulebook: Rulebook) -> None:
    """200 characters take ~0.3 ms; five times that for slow and busy machines."""
    text = (
        "早上七点四十分二号线的闸机坏了五台，站厅里堵了很多人，没有人出来疏导，我等了二十分钟才进站，上班迟到了，全勤奖也没有了。"
        * 4
    )[:200]
    assert cost(rulebook, text) < 0.0015


def test_danger_deep_inside_a_long_text(rulebook: Rulebook) -> None:
    """A very long text is read for danger throughout."""
    text = "列车的空调有点冷。" * 900 + "有人掉下轨道了，快来人！" + "列车的空调有点冷。" * 900
    assert len(text) > 16_000
    assert decide(Facts(channel=Channel.WEB, text=text), rulebook).severity == "S1"
