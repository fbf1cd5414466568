"""What a service manager gets wrong in a pack is found all at once and told in his terms."""

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import services.routing.rules.checking
from services.routing.rules.checking.texts import TEXTS
from services.routing.rules.pack_file import PackFileError, PackProblem, pack_of, parse_pack, yaml_of
from shared.contracts.vocabulary import Language
from tests.scoring.routing import PACK

SIGNALS = """
signals:
  groups:
    media: {source: assumed, zh: [记者], en: [journalist]}
  categories:
    TRAIN: {media: 1}
"""
TEXT = PACK.read_text(encoding="utf-8").split("\nsignals:")[0] + SIGNALS
"""The shipped pack with few signals, so that it is read in no time."""


def problems(text: str, **known: frozenset[str]) -> list[PackProblem]:
    """What is wrong with `text`."""
    try:
        parse_pack(text, **known)
    except PackFileError as error:
        return list(error.problems)
    return []


def changed(before: str, after: str, text: str = TEXT) -> str:
    """`text` with one thing written otherwise."""
    assert text.count(before) >= 1, before
    return text.replace(before, after, 1)


def found(text: str, **known: frozenset[str]) -> list[tuple[str, str]]:
    """Field and code of what is wrong."""
    return [(problem.field, problem.fault.code) for problem in problems(text, **known)]


ELSEWHERE = ("reasons_missing", "ceiling_rows", "ceiling_falls", "clock_order", "reference", "warn_after_remind")
"""Told at another line than that of the mistake, because several lines belong together."""


def test_the_pack_that_is_shipped_has_no_fault() -> None:
    assert problems(PACK.read_text(encoding="utf-8")) == []
    assert problems(TEXT) == []


@pytest.mark.parametrize(
    ("before", "after", "field", "code"),
    [
        ("level: L2, severities: [S3]", "level: L7, severities: [S3]", "levels.0.level", "not_allowed"),
        ("level: L2, severities: [S3]", "level: L6, severities: [S3]", "levels.0.level", "outside"),
        ("severities: [S3]", "severities: []", "levels.0.severities", "empty_list"),
        ("severities: [S3], ", "", "levels.0", "no_condition"),
        ("id: lost_property", "id: severity_s3", "levels.1.id", "repeated"),
        ("categories: [LOST]", "category: [LOST]", "levels.1.category", "unknown_field"),
        (", source: authority table}\n  - {id: lost", "}\n  - {id: lost", "levels.0.source", "missing"),
        ("severities: [S3], source: authority table", "severities: [S3], source: ''", "levels.0.source", "no_source"),
        ("remind_share: 0.5", "remind_share: 0.9", "ladder.warn_share", "warn_after_remind"),
        ("warn_share: 0.8", "warn_share: 80", "ladder.warn_share", "less_than"),
        ("remind_minutes: 3", "remind_minutes: 5", "arrival.remind_minutes", "remind_before_due"),
        ("unit: working_days, runs: office_hours", "unit: working_days, runs: always", "…", "running_time"),
        ("unit: days, runs: always", "unit: days, runs: service_hours", "severities.S4.call_back", "days_always"),
        ("amount: 2, unit: hours, runs: always", "amount: 1, unit: minutes, runs: always", "…", "clock_order"),
        ("amount: 5, unit: minutes", "amount: 2.5, unit: minutes", "severities.S1.acknowledge.amount", "whole_number"),
        ("amount: 24, unit: hours", "amount: 24000, unit: hours", "severities.S1.resolve.amount", "at_most"),
        ("approval: {amount: 4,", "approval: {amount: 40000,", "approval.amount", "at_most"),
        (
            "extension_limit: {amount: 15,",
            "extension_limit: {amount: 1500,",
            "pauses.extension_limit.amount",
            "at_most",
        ),
        ("due_minutes: 5", "due_minutes: 50000", "arrival.due_minutes", "at_most"),
        ("target_minimum_minutes: 30", "target_minimum_minutes: 30000", "ladder.target_minimum_minutes", "at_most"),
        ("keep_months: 36", "keep_months: 3600", "records.keep_months", "at_most"),
        ("00:00:00Z", "00:00:00", "effective_from", "no_zone"),
        ("2024-01-01T00:00:00Z", "next monday", "effective_from", "instant"),
        ("version: 1", "version: 20261201000", "version", "at_most"),
        ("version: 1", "version: one", "version", "whole_number"),
        ("name: metro-default", "name: Metro Default", "name", "name"),
        ("title: {zh: 特大", "title: {zh: on", "severities.S1.title.zh", "text"),
        ("cash_cny: 1000", "cash_cny: 100", "ceilings.2.cash_cny", "ceiling_falls"),
        ("cash_cny: 1000", "cash_cny: null", "ceilings.3.cash_cny", "ceiling_falls"),
        ("cash_cny: 1000", "cash_cny: 1000.005", "ceilings.2.cash_cny", "decimals"),
        ("level: L3, cash_cny", "level: L2, cash_cny", "ceilings", "ceiling_rows"),
        ("reason: N4", "reason: N3", "reasons", "reasons_missing"),
        ("A5, A3, A2", "A5, A2", "abnormal_order", "order_missing"),
        ("A5, A3, A2", "A5, A3, A3, A2", "abnormal_order.8", "repeated"),
        ("[A7, A8, A11", "[A7, A11, A8", "abnormal_order.2", "danger_first"),
        ("A4, A10]", "A4, A10, A1]", "abnormal_order.11", "order_foreign"),
        ("A4, A10]", "A4, A10, N3]", "abnormal_order.11", "order_foreign"),
        ("persistent_contacts: 3", "persistent_contacts: 0", "thresholds.persistent_contacts", "at_least"),
        ("professional_days: 180", "professional_days: 1800", "thresholds.professional_days", "longer_than_kept"),
        ("keep_months: 36", "keep_months: 5", "records.keep_months", "at_least"),
        ("[机电, 通号", "[机电, 机电", "units.1", "repeated"),
        ("forced_transfer: 3", "forced_transfers: 3", "handling.forced_transfers", "unknown_field"),
        ("  S4:", "  S5:", "severities.S5", "not_allowed"),
        ("approval: {amount", "approval: &a {amount", "…", "reference"),
    ],
)
def test_a_mistake_is_told_at_its_place(before: str, after: str, field: str, code: str) -> None:
    text = changed(before, after)
    text = (
        changed("waiting_for_passenger: {", "waiting_for_passenger: *a\n  x: {", text) if code == "reference" else text
    )
    said = problems(text)
    match = next((p for p in said if p.fault.code == code and field in (p.field, "…")), None)
    assert match is not None, said
    if code not in ELSEWHERE:
        assert match.line == 1 + TEXT[: TEXT.index(before)].count("\n")


