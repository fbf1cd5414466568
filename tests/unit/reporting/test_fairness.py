"""Proposals and what became of them: what each fact does, and how the report counts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.policy.case import Case
from services.reporting.policy.fairness import DECIDED, Group, report
from services.reporting.policy.fold import Fact, Fold
from services.reporting.policy.proposals import CONDUCT, FATES, decided, meant, proposed, told
from services.reporting.policy.selection import Selection
from shared.contracts.vocabulary import Reason
from tests.unit.reporting.story import Story

PROPOSED = {"kind": "abnormal", "reason": "A2", "proposed": True}


def proposals_of(story: Story) -> str:
    fold = Fold({}, {})
    for event in story.events:
        fold.take(Fact(event, None, b""))
    case: Case = fold.cases[story.case_id]
    return case.proposals


def story(**opening: Any) -> Story:
    return Story("PS-1", **{**PROPOSED, **opening})


@pytest.mark.parametrize("reason", Reason)
def test_only_judgements_of_conduct_are_kept(reason: Reason) -> None:
    assert proposals_of(story(reason=reason.value)) == (f"{reason.value}:pending" if reason in CONDUCT else "")
    assert proposals_of(story(reason=reason.value, proposed=False)) == ""


def test_a_proposal_is_pending_until_a_person_decides() -> None:
    assert proposals_of(story().accepted(1).contacted(2)) == "A2:pending"
    assert proposals_of(story().confirmed(1)) == "A2:confirmed"
    assert proposals_of(story().overturned(1)) == "A2:overturned"


def test_closing_unconfirmed_counts_as_overturned_and_closing_confirmed_does_not() -> None:
    assert proposals_of(story().resolved(1)) == "A2:pending"
    assert proposals_of(story().resolved(1).closed(2)) == "A2:overturned"
    assert proposals_of(story().confirmed(1).resolved(2).closed(3)) == "A2:confirmed"


def test_classifying_anew_overturns_what_was_proposed_and_may_propose_again() -> None:
    assert proposals_of(story().reclassified(1, category="TRAIN")) == "A2:pending"
    normal = {"kind": "normal", "reason": "N0", "proposed": False}
    assert proposals_of(story().reclassified(1, **normal)) == "A2:overturned"
    assert proposals_of(story().reclassified(1, reason="A4")) == "A2:overturned,A4:pending"
    again = story().overturned(1).reclassified(2, reason="A4").confirmed(3)
    assert proposals_of(again) == "A2:overturned,A4:confirmed"


def test_a_later_decision_takes_the_place_of_an_earlier_one() -> None:
    assert decided(decided(proposed("", "A2"), "overturned"), "confirmed") == "A2:confirmed"
    assert decided("", "confirmed") == ""


CASES = st.lists(st.tuples(st.sampled_from(CONDUCT), st.sampled_from(FATES)), max_size=3)
GROUPS = st.lists(
    st.builds(
        Group,
        CASES.map(lambda all_: ",".join(f"{reason.value}:{fate}" for reason, fate in all_)),
        st.sampled_from(["web", "hotline"]),
        st.sampled_from(["人民广场", None]),
        st.just(True),
        st.integers(1, 9),
    ),
    max_size=8,
)


@given(GROUPS)
def test_the_report_adds_up(groups: list[Group]) -> None:
    found = report(groups, Selection())
    everything = sum(group.cases for group in groups)
    assert found.total.complaints.value == everything
    assert [line.key for line in found.by_reason] == [reason.value for reason in CONDUCT]
    assert sum(line.proposed.value for line in found.by_channel) == found.total.proposed.value
    assert sum(line.proposed.value for line in found.by_station) == found.total.proposed.value
    for line in (found.total, *found.by_reason, *found.by_station, *found.by_channel):
        reason = line.key if line in found.by_reason else None
        mine = [g for g in groups if line.key in (None, g.channel, g.station) or reason]
        mine = [g for g in mine if line not in found.by_station or g.station == line.key]
        for fate in FATES:
            fits = [g for g in mine if any(f == fate and reason in (None, r) for r, f in told(g.proposals))]
            assert getattr(line, fate).value == sum(g.cases for g in fits), (line.key, fate)
        assert line.decided.value <= line.confirmed.value + line.overturned.value
        assert (line.overturned_rate.value is None) == (line.decided.value == 0)
        assert line.overturned_rate.few == (0 < line.decided.value < 5)


def test_each_figure_leads_to_its_rows() -> None:
    group = Group("A2:overturned", "web", None, True, 5)
    found = report([group], Selection(line=("2",)))
    [reason, *_] = found.by_reason
    assert reason.overturned.rows == "/v1/cases?line=2&proposal=A2%3Aoverturned"
    assert reason.decided.rows == "/v1/cases?line=2&proposal=A2%3Aconfirmed&proposal=A2%3Aoverturned"
    assert found.by_channel[0].proposed.rows == "/v1/cases?line=2&channel=web&proposal=any"
    assert found.by_station[0].pending.rows == "/v1/cases?line=2&proposal=any%3Apending&is=without_station"
    assert found.total.complaints.rows == "/v1/cases?line=2&is=complaint"
    assert (reason.overturned_rate.value, reason.overturned_rate.few) == (1.0, False)
    assert (found.by_reason[1].overturned_rate.value, found.by_reason[1].proposed_rate.value) == (None, 0.0)


def test_what_a_list_may_be_asked_for() -> None:
    assert meant(["A2:overturned"]) == ["A2:overturned"]
    assert meant(["A4"]) == ["A4:pending", "A4:confirmed", "A4:overturned"]
    assert len(meant(["any"])) == len(CONDUCT) * len(FATES)
    assert [one.rpartition(":")[2] for one in meant([f"any:{fate}" for fate in DECIDED])].count("pending") == 0
    for wrong in ("A1", "A2:", "A2:maybe", "", "any:any", "A2:pending:x"):
        with pytest.raises(ValueError, match="not_allowed"):
            meant([wrong])
