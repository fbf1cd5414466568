"""The labelled texts for development and the locked fifth: well formed, consistent and apart from one another."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.vocabulary import Category, Channel, Kind, Level, Reason, Severity

ROOT = Path(__file__).parents[2] / "data/routing"
LOCKED = sorted([*(ROOT / "locked").glob("*.jsonl"), *(ROOT / "unseen").glob("*.jsonl")])
DEVELOPMENT = sorted([*(ROOT / "dev").glob("*.jsonl"), *(ROOT / "texts").glob("*.jsonl")])
FIELDS = {"id", "lang", "channel", "scenario", "text", "context", "expected"}
CONTEXT: dict[str, Any] = {
    "earlier_open_case": str,
    "station": str,
    "line": str,
    "prior_contacts_90d": int,
    "similar_claims_180d": int,
    "claim_cny": (int, float),
    "proven_loss_cny": (int, float),
    **dict.fromkeys(("final_reply_sent", "our_reply_overdue", "injury", "in_court", "on_scene"), bool),
}
LEAST = {Reason.A7: 250, Reason.A8: 250, Reason.N3: 400}
OWN_CATEGORY = {Reason.Z1: {"PRAISE"}, Reason.Z2: {"INQUIRY"}, Reason.Z3: {"SUGGEST"}}


def texts(*paths: Path) -> list[dict[str, Any]]:
    """The rows of the files named, one object a line."""
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


ALL = texts(*DEVELOPMENT, *LOCKED)


def wrong(rows: list[dict[str, Any]], *, unless: Any) -> list[str]:
    """The ids of the rows for which `unless(row)` does not hold."""
    return [row["id"] for row in rows if not unless(row)]


def test_there_are_thousands_by_many_hands() -> None:
    assert len(DEVELOPMENT) >= 20
    assert len(ALL) >= 10_000


def test_every_row_has_the_fields_and_no_others() -> None:
    assert wrong(ALL, unless=lambda row: set(row) - {"note"} == FIELDS) == []


def test_ids_and_texts_are_unique() -> None:
    for field in ("id", "text"):
        assert [value for value, times in Counter(row[field] for row in ALL).items() if times > 1] == []


def test_nothing_is_blank() -> None:
    for field in ("id", "scenario", "text"):
        assert wrong(ALL, unless=lambda row, field=field: row[field].strip()) == []
    assert wrong(ALL, unless=lambda row: len(row["text"]) <= 20_000 and "\0" not in row["text"]) == []


@pytest.mark.parametrize(
    ("label", "vocabulary"),
    [("kind", Kind), ("reason", Reason), ("category", Category), ("severity", Severity)],
)
def test_labels_are_in_the_vocabulary(label: str, vocabulary: Any) -> None:
    assert wrong(ALL, unless=lambda row: row["expected"][label] in set(vocabulary)) == []
    assert wrong(ALL, unless=lambda row: row["channel"] in set(Channel)) == []


def test_reason_fits_kind() -> None:
    assert wrong(ALL, unless=lambda row: Reason(row["expected"]["reason"]).kind == row["expected"]["kind"]) == []


def test_context_holds_only_facts_that_the_preview_door_takes() -> None:
    def known(row: dict[str, Any]) -> bool:
        return all(name in CONTEXT and isinstance(value, CONTEXT[name]) for name, value in row["context"].items())

    assert wrong(ALL, unless=known) == []


def test_severity_and_category_follow_from_the_reason_where_the_rules_leave_no_choice() -> None:
    def consistent(row: dict[str, Any]) -> bool:
        expected, reason = row["expected"], Reason(row["expected"]["reason"])
        return (
            (expected["severity"] == "S1" if reason in {"A7", "A8"} else True)
            and (expected["severity"] in {"S1", "S2"} if reason in {"A9", "A12", "N3"} else True)
            and (expected["severity"] in {"INFO", "S1"} if expected["kind"] == "non_complaint" else True)
            and (expected["severity"] != "INFO" or expected["kind"] == "non_complaint")
            and expected["category"] in OWN_CATEGORY.get(reason, {expected["category"]})
        )

    assert wrong(ALL, unless=consistent) == []


def test_level_is_at_least_what_severity_reason_and_channel_ask() -> None:
    """An emergency starts at the scene; everything else takes the highest row, so no row may be undercut."""

    def least(row: dict[str, Any]) -> int:
        expected = row["expected"]
        if expected["severity"] == "S1":
            return 3 if expected["category"] == "STAFF" else 2
        rows = [{"S2": 3, "S3": 2}.get(expected["severity"], 1)]
        rows.append(3 if expected["category"] in {"STAFF", "HANDLING", "PRAISE"} else 1)
        rows.append(4 if row["channel"] == Channel.CITY_HOTLINE else 1)
        by_reason = {"A1": 1, "A4": 3, "A12": 5}
        rows.append(by_reason.get(expected["reason"], 4 if expected["kind"] == "abnormal" else 1))
        return max(rows)

    def holds(row: dict[str, Any]) -> bool:
        level = Level(row["expected"]["level"]).rank
        return level == least(row) if row["expected"]["severity"] == "S1" else level >= least(row)

    levelled = [row for row in ALL if "level" in row["expected"]]
    assert len(levelled) >= 700
    assert wrong(levelled, unless=holds) == []


def test_no_scenario_is_in_both_sets() -> None:
    development = {row["scenario"] for row in texts(*DEVELOPMENT)}
    assert development & {row["scenario"] for row in texts(*LOCKED)} == set()


def test_a_fifth_is_locked() -> None:
    assert 0.15 <= len(texts(*LOCKED)) / len(ALL) <= 0.25


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_enough_examples(reason: Reason) -> None:
    assert sum(row["expected"]["reason"] == reason for row in ALL) >= LEAST.get(reason, 120)
    assert any(row["expected"]["reason"] == reason for row in texts(*LOCKED))


@pytest.mark.parametrize("label", ["category", "severity"])
def test_every_category_and_severity_has_enough_examples(label: str) -> None:
    counts = Counter(row["expected"][label] for row in ALL)
    vocabulary: Any = {"category": Category, "severity": Severity}[label]
    assert [value for value in vocabulary if counts[value] < 100] == []


def test_chinese_and_english_are_both_there() -> None:
    chinese = sum(row["lang"] == "zh" for row in ALL) / len(ALL)
    assert 0.6 <= chinese <= 0.8
