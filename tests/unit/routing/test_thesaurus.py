"""The thesaurus: how its file is read, and where concepts stand in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.rules.finder import Finder
from services.routing.rules.grams import Vocabulary, grams_of
from services.routing.rules.lanes import GREATEST, Lanes, packed, written
from services.routing.rules.thesaurus import Thesaurus, ThesaurusError

FILE = """
# a note
[fire]
失火 | 着火 | 著火了
on fire | fire
[door]
车门 | 门
doors

[fire]
起火
"""
WORDS = Thesaurus(FILE)


@pytest.mark.parametrize(
    ("text", "concepts"),
    [
        ("", {}),
        ("列车失火", {"fire": (2, 4)}),
        ("起火了", {"fire": (0, 2)}),
        ("门,车门", {"door": (2, 4)}),
        ("失火,着火", {"fire": (0, 2)}),
        ("the train is on fire", {"fire": (13, 20)}),
        ("fires and firefly", {}),
        ("车fire门", {"fire": (1, 5), "door": (5, 6)}),
        ("indoors", {}),
        ("\U0001f525着火", {"fire": (1, 3)}),
    ],
)
def test_where_concepts_stand(text: str, concepts: dict[str, tuple[int, int]]) -> None:
    """The longest expression, the first of equals; a Latin one is a word of its own."""
    assert WORDS.concepts(text) == concepts


def test_expressions_are_spelt_as_texts_are() -> None:
    """Half-width and simplified."""
    assert Thesaurus("[app]\n手機ＡＰＰ").concepts("手机app") == {"app": (0, 5)}


def test_a_word_may_have_two_meanings() -> None:
    """Both concepts stand where it does."""
    assert Thesaurus("[a]\n门\n[b]\n门").concepts("门") == {"a": (0, 1), "b": (0, 1)}


def test_a_very_long_text_is_looked_at_in_part() -> None:
    """Its first 4,000 characters."""
    assert WORDS.concepts("一" * 3_998 + "失火") == {"fire": (3_998, 4_000)}
    assert WORDS.concepts("一" * 3_999 + "失火") == {}


def test_no_concepts() -> None:
    """An empty file is a thesaurus that knows nothing."""
    assert Thesaurus("").concepts("失火") == {}


def test_words_without_a_concept() -> None:
    """The line is told."""
    with pytest.raises(ThesaurusError, match="line 2"):
        Thesaurus("\n失火")


@given(st.text("我的门车火ab \0\u0100\u4e00\U0001f525\U00010000\ud83d", max_size=30))
def test_all_words_are_found(text: str) -> None:
    """As one would find them one by one; also characters that are made of each other's bytes."""
    words = (
        "我",
        "我的",
        "的门车",
        "车",
        "a",
        "ab",
        "火 a",
        "\0",
        "\u0100\u4e00",
        "\U0001f525",
        "\U00010000a",
        "\ud83d",
    )
    there = sorted((at + len(word), word) for word in words for at in range(len(text)) if text.startswith(word, at))
    finder = Finder({word: word for word in words})
    assert sorted(finder.places(text)) == there
    assert sorted(finder.meanings(text)) == sorted(word for _, word in there)


@given(st.text("我的门车 abc'。\n", max_size=60), st.booleans())
def test_a_vocabulary_finds_what_a_text_has_of_it(text: str, long: bool) -> None:
    """The grams of a text that are known, no others."""
    text = text + "一" * 990 + text + "二" * 600 + text if long else text
    known = ("我", "我的", "我的门", "车", "a", "ab", "ab c", "c a", "一我", "二二二", "t:a")
    found = Vocabulary({gram: number for number, gram in enumerate(known)}).of(text)
    assert sorted(known[number] for number in found) == sorted(grams_of(text) & set(known))


@given(st.lists(st.lists(st.integers(-GREATEST, GREATEST), min_size=3, max_size=3), max_size=8), st.integers(1, 400))
def test_lanes_add_up_like_lists(weights: list[list[int]], times: int) -> None:
    """However many; below zero too."""
    lanes = [packed(written(row)) for row in weights] * times
    sums = [times * sum(row[place] for row in weights) for place in range(3)]
    assert list(Lanes(3).summed(lanes)) == sums


def test_a_weight_that_is_too_great() -> None:
    """It is cut off when written, and refused when read."""
    assert written([99, -99]) == written([GREATEST, -GREATEST])
    with pytest.raises(ValueError, match="no weight"):
        packed("~")
