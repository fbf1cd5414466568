"""A pack's YAML: the shipped one is whole, and errors name line and field."""

from decimal import Decimal

import pytest

from services.routing.rules.pack_file import PackFileError, parse_pack
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Level, Reason, Severity
from tests.scoring.routing import PACK

TEXT = PACK.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The shipped pack."""
    return parse_pack(TEXT)


def test_the_clocks(pack: Pack) -> None:
    """Acknowledge, first response, resolve, call-back of each severity."""
    terms = {
        severity.value: [
            None if term is None else (term.amount, term.unit, term.runs)
            for term in (row.acknowledge, row.first_response, row.resolve, row.call_back)
        ]
        for severity, row in pack.severities.items()
    }
    service, wall, office = "service_hours", "always", "office_hours"
    assert terms == {
        "S1": [(5, "minutes", wall), (2, "hours", wall), (24, "hours", wall), (24, "hours", wall)],
        "S2": [(30, "minutes", wall), (24, "hours", wall), (3, "working_days", office), (1, "working_days", office)],
        "S3": [
            (2, "hours", service),
            (1, "working_days", office),
            (5, "working_days", office),
            (2, "working_days", office),
        ],
        "S4": [(2, "hours", service), (3, "working_days", office), (5, "working_days", office), (7, "days", wall)],
        "INFO": [(2, "hours", service), (1, "working_days", office), (3, "working_days", office), None],
    }
    sampled = pack.severities[Severity.S4].call_back
    assert sampled is not None
    assert sampled.sample == 0.2


def test_authority(pack: Pack) -> None:
    """Ceilings, and who confirms what."""
    assert [c.cash_cny for c in pack.ceilings] == [20, 200, 1000, 5000, None]
    assert pack.ceiling(Level.L2).medical_advance_cny == 500
    confirm = {row.reason: row.confirm_level for row in pack.reasons if row.confirm_level}
    judged = (Reason.A2, Reason.A3, Reason.A4, Reason.A5, Reason.A6, Reason.A9, Reason.A10)
    assert confirm == {Reason.A12: Level.L4} | dict.fromkeys(judged, Level.L3)
    assert " ".join(pack.abnormal_order) == "A7 A8 A11 A12 A9 A6 A5 A3 A2 A4 A10"
    assert pack.thresholds.excessive_floor_cny == Decimal(500)


def test_every_group_of_signals_names_its_source(pack: Pack) -> None:
    """A pack without sources is no policy."""
    groups = pack.signals["groups"]
    assert isinstance(groups, dict)
    assert all(group["source"] for group in groups.values())


def line_of(part: str, text: str = TEXT) -> int:
    """The number of the line that is `part`, else of the first that holds it."""
    lines = text.splitlines()
    return 1 + (lines.index(part) if part in lines else next(i for i, line in enumerate(lines) if part in line))


N4 = "  - {reason: N4, title: {zh: 非我方责任, en: Not our fault}, source: reason table; explain or transfer}\n"


@pytest.mark.parametrize(
    ("before", "after", "field", "at"),
    [
        ("acknowledge: {amount: 5,", "acknowledge: {amount: 0,", "severities.S1.acknowledge.amount", None),
        ("runs: always, source: severity table}", "runs: often, source: x}", "severities.S1.acknowledge.runs", None),
        (N4, "", "reasons", "reasons:"),
        ("excessive_floor_cny: 500", "excessive_floor_cny: much", "thresholds.excessive_floor_cny", None),
        ("approval: {", "aproval: {", "approval", "name: metro-default"),
        ("name: metro-default", "name: metro-default\nname: twice", "name", None),
        ("      unless: [negated]\n", "      unless: [denied]\n", "signals.groups.self_harm.unless.0", None),
        ("TRAIN: {train: 3}", "TRAIN: {trains: 3}", "signals.categories.TRAIN.trains", None),
        ("zh: [补充材料,", "zh: […材料,", "signals.groups.new_fact.zh.0", None),
        ("version: 1", "version: 1\nversoin: 2", "versoin", None),
    ],
)
def test_errors_name_line_and_field(before: str, after: str, field: str, at: str | None) -> None:
    """What a service manager mistypes."""
    assert before in TEXT
    broken = TEXT.replace(before, after, 1)
    with pytest.raises(PackFileError) as caught:
        parse_pack(broken)
    problem = caught.value.problems[0]
    assert problem.field == field
    assert problem.line == line_of(at or after.strip().splitlines()[-1], broken)
    assert str(problem).startswith(f"line {problem.line}: {field}: ")


@pytest.mark.parametrize(("text", "line"), [("", 1), ("- a\n- b", 1), ("name: x\n  y: [", 2), ("a: 1\n\tb: 2", 2)])
def test_what_is_no_yaml_or_no_mapping(text: str, line: int) -> None:
    """Still a line, never a traceback."""
    with pytest.raises(PackFileError) as caught:
        parse_pack(text)
    assert caught.value.problems[0].line == line
