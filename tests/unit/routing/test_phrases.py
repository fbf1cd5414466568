"""Phrases: what the three signs mean, and that every length of text is read in time."""

import pytest

from services.routing.rules.normalise import normalise
from services.routing.rules.phrases import PhraseBook, PhraseError, expand


def found(phrase: str, text: str) -> list[str]:
    """What `phrase` matches in `text`."""
    normal = normalise(text)
    return [text[hit.start : hit.end] for hit in PhraseBook([("g", [phrase])]).hits(normal, 0, len(normal))]


@pytest.mark.parametrize(
    ("phrase", "text", "matched"),
    [
        ("多扣", "闸机多扣了两块", ["多扣"]),
        ("扶梯…坏", "3号扶梯又坏了", ["扶梯又坏"]),
        ("扶梯…坏", "扶梯很好。闸机坏了", []),
        ("夹", "被夹又夹", ["夹", "夹"]),
        ("我就(下去|跳)", "我就跳", ["我就跳"]),
        ("threat*", "He threatened me", ["threatened"]),
        ("late", "Chocolate came late.", ["late"]),
        ("late", "lately", []),
        ("on fire", "It is ON\nFIRE", ["ON\nFIRE"]),
        ("don't want", "I dont want", ["dont want"]),
        ("take … down", "take that video down", ["take that video down"]),
        ("晚点", "晚點了", ["晚點"]),
        ("app", "ＡＰＰ打不开", ["ＡＰＰ"]),
    ],
)
def test_what_a_phrase_matches(phrase: str, text: str, matched: list[str]) -> None:
    """Offsets are those of the original text."""
    assert found(phrase, text) == matched


def test_alternatives() -> None:
    """Every combination once."""
    assert expand("(a|b) c (d|)") == ["a c d", "a c ", "b c d", "b c "]


@pytest.mark.parametrize("phrase", ["f*ck", "…坏了"])
def test_a_phrase_that_cannot_be_looked_up(phrase: str) -> None:
    """A phrase needs a beginning."""
    with pytest.raises(PhraseError):
        PhraseBook([("g", [phrase])])


def test_groups_of_which_there_is_enough_are_left_out() -> None:
    """Also where a phrase of another group begins alike."""
    book = PhraseBook([("late", ["晚点", "late … again"]), ("asks", ["请问", "晚点…吗", "late (is|was)"])])
    assert [hit.group for hit in book.hits("请问晚点吗", 0, 5, {"late"})] == ["asks", "asks"]
    assert [hit.group for hit in book.hits("late was it again", 0, 17, {"late"})] == ["asks"]


@pytest.mark.parametrize("at", range(1, 5))
def test_a_phrase_is_found_across_the_end_of_a_stretch(at: int) -> None:
    """It belongs to the stretch in which it begins."""
    book = PhraseBook([("fire", ["失火了", "失火…快"])])
    text = "车站失火了快来"
    hits = [*book.hits(text, 0, at), *book.hits(text, at, len(text))]
    assert sorted((hit.start, hit.end) for hit in hits) == [(2, 5), (2, 6)]


@pytest.mark.parametrize(
    ("phrase", "text", "matched"),
    [
        ("on fire", "it is on  fire", ["on  fire"]),
        ("on fire", "on foot", []),
        ("on 3", "on 3 and on 4", ["on 3"]),
        ("can't get", "I can't get, I cant get", ["can't get", "cant get"]),
        ("on … fire", "on the fire", ["on the fire"]),
        ("我就…跳", "我就要跳", ["我就要跳"]),
        ("我就", "我就我就", ["我就", "我就"]),
    ],
)
def test_what_stands_behind_a_beginning(phrase: str, text: str, matched: list[str]) -> None:
    """Any white space, and what the phrase says."""
    assert found(phrase, text) == matched


@pytest.mark.parametrize("text", ["ＡＢＣ！", "İstanbul", "髮裡", "Straße ẞ", "a\u3000b", "\ud800x"])
def test_normalising_keeps_every_offset(text: str) -> None:
    """One character for one."""
    assert len(normalise(text)) == len(text)
