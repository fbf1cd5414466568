"""When a text says that something happened."""

from datetime import date, datetime
from time import process_time

import pytest

from services.routing.rules.fingerprint import Fingerprint, Fingerprints
from services.routing.rules.moments import HERE, UNSAID, Moment, apart, instant_of, moment

AT = datetime(2026, 11, 25, 10, tzinfo=HERE)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "days", "minutes"),
    [
        ("今天早上8点20分进站", (25, 25), (500, 500)),
        ("昨晚充值机吞了钱", (24, 24), (16 * 60, 25 * 60)),
        ("11月24日晚上", (24, 24), (16 * 60, 25 * 60)),
        ("2026-11-20 08:30 在站台", (20, 20), (510, 510)),
        ("下午三点半", None, (930, 930)),
        ("早上八点多", None, (480, 480)),
        ("晚上8点", None, (1200, 1200)),
        ("3点左右在站台", None, (900, 900)),
        ("7点50分等到9点10分", None, (470, 550)),
        ("上周三", (18, 18), None),
        ("星期二", (24, 24), None),
        ("昨天反映过,今天还是这样", (24, 25), None),
        ("yesterday evening at 18:05", (24, 24), (1085, 1085)),
        ("on Tuesday", (24, 24), None),
        ("晚点二十五分钟", None, None),
        ("请给我一点补偿,早点回复", None, None),
        ("3-5天内回复,24小时热线", None, None),
        ("3号口,2号线", None, None),
        ("目前天气很冷", None, None),
        ("2月30日", None, None),
    ],
)
def test_days_and_times_that_are_plain(
    text: str, days: tuple[int, int] | None, minutes: tuple[int, int] | None
) -> None:
    ordinals = days and tuple(date(2026, 11, day).toordinal() for day in days)
    assert moment(text, AT) == (ordinals, minutes)


def test_a_date_without_a_year_is_the_last_one() -> None:
    assert moment("12月31日", AT).days == (date(2025, 12, 31).toordinal(),) * 2


def test_moments_are_apart_when_days_or_times_cannot_be_one() -> None:
    morning, later, evening = Moment((1, 1), (480, 480)), Moment((1, 1), (540, 540)), Moment((1, 1), (1200, 1200))
    assert not apart(morning, later)
    assert apart(morning, evening)
    assert apart(morning, Moment((2, 2), None))
    assert not apart(morning, Moment((1, 3), None))
    assert not apart(morning, UNSAID)


def test_what_is_known_goes_before_what_is_said_and_all_comes_back_from_the_table() -> None:
    fingerprints = Fingerprints(b"tests")
    found = fingerprints.of("昨晚充值机吞了五十元", AT, AT)
    assert found.moment == instant_of(AT) == Moment((AT.toordinal(), AT.toordinal()), (600, 600))
    for one in (found, fingerprints.of("!", AT), fingerprints.of("昨晚充值机吞了五十元", AT)):
        assert Fingerprint.decode(one.encode()) == one


@pytest.mark.parametrize("part", ["1", "一点", "11月", "上周", "8:0", "12:", "早", "20-", "on mon "])
def test_no_text_makes_it_slow(part: str) -> None:
    begun = process_time()
    moment((part * 20_000)[:20_000], AT)
    assert process_time() - begun < 0.05