@pytest.mark.parametrize(
    ("reason", "confirm_level", "code"),
    [
        ("A2", None, "needs_a_person"),
        ("A10", "L2", "confirmed_too_low"),
        ("A12", "L3", "confirmed_too_low"),
        ("A9", "L6", "outside"),
        ("A7", "L5", "danger_waits"),
        ("A11", "L3", "confirmed_by_machine"),
        ("Z1", "L3", "confirmed_by_machine"),
    ],
)
def test_conduct_is_judged_by_people_and_danger_waits_for_nobody(
    reason: str, confirm_level: str | None, code: str
) -> None:
    content = parse_pack(TEXT).model_dump(mode="json")
    place = next(i for i, row in enumerate(content["reasons"]) if row["reason"] == reason)
    content["reasons"][place]["confirm_level"] = confirm_level
    with pytest.raises(PackFileError) as caught:
        pack_of(content)
    assert [(p.pointer, p.fault.code) for p in caught.value.problems] == [(f"/reasons/{place}/confirm_level", code)]


def test_every_abnormal_reason_says_what_the_passenger_may_do() -> None:
    content = parse_pack(TEXT).model_dump(mode="json")
    places = {row["reason"]: place for place, row in enumerate(content["reasons"])}
    content["reasons"][places["A1"]]["recourse"]["zh"] = "已并入 {number}"
    content["reasons"][places["A5"]]["recourse"] = None
    with pytest.raises(PackFileError) as caught:
        pack_of(content)
    assert [(p.pointer, p.fault.code) for p in caught.value.problems] == [
        (f"/reasons/{places['A1']}/recourse/zh", "not_allowed"),
        (f"/reasons/{places['A5']}/recourse", "no_recourse"),
    ]


def test_severities_that_are_missing_are_named() -> None:
    start, end = TEXT.index("  S3:\n"), TEXT.index("approval:")
    [problem] = problems(TEXT[:start] + TEXT[end:])
    assert problem.said(Language.EN) == "line 9: severities: lacks S3, S4, INFO"
    assert problem.said(Language.ZH) == "第 9 行:severities: 缺少等级:S3, S4, INFO"


def test_many_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = TEXT
    for before, after in (
        ("version: 1", "version: 0"),
        ("runs: always, source: severity table}", "runs: allways, source: severity table}"),
        ("remind_share: 0.5", "remind_share: 0.9"),
        ("level: L2, severities: [S3]", "level: L22, severities: [S3]"),
        ("persistent_contacts: 3", "persistent_contacts: 0"),
    ):
        text = changed(before, after, text)
    assert found(text) == [
        ("version", "more_than"),
        ("severities.S1.acknowledge.runs", "not_allowed"),
        ("ladder.warn_share", "warn_after_remind"),
        ("levels.0.level", "not_allowed"),
        ("thresholds.persistent_contacts", "at_least"),
    ]
    lines = [problem.line or 0 for problem in problems(text)]
    assert lines == sorted(lines)


