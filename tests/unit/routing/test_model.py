"""The model that votes beside the rules: what it adds up, how it explains itself, and what it may not do."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.jobs import SHIPPED, shipped_models
from services.routing.policy import Facts, Rulebook, decide
from services.routing.policy.decide import prepared
from services.routing.policy.voice import unemotional
from services.routing.rules.model import LOOKED_AT, Model, ModelError, grams_of, written
from shared.contracts.vocabulary import Channel
from tests.scoring.routing import default_rulebook, facts_of, rows
from tests.scoring.train import example, train
from tests.unit.routing.test_fairness import DANGEROUS, TEXTS

RULEBOOK = default_rulebook()
ALONE = replace(RULEBOOK, model=None)
HEAD = {"tasks": {"reason": ["N0", "Z2"], "severity": ["S1", "S4"]}, "step": 0.1, "bias": [0.0, 0.5, -1.0, 0.0]}
LINES = {"请问": [-5, 20, 0, 0], "坏了": [30, -30, 0, 9], "not open": [44, 0, -44, 0], "m:money": [40, 0, 0, 0]}
SMALL = "\n".join([json.dumps(HEAD), *(f"{written(weights)}\t{name}" for name, weights in LINES.items())])


def test_votes_are_sums_of_weights() -> None:
    """One known gram of weight 3 at its full share, one mark at half of it."""
    model = Model(SMALL)
    vote = model.votes("坏了", {"m:money"})["reason"]
    assert vote.label == "N0"
    # N0: 3·3.0 + 4·0.5 = 11; Z2: 0.5 − 3·3.0 = −8.5; the difference is 19.5
    assert vote.share == pytest.approx(1 / (1 + 2.718281828**-19.5))
    assert model.votes("", ())["reason"].label == "Z2"
    assert model.votes("door is not open", ())["severity"].shares["S1"] == pytest.approx(1 / (1 + 2.718281828**14.2))


def test_the_words_that_weighed_most_are_found_in_the_text() -> None:
    """Chinese by the run of characters, Latin words with what stands between them; none where nothing speaks for it."""
    model = Model(SMALL)
    assert model.weightiest("灯坏了,请问", "reason", "N0") == (1, 3)
    assert model.weightiest("it's not  open", "reason", "N0") == (5, 14)
    assert model.weightiest("请问", "severity", "S1") is None


@pytest.mark.parametrize("text", ["", "{}", "no json\n", json.dumps(HEAD) + "\nweights without a name"])
def test_what_is_no_model(text: str) -> None:
    """A file cut short or written by hand."""
    with pytest.raises(ModelError):
        Model(text)


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
    assert all(path.stat().st_size <= 300_000 for path in SHIPPED.glob("*.model"))


def test_training_gives_the_same_model_for_the_same_texts() -> None:
    """Letter for letter; and it has learnt what it was shown."""
    shown = [example(row, ALONE) for row in [*rows_of("develop")][:24]]
    text = train(shown)
    assert text == train(shown)
    labels = [Model(text).votes(" ".join(one.grams), one.marks)["reason"].label for one in shown]
    assert sum(label == one.labels["reason"] for label, one in zip(labels, shown, strict=True)) >= 20


@settings(max_examples=150, deadline=None)
@given(row=st.sampled_from(DANGEROUS), before=st.sampled_from(TEXTS), after=st.sampled_from(TEXTS))
def test_a_vote_never_lowers_a_danger(row: dict[str, str], before: str, after: str) -> None:
    """What is S1 by the rules alone is S1 with the vote, whatever else the text says."""
    facts = facts_of({**row, "text": f"{before}\n{row['text']}\n{after}"})
    if decide(facts, ALONE).severity == "S1":
        assert decide(facts, RULEBOOK).severity == "S1"


def test_tone_is_not_shown_to_it() -> None:
    """Insults and thanks are blanked, at unchanged offsets."""
    subject, _ = prepared(Facts(channel=Channel.WEB, text="你们这帮废物,闸机坏了,谢谢"), ALONE)
    shown = unemotional(subject)
    assert "废物" not in shown
    assert "谢谢" not in shown
    assert shown.index("闸机") == subject.reading.text.index("闸机")


def test_what_psc_knows_is_no_matter_of_votes() -> None:
    """A case in court stays one, and a known open case gives way to news only."""
    text = "请问几点开门?"
    assert decide(Facts(channel=Channel.WEB, text=text, in_court=True), RULEBOOK).reason == "A11"
    known = Facts(channel=Channel.WEB, text="厕所的灯坏了。", earlier_open_case="PS-20260101-000001")
    assert decide(known, RULEBOOK).reason in ("A1", "N2")


def rows_of(name: str) -> list[dict[str, object]]:
    """The rows of one of the sets."""
    return list(rows(SHIPPED.parents[2] / "tests" / "data" / "routing" / f"{name}.jsonl"))


def test_an_elected_reason_says_so(rulebook: Rulebook) -> None:
    """Where the vote goes before the rules, the explanation names it with words that stand in the text."""
    elected = [
        (row, because)
        for name in ("develop", "harder", "wider", "fourth")
        for row in rows_of(name)
        for because in decide(facts_of(row), rulebook).explanation
        if because.rule.startswith("model.")
    ]
    assert elected
    for row, because in elected:
        if because.start is not None:
            assert str(row["text"])[because.start : because.end] == because.evidence
