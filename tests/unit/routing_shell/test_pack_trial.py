"""What a pack would change, on complaints that were decided."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import services.routing
from services.routing.policy import Rulebook, compile_pack
from services.routing.policy.judge import judge
from services.routing.policy.trial import Change, Decided, differences, try_out
from services.routing.policy.words import without_words
from services.routing.rules.fingerprint import Fingerprints
from services.routing.rules.pack_file import parse_pack
from shared.contracts.complaint import Complaint
from shared.contracts.pack import Pack
from shared.contracts.vocabulary import Channel, Level, Severity

FINGERPRINTS = Fingerprints(b"tests")
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LATE = "二号线人民广场站列车晚点二十分钟,害我迟到"


@pytest.fixture(scope="module")
def pack() -> Pack:
    folder = Path(services.routing.__file__).parent / "packs"
    return parse_pack((folder / "metro-default.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rulebook(pack: Pack) -> Rulebook:
    return compile_pack(pack)


@pytest.fixture(scope="module")
def later(pack: Pack) -> Rulebook:
    """The next version: only from 25 minutes on is a delay serious."""
    return compile_pack(changed(pack, "thresholds", delay_minutes=25).model_copy(update={"version": 2}))


def changed(pack: Pack, part: str, **fields: object) -> Pack:
    return pack.model_copy(update={part: getattr(pack, part).model_copy(update=fields)})


def decided(rulebook: Rulebook, number: int, text: str) -> Decided:
    fields: dict[str, Any] = {"passenger_ref": "p", "channel": Channel.WEB, "received_at": NOW}
    complaint = Complaint(case_id=UUID(int=number), number=f"PS-{number}", text=text, **fields)
    judgement = judge(complaint, [], rulebook, FINGERPRINTS)
    return Decided(complaint, without_words(judgement.decision, text), judgement.known)


def test_only_what_comes_out_otherwise_is_told_with_the_rule_that_settles_it(
    rulebook: Rulebook, later: Rulebook, pack: Pack
) -> None:
    cases = [decided(rulebook, 1, LATE), decided(rulebook, 2, "谢谢昨晚值班的姑娘帮我找回钱包!")]
    trial = try_out(cases, later, {pack.id: rulebook})
    assert (trial.looked, trial.changed, trial.unlike) == (2, 1, [])
    assert trial.changes == [
        Change("PS-1", "severity", "S3", "S4", "severity.default"),
        Change("PS-1", "level", "L2", "L1", "level.default"),
    ]
    assert trial.moves("severity") == {("S3", "S4"): 1}
    assert trial.by_label()["severity"] == 1
    assert trial.moves("kind") == {}


def test_what_was_known_then_is_known_again(rulebook: Rulebook) -> None:
    case = decided(rulebook, 1, LATE)
    again = Decided(case.complaint, case.decision, {"earlier_open_case": "PS-9"})
    assert {c.label: c.new for c in try_out([again], rulebook, {}).changes}["reason"] == "A1"


def test_what_this_release_decides_otherwise_under_the_same_version_is_told_apart(
    rulebook: Rulebook, pack: Pack
) -> None:
    case = decided(rulebook, 1, LATE)
    then = case.decision.model_copy(update={"severity": Severity.S2, "level": Level.L3})
    trial = try_out([Decided(case.complaint, then, case.known)], rulebook, {pack.id: rulebook})
    assert trial.unlike == ["PS-1"]


def test_differences_name_rows_by_what_they_are_about(pack: Pack) -> None:
    assert differences(pack, pack.model_copy(update={"version": 2, "effective_from": NOW})) == {}
    ceilings = (pack.ceilings[0].model_copy(update={"cash_cny": 30}), *pack.ceilings[1:])
    fewer = pack.model_copy(update={"ceilings": ceilings, "levels": pack.levels[1:], "units": ("机电",)})
    found = differences(pack, fewer)
    assert found["ceilings.L1.cash_cny"] == ("20.0", "30.0")
    assert found["levels.severity_s3.level"] == ("L2", "-")
    assert found["units"][1] == "机电"
    assert not any(path.startswith("levels.lost_property") for path in found)


def test_differences_name_the_phrases_that_came_and_went(pack: Pack) -> None:
    old = pack.model_copy(update={"signals": {"groups": {"media": {"zh": ["记者", "电视台"]}}}})
    new = pack.model_copy(update={"signals": {"groups": {"media": {"zh": ["记者", "热搜"]}}}})
    assert differences(old, new) == {
        "signals.groups.media.zh.电视台": ("+", "-"),
        "signals.groups.media.zh.热搜": ("-", "+"),
    }
