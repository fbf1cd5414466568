"""The trial page apart from the browser: what is typed becomes what the preview door takes; words are never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.routing.api.trial_form import POINTERS, filled
from services.routing.api.trial_texts import PAIRS, TEXTS
from services.routing.api.trial_view import pieces, says
from shared.contracts.reference import Line, Network, Station
from shared.contracts.vocabulary import Category, Channel, Kind, Language, Level

NETWORK = Network(
    version=1,
    lines=(Line(id="2", name_zh="2号线", name_en="Line 2"),),
    stations=(Station(name="人民广场", name_en="People's Square", lines=("2",)),),
)


def say(key: str, **values: object) -> str:
    return TEXTS[key][Language.EN].format(**values)


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
def test_the_pieces_make_the_text_and_each_rule_its_words(text: str, ends: list[tuple[int, int]]) -> None:
    cut = [(min(a, b, len(text)), min(max(a, b), len(text))) for a, b in ends]
    spans = dict(enumerate(cut, 1))
    found = pieces(text, spans, {1})
    assert "".join(piece.text for piece in found) == text
    for number, (start, end) in spans.items():
        assert "".join(piece.text for piece in found if number in piece.rules) == text[start:end]
        last = [piece for piece in found if number in piece.rules][-1:]
        assert [piece for piece in found if number in piece.ends] == last
    assert [p.decides for p in found] == [1 in p.rules for p in found]


@given(st.dictionaries(st.sampled_from([*POINTERS, "form", "odd"]), st.text(max_size=30)))
def test_whatever_is_typed_is_asked_or_wrong_and_kept(given_: dict[str, str]) -> None:
    form = filled(given_, NETWORK)
    assert (form.asked is None) != (not form.wrong)
    assert set(form.wrong or {}) <= set(POINTERS)
    whole = given_.get("text", "").replace("\r\n", "\n")
    assert form.typed == {
        **dict.fromkeys(POINTERS, ""),
        **{n: v for n, v in given_.items() if n in POINTERS},
        "text": whole,
    }


def test_a_form_becomes_what_the_door_takes() -> None:
    typed = {
        "text": "a\r\nb",
        "channel": "web",
        "line": "Line 2",
        "station": "people's square",
        "claim": "12.50",
        "contacts": " 3 ",
        "danger": "yes",
        "overdue": "yes",
    }
    asked = filled(typed, NETWORK).asked
    assert asked is not None
    assert asked.model_dump(mode="json", exclude_none=True, exclude_defaults=True) == {
        "channel": "web",
        "text": "a\nb",
        "line": "2",
        "station": "人民广场",
        "claim": {"amount_cny": 12.5},
        "flags": {"danger": True},
        "context": {"prior_contacts_90d": 3, "our_reply_overdue": True},
    }


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("station", "没有这一站", "unknown_station"),
        ("line", "99", "unknown_line"),
        ("claim", "很多", "wrong_type"),
        ("loss", "NaN", "not_finite"),
        ("claim", "1.005", "too_many_decimals"),
        ("contacts", "1.5", "wrong_type"),
        ("claims", "-1", "too_small"),
        ("channel", "pigeon", "not_allowed"),
        ("text", " ", "blank"),
    ],
)
def test_what_is_wrong_is_known_by_its_field(name: str, typed: str, code: str) -> None:
    form = filled({"text": "x", "channel": "web", name: typed}, NETWORK)
    assert {field: error.code for field, error in (form.wrong or {}).items()} == {name: code}


def test_every_code_and_rule_has_words() -> None:
    wanted = {f"{p}.{c.value}" for p, codes in NAMED for c in codes}
    assert wanted <= PAIRS.keys()
    assert all(zh.strip() and en.strip() for zh, en in PAIRS.values())
    assert says("abnormal.excessive", say) == "Abnormal: the claim far exceeds the loss"
    assert says("category.TICKET", say) == "Category: Tickets"
    assert says("severity.odd_new_rule", say) == "Severity: odd new rule"
    assert says("unheard", say) == "unheard"


NAMED = (("channel", Channel), ("category", Category), ("kind", Kind), ("level", Level))
