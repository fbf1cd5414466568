"""The model that votes beside the rules: what it adds up, how it explains itself, and what it may not do."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.jobs import SHIPPED, shipped_models, shipped_thesaurus
from services.routing.policy import Facts, Rulebook, decide
from services.routing.policy.decide import prepared
from services.routing.rules.grams import LOOKED_AT, grams_of
from services.routing.rules.model import Model, ModelError, Vote, written
from services.routing.rules.thesaurus import Thesaurus
from shared.contracts.vocabulary import Channel
from tests.scoring.routing import default_rulebook, facts_of
from tests.scoring.texts import Row, rows
from tests.scoring.train import NAME, examples_of, train
from tests.unit.routing.test_fairness import DANGEROUS, TEXTS

RULEBOOK = default_rulebook()
ALONE = replace(RULEBOOK, model=None)
HEAD = {
    "tasks": {"reason": ["N0", "Z2"], "severity": ["S1", "S4"]},
    "lifts": {},
    "step": 0.1,
    "bias": [0.0, 0.5, -1.0, 0.0],
}
WORDS = Thesaurus("[fire]\n失火 | on fire\n[ask]\n请问")
LINES = {
    "请问": [-5, 20, 0, 0],
    "坏了": [30, -30, 0, 9],
    "not open": [44, 0, -44, 0],
    "m:money": [40, 0, 0, 0],
    "k:fire": [0, 0, 44, 0],
}
SMALL = "\n".join([json.dumps(HEAD), *(f"{written(weights)}\t{name}" for name, weights in LINES.items())])


def voted(text: str, *marks: str, task: str = "reason") -> Vote:
    """What the small model votes."""
    model = Model(SMALL, WORDS)
    return model.votes(model.heard(text), marks)[task]


def weightiest(text: str, task: str, label: str) -> tuple[int, int] | None:
    """Where the small model points to."""
    model = Model(SMALL, WORDS)
    return model.weightiest(model.heard(text), task, label)


def test_votes_are_sums_of_weights() -> None:
    """One known gram of weight 3 at its full share, one mark of weight 4."""
    vote = voted("坏了", "m:money")
    assert vote.label == "N0"
    # N0: 3·1.5 + 4·0.8 = 7.7; Z2: 0.5 − 3·1.5 = −4; the difference is 11.7
    assert vote.share == pytest.approx(1 / (1 + 2.718281828**-11.7))
    assert voted("").label == "Z2"
    # S1: −1 − 4.4·1.5 = −7.6
    assert voted("door is not open", task="severity").shares["S1"] == pytest.approx(1 / (1 + 2.718281828**7.6))


def test_a_concept_weighs_like_a_mark() -> None:
    """However it is said: 4.4·0.8 = 3.52, less the bias of 1."""
    for text in ("车站失火", "it is on fire"):
        assert voted(text, task="severity").shares["S1"] == pytest.approx(1 / (1 + 2.718281828**-2.52))


def test_the_words_that_weighed_most_are_found_in_the_text() -> None:
    """Chinese by the run of characters, Latin words with what stands between them; none where nothing speaks for it."""
    assert weightiest("灯坏了,请问", "reason", "N0") == (1, 3)
    assert weightiest("it's not  open", "reason", "N0") == (5, 14)
    assert weightiest("请问", "severity", "S1") is None
    assert weightiest("站台失火", "severity", "S1") == (2, 4)


@pytest.mark.parametrize(
    "text", ["", "{}", "no json\n", json.dumps(HEAD) + "\nweights without a name", json.dumps({**HEAD, "lifts": None})]
)
def test_what_is_no_model(text: str) -> None:
    """A file cut short or written by hand."""
    with pytest.raises(ModelError):
        Model(text, WORDS)


def test_only_so_much_of_a_text_is_looked_at() -> None:
    """The beginning and the end."""
    text = "开" * LOOKED_AT[0] + "中" * 5000 + "终" * LOOKED_AT[1]
    assert {"开", "终"} <= grams_of(text)
    assert "中" not in grams_of(text)


def test_the_pack_names_a_shipped_model() -> None:
    """And that one is small enough to ship and to read at start."""
    models = shipped_models()
    assert RULEBOOK.model is not None
    assert RULEBOOK.pack.signals["model"] in models
    assert all(path.stat().st_size <= 1_600_000 for path in SHIPPED.glob("*.model"))


def test_training_gives_the_same_model_for_the_same_texts() -> None:
    """Letter for letter; and it has learnt what it was shown."""
    shown = examples_of([row for name in ("develop", "harder") for row in rows_of(name)], ALONE)
    text = train(shown)
    assert text == train(shown)
    model = Model(text, shipped_thesaurus(NAME))
    learnt = [
        model.votes(model.heard(" ".join(sorted(one.grams))), one.marks)["reason"].label == one.labels["reason"]
        for one in shown
    ]
    assert sum(learnt) >= 0.9 * len(learnt)


@settings(max_examples=150, deadline=None)
@given(row=st.sampled_from(DANGEROUS), before=st.sampled_from(TEXTS), after=st.sampled_from(TEXTS))
def test_a_vote_never_lowers_a_danger(row: Row, before: str, after: str) -> None:
    """What the rules call plainly, or a sender states, is S1 with the vote, whatever else the text says."""
    facts = facts_of({**row, "text": f"{before}\n{row['text']}\n{after}"})
    plain = decide(facts, ALONE)
    if plain.severity == "S1" and not plain.uncertain:
        assert decide(facts, RULEBOOK).severity == "S1"
    assert decide(replace(facts, danger=True), RULEBOOK).severity == "S1"


def test_tone_is_not_shown_to_it() -> None:
    """Nor what is said around a complaint."""
    subject, _ = prepared(Facts(channel=Channel.WEB, text="你们这帮废物,闸机废物坏了,谢谢"), ALONE)
    assert subject.said == ("闸机  坏了", 7)


def test_what_psc_knows_is_no_matter_of_votes() -> None:
    """A case in court stays one, and a known open case gives way to news only."""
    text = "请问几点开门?"
    assert decide(Facts(channel=Channel.WEB, text=text, in_court=True), RULEBOOK).reason == "A11"
    known = Facts(channel=Channel.WEB, text="厕所的灯坏了。", earlier_open_case="PS-20260101-000001")
    assert decide(known, RULEBOOK).reason in ("A1", "N2")


def rows_of(name: str) -> list[Row]:
    """The rows of one of the sets."""
    return list(rows(SHIPPED.parents[2] / "tests" / "data" / "routing" / f"{name}.jsonl"))


def test_an_elected_reason_says_so(rulebook: Rulebook) -> None:
    """Where the vote goes before the rules, the explanation names it with words that stand in the text."""
    elected = [
        (row, because)
        for name in ("develop", "harder", "wider", "fourth")
        for row in rows_of(name)
        for because in decide(facts_of(row), rulebook).explanation
        if because.rule.endswith(".model")
    ]
    assert elected
    for row, because in elected:
        if because.start is not None:
            assert str(row["text"])[because.start : because.end] == because.evidence
