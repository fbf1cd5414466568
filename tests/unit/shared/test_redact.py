"""Redaction: what identifies a person goes, however it is written; sums, trains, dates and service numbers stay."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.redact import passenger_words, staff_words

MOBILES = [
    "13800138000",
    "138 0013 8000",
    "138-0013-8000",
    "138.0013.8000",
    "138 001 38000",
    "1380 013 8000",
    "1380013 8000",
    "1 3 8 0 0 1 3 8 0 0 0",
    "+8613800138000",
    "+86 138 0013 8000",
    "0086-13800138000",
    "86 13800138000",
    "１３８００１３８０００",
    "１３８－００１３－８０００",
    "138\u30000013\u30008000",
    "138\u00a00013\u00a08000",
    "138—0013—8000",
    "＋８６ １３８００１３８０００",
]
IDENTITIES = [
    "11010119900101123X",
    "11010119900101123x",
    "110101199001011234",
    "110101 19900101 1234",
    "１１０１０１１９９００１０１１２３Ｘ",
    "E12345678",
    "EA1234567",
    "C12345678",
    "H1234567890",
]
CARDS = [
    "4111111111111111",
    "62220212345678901",
    "622202123456789012",
    "6222021234567890123",
    "6222 0212 3456 7890",
    "6222-0212-3456-7890-123",
    "622202 1234567890123",
    "6222021234567890 123",
    "６２２２０２１２３４５６７８９０１２３",
]
EMAILS = [
    "li.si+metro@example.com",
    "13800138000@qq.com",
    "a＠b.com",
    "ａ＠ｂ．ｃｏｍ",
    "a@b。com",
    "a@例子.com",
    "x" * 100 + "@mail.example.co.uk",
]
LANDLINES = [
    "021-62345678",
    "02162345678",
    "(021)62345678",
    "（０２１）６２３４５６７８",
    "021 6234 5678",
    "0755-26541234转801",
    "+852 9123 4567",
    "852-91234567",
    "+1 212 555 0123",
    "0044-20 7946 0958",
]
HARMLESS = [
    "12345",
    "12328",
    "95588",
    "110",
    "400-820-1234",
    "4008201234",
    "800-820-1234",
    "服务电话4008201234",
    "G1234次",
    "D5678 次列车",
    "多扣了123456元",
    "12345678.50元",
    "100000000 元",
    "2.50 3.00 4.00 5.00 6.00 元",
    "PS-20261122-000123",
    "PS-20261122-000123 12",
    "2026-11-22 03:52:00",
    "2026-11-22 2026-11-25",
    "20261122035200",
    "1 2 3 4 5 6 7 8 9 10 11",
    "17:05 3 4 5 6 7 8 9 10 11 12 13 14 15",
    "1234567890123456789012",
]


@pytest.mark.parametrize(
    ("written", "mask"),
    [
        *((number, "[电话]") for number in (*MOBILES, *LANDLINES)),
        *((number, "[证件号]") for number in IDENTITIES),
        *((number, "[卡号]") for number in CARDS),
        *((address, "[邮箱]") for address in EMAILS),
    ],
)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("请联系", "，谢谢"), ("号码：", "。"), ("(", ")")])
def test_a_passengers_numbers_go(written: str, mask: str, before: str, after: str) -> None:
    assert passenger_words(before + written + after) == before + mask + after


@pytest.mark.parametrize("words", HARMLESS)
def test_what_identifies_nobody_stays(words: str) -> None:
    assert passenger_words(words) == words
    assert staff_words(words) == words


def test_a_number_of_the_same_town_goes_where_it_is_called_a_telephone() -> None:
    assert passenger_words("家里电话：6234 5678，多扣62345678分") == "家里电话：[电话]，多扣62345678分"


@pytest.mark.parametrize("written", [*MOBILES, *IDENTITIES, *CARDS, *EMAILS])
def test_staff_write_no_passengers_number(written: str) -> None:
    assert written not in staff_words(f"已致电{written}说明")


@pytest.mark.parametrize("service", ["021-64370000", "(021)64370000", "400-820-1234", "12345"])
def test_staff_may_write_a_published_number(service: str) -> None:
    assert staff_words(f"请拨打{service}咨询") == f"请拨打{service}咨询"


@pytest.mark.parametrize(
    ("name", "words", "redacted"),
    [
        ("李四", "我叫李四，李四投诉", "我叫[姓名]，[姓名]投诉"),
        ("李", "李先生", "李先生"),
        ("  李四 ", "李四", "[姓名]"),
        (None, "李四", "李四"),
        ("Li", "Li took Line 2, li said", "[姓名] took Line 2, [姓名] said"),
        ("A.B", "AxB A.B", "AxB [姓名]"),
    ],
)
def test_the_given_name_goes(name: str | None, words: str, redacted: str) -> None:
    assert passenger_words(words, name) == redacted


WORDS = st.text(st.characters(exclude_categories=["Nd", "Cs"], exclude_characters="@＠"), max_size=30)
GAPS = st.sampled_from(["", " ", "-", ".", "\u3000", "—"])


@given(before=WORDS, after=WORDS)
def test_words_without_digits_are_kept(before: str, after: str) -> None:
    assert passenger_words(before + after) == before + after


@given(WORDS, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), GAPS, GAPS, st.booleans(), WORDS)
def test_no_mobile_is_left_wherever_it_stands(
    before: str, digits: str, one: str, two: str, wide: bool, after: str
) -> None:
    written = f"{digits[:3]}{one}{digits[3:7]}{two}{digits[7:]}"
    if wide:
        written = written.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    # Brackets, because letters beside it could make it a part of something else that goes as a whole.
    assert passenger_words(f"{before}「{written}」{after}") == f"{before}「[电话]」{after}"


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "1-", "13 8 ", "0", "021-", "+1 ", "a@", "@a", "a@a.", "a", "x" * 64 + "@", "138--", "00 1", "电话1"],
)
def test_time_is_linear(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    began = time.process_time()
    passenger_words(text)
    staff_words(text)
    assert time.process_time() - began < 0.5  # some 20 ms; squared it would be minutes


@pytest.mark.parametrize(
    "number",
    [
        "013800138000",
        "013８００138000",
        "(138)00138000",
        "+86 (138) 0013 8000",
        "138 00138 000",
        "138_0013_8000",
        "138\u200b0013\u200b8000",
        "62220212 34567890",
        "110105491231002",
    ],
)
def test_numbers_go_in_other_ways_of_writing_too(number: str) -> None:
    assert number[-3:] not in passenger_words(f"请回我{number},谢谢")
    assert passenger_words(f"请回我{number},谢谢").endswith(",谢谢")


def test_two_days_are_no_card() -> None:
    assert passenger_words("从20261122 20261125起") == "从20261122 20261125起"
