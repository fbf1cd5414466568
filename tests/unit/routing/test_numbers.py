"""Numbers in digits and Chinese numerals, with their units."""

import pytest

from services.routing.rules.measures import measures
from services.routing.rules.normalise import normalise
from services.routing.rules.numbers import ordinal, value


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("五", 5),
        ("两万", 20_000),
        ("一万二", 12_000),
        ("1.2万", 12_000),
        ("三千五", 3_500),
        ("十", 10),
        ("两千零五十", 2_050),
        ("二十", 20),
        ("3,200", 3_200),
        ("5k", 5_000),
        ("半", 0.5),
        ("1.2.3", None),
    ],
)
def test_values(written: str, meant: float | None) -> None:
    """As people write them."""
    assert value(written) == meant


@pytest.mark.parametrize(
    ("text", "monies", "minutes", "ages"),
    [
        ("票价4元，赔偿五万元", [4, 50_000], [], []),
        ("CNY 3,200 to rebook, and ¥50", [3_200, 50], [], []),
        ("6 yuan each; 20,000 yuan", [6, 20_000], [], []),
        ("每家赔一千，给我一点时间", [1_000], [], []),
        ("晚点18分钟，等了半个小时", [], [18, 30], []),
        ("forty minutes, then an hour, 25 minutes", [], [40, 60, 25], []),
        ("八十岁的母亲和6岁的女儿", [], [], [80, 6]),
        ("a 78-year-old woman aged 78", [], [], [78, 78]),
        ("２号线７点４０分，３元", [3], [], []),
        ("拿十万块来", [100_000], [], []),
    ],
)
def test_measures(text: str, monies: list[float], minutes: list[float], ages: list[float]) -> None:
    """Only what has a unit, or stands after a currency or a word of paying."""
    read = measures(normalise(text))
    assert [m.value for m in read.monies] == monies
    assert sorted(m.value for m in read.minutes) == sorted(minutes)
    assert [m.value for m in read.ages] == ages


def test_ordinals() -> None:
    """The greatest one counts."""
    assert ordinal("第三次来信，这是第七次") == 7
    assert ordinal("第一时间") == 0