def test_what_was_probably_meant_is_proposed() -> None:
    [runs] = problems(changed("runs: always, source: severity table}", "runs: allways, source: severity table}"))
    assert runs.detail(Language.EN) == (
        'cannot be "allways", only one of: always, service_hours, office_hours; did you mean always?'
    )
    assert runs.detail(Language.ZH).endswith("是不是想写 always?")
    field = next(p for p in problems(changed("forced_transfer: 3", "forced_transfers: 3")) if "transfers" in p.field)
    assert "did you mean forced_transfer?" in str(field)


def test_signals_name_what_there_is() -> None:
    text = TEXT
    assert found(text) == []
    assert found(text, read=frozenset({"media", "weapon"})) == [("signals.groups.weapon", "group_missing")]
    assert found(TEXT.replace(SIGNALS, "")) == [("signals", "missing")]
    assert found(changed("{media: 1}", "{medea: 1}", text)) == [("signals.categories.TRAIN.medea", "unknown_group")]
    assert found(changed("{media: 1}", "{media: 0}", text)) == [("signals.categories.TRAIN.media", "at_least")]
    assert found(changed("TRAIN:", "TRAINS:", text)) == [("signals.categories.TRAINS", "not_allowed")]
    assert found(changed(", zh: [记者], en: [journalist]", "", text)) == [("signals.groups.media", "group_empty")]
    assert found(changed("[journalist]", "[…journalist]", text)) == [("signals.groups.media.en.0", "phrase")]
    assert found(changed("[journalist]", "[12345]", text)) == [("signals.groups.media.en.0", "text")]
    assert found(changed("source: assumed, zh", "zh", text)) == [("signals.groups.media.source", "missing")]
    assert found(changed("zh: [记者]", "chinese: [记者]", text)) == [("signals.groups.media.chinese", "unknown_field")]
    named = changed("signals:\n", "signals:\n  model: metro-2\n", text)
    assert found(named) == []
    assert found(named, models=frozenset({"metro-1"})) == [("signals.model", "not_allowed")]


def test_a_pack_as_json_has_the_same_faults_with_pointers_and_without_lines() -> None:
    content = parse_pack(TEXT).model_dump(mode="json")
    assert pack_of(content) == parse_pack(TEXT)
    content["ceilings"][0]["level"] = "L9"
    content["severities"]["S1"]["resolve"]["unit"] = "weeks"
    with pytest.raises(PackFileError) as caught:
        pack_of(content)
    assert {(p.pointer, p.line) for p in caught.value.problems} == {
        ("/ceilings/0/level", None),
        ("/severities/S1/resolve/unit", None),
    }


def test_a_pack_that_came_as_json_can_be_written_as_a_file() -> None:
    pack = parse_pack(PACK.read_text(encoding="utf-8"))
    assert parse_pack(yaml_of(pack)) == pack
    assert "地铁乘客服务默认政策" in yaml_of(pack)


def test_every_code_has_its_sentence_in_both_languages() -> None:
    folder = Path(services.routing.rules.checking.__file__).parent
    used = {
        node.value
        for path in folder.glob("*.py")
        if path.stem != "texts"
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Fault"
        for node in ast.walk(call.args[1])
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value != "source"
    }
    assert len(used) > 25
    assert used <= set(TEXTS)
    assert all(zh and en and zh != en for zh, en in TEXTS.values())


@pytest.mark.parametrize("text", ["[" * 5000, "a: &x [*x]\n", "? [a]\n: b\n", "a: !!python/object:os.system x", "\x00"])
def test_no_text_breaks_the_check(text: str) -> None:
    assert problems(text)


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every path in a pack."""
    if path:
        yield path
    parts = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, item in parts:
        yield from places(item, (*path, key))


CONTENT = parse_pack(TEXT).model_dump(mode="json")
JUNK: tuple[Any, ...] = (None, [], {}, "", "x", 1, -1.5, True, [[]], {1: 2}, {None: None}, float("inf"), 10**30, [{}])


def said_of(where: tuple[Any, ...], what: Any) -> list[str]:
    """What is said of a pack in which `what` stands at one place."""
    content: Any = copy.deepcopy(CONTENT)
    *above, last = where
    inner = content
    for step in above:
        inner = inner[step]
    inner[last] = what
    try:
        pack_of(content)
    except PackFileError as error:
        return [problem.said(language) for problem in error.problems for language in Language]
    return []


@pytest.mark.parametrize("section", list(CONTENT))
def test_whatever_stands_for_a_section_is_a_fault_and_never_a_crash(section: str) -> None:
    said = [said_of((section,), what) for what in JUNK]
    assert sum(map(bool, said)) >= len(JUNK) - 3, section


@given(where=st.sampled_from([path for path in places(CONTENT) if len(path) > 1]), what=st.sampled_from(JUNK))
def test_whatever_stands_anywhere_is_told_or_taken(where: tuple[Any, ...], what: Any) -> None:
    assert all(said_of(where, what))
