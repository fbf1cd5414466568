"""A text is known again by its sketch, which holds none of its words."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.rules.sketch import SIZE, UNLIKE, Sketcher, likeness, parts

SKETCHER = Sketcher(b"tests")
TEXT = "今天早上在二号线的闸机被扣了两次钱,一共五十元"


def like(one: str, other: str) -> tuple[float, float]:
    found = likeness(SKETCHER.of(one), SKETCHER.of(other))
    return round(found.shared, 2), round(found.contained, 2)


@pytest.mark.parametrize(
    "same",
    [
        "今天早上,在二号线的闸机…被扣了两次钱!!一共五十元。",
        "今天早上在二號綫的閘機被扣了兩次錢,一共五十元",
        "今天早上在2号线的闸机被扣2次钱,一共50元",
        "今天早上我在二号线的闸机那被扣了两次钱，一共５０元啊",
    ],
)
def test_the_spelling_does_not_matter(same: str) -> None:
    assert like(TEXT, same) == (1.0, 1.0)


def test_latin_words_count_by_their_beginnings() -> None:
    assert list(parts("The GATE charged my card twice, 4.50 yuan")) == ["gate", "charg", "card", "twice", "4.5", "yuan"]
    assert like("The gate charges me twice", "Twice charged by a gate!") == (1.0, 1.0)


def test_more_words_contain_the_fewer_and_others_have_nothing_in_common() -> None:
    shared, contained = like(TEXT, TEXT + "。工作人员态度也很差")
    assert (contained, 0.5 < shared < 1) == (1.0, True)
    assert like(TEXT, "厕所漏水没人打扫") == (0.0, 0.0)
    assert likeness(SKETCHER.of("!"), SKETCHER.of(TEXT)) is UNLIKE


def test_numbers_are_told_apart() -> None:
    def numbers(one: str, other: str) -> bool | None:
        return likeness(SKETCHER.of(one), SKETCHER.of(other)).numbers

    assert numbers("3号口扶梯停了", "三号口扶梯没修") is True
    assert numbers("3号口扶梯停了20天", "3号口扶梯停了") is True
    assert numbers("3号口扶梯停了", "5号口扶梯停了") is False
    assert numbers("3号口扶梯停了", "扶梯停了") is None
    assert numbers("一直没修", "扶梯停了2天") is None, "一直 says no number"


def test_what_names_the_place_can_be_left_out() -> None:
    one, other = SKETCHER.of("人民广场站闸机坏了"), SKETCHER.of("人民广场站厕所漏水")
    assert likeness(one, other).shared > 0.2
    assert likeness(one, other, SKETCHER.of("人民广场站")).shared == 0


def test_another_key_knows_nothing_again() -> None:
    assert not set(SKETCHER.of(TEXT)) & set(Sketcher(b"another").of(TEXT))


def test_the_sketch_of_a_long_text_is_short_and_estimates_what_is_shared() -> None:
    first, second = ("".join(chr(0x4E00 + n * 7 % 3000) for n in range(start, start + 600)) for start in (0, 300))
    assert len(SKETCHER.of(first)) == SIZE
    exact = len(set(parts(first)) & set(parts(second))) / len(set(parts(first)) | set(parts(second)))
    assert abs(likeness(SKETCHER.of(first), SKETCHER.of(second)).shared - exact) < 0.15


@given(st.text(max_size=300), st.text(max_size=300))
def test_likeness_is_a_share_symmetrical_and_whole_for_the_same(one: str, other: str) -> None:
    first, second = SKETCHER.of(one), SKETCHER.of(other)
    found = likeness(first, second)
    assert found == likeness(second, first)
    assert 0 <= found.shared <= found.contained <= 1
    assert list(first) == sorted(set(first))
    assert not first or likeness(first, first)[:2] == (1.0, 1.0)


@pytest.mark.parametrize("part", ["一", "钱", "1,", "a", "五十", "gate ", "\U0001f525", "。"])
def test_no_text_makes_it_slow(part: str) -> None:
    text = (part * 20_000)[:20_000]
    begun = process_time()
    SKETCHER.of(text)
    assert process_time() - begun < 0.05
