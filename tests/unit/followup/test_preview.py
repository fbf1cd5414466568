"""Deadlines of a case that nobody has: what is told, and that it is what a real case does."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.followup.api.preview import Asked, previewed
from services.followup.policy import Case, act, fire, next_due, open_case, parse
from services.followup.policy.change import Change
from services.followup.rules.clocks import status
from shared.clock import rfc3339
from shared.contracts.vocabulary import Clock, Language, Level, Severity
from shared.web.problems import Problem
from tests.unit.followup.policy.builders import NOW, RULES, SAMPLED, routed, staff

BODY: dict[str, Any] = {"kind": "normal", "severity": "S2", "category": "SAFETY", "received_at": rfc3339(NOW)}


def preview(**more: Any) -> dict[str, Any]:
    return previewed(Asked.model_validate({**BODY, **more}), lambda _: RULES, Language.EN)


def due(answer: dict[str, Any]) -> dict[str, str]:
    return {one["clock"]: one["due_at"] for one in answer["deadlines"]}


def fires(answer: dict[str, Any], clock: str) -> list[tuple[str, str, str]]:
    return [(one["at"], one["what"], one["level"]) for one in answer["fires"] if one["clock"] == clock]


def at(**delta: float) -> str:
    return rfc3339(NOW + timedelta(**delta))


def test_it_runs_until_nothing_more_fires_and_tells_each_step_of_the_ladder() -> None:
    answer = preview()
    assert due(answer) == {
        "acknowledge": at(minutes=30),
        "first_response": at(hours=24),
        "resolve": "2026-11-26T09:30:00.000Z",
    }
    assert fires(answer, "acknowledge") == [
        (at(minutes=15), "remind", "L3"),
        (at(minutes=24), "warn", "L3"),
        (at(minutes=30), "breach", "L3"),
        (at(minutes=30), "escalate", "L4"),
        (at(minutes=60), "breach", "L4"),
        (at(minutes=60), "escalate", "L5"),
        (at(minutes=90), "breach", "L5"),
    ]
    assert {one["what"] for one in answer["fires"] if one["clock"] == "resolve"} == {"remind", "warn", "breach"}
    instants = [one["at"] for one in answer["fires"]]
    assert instants == sorted(instants)
    assert next(d for d in answer["deadlines"] if d["clock"] == "resolve")["explanation"]


def test_actions_change_the_course_and_as_of_ends_it() -> None:
    accepted = {"at": at(minutes=20), "action": "accept", "by": {"level": "L3"}}
    paused = {"at": at(minutes=40), "action": "pause", "reason": "in_court"}
    answer = preview(actions=[accepted, paused], as_of=at(minutes=60))
    assert fires(answer, "acknowledge") == [(at(minutes=15), "remind", "L3")]
    states = {one["clock"]: one["state"] for one in answer["deadlines"]}
    assert states == {"acknowledge": "met", "first_response": "running", "resolve": "paused"}
    assert all(one["at"] <= at(minutes=60) for one in answer["fires"])


def test_what_is_due_at_as_of_has_fired_and_what_comes_after_has_not() -> None:
    assert fires(preview(as_of=at(minutes=15)), "acknowledge") == [(at(minutes=15), "remind", "L3")]
    assert not preview(as_of=rfc3339(NOW + timedelta(minutes=15) - timedelta(milliseconds=1)))["fires"]


def test_an_action_at_the_very_instant_is_in_time() -> None:
    answer = preview(actions=[{"at": at(minutes=30), "action": "accept"}], as_of=at(minutes=31))
    assert [what for _, what, _ in fires(answer, "acknowledge")] == ["remind", "warn"]


def test_a_sampled_call_back_is_shown() -> None:
    steps = [
        {"at": at(minutes=1), "action": "accept"},
        {"at": at(minutes=2), "action": "resolve", "outcome": "not_upheld"},
    ]
    assert due(preview(severity="S4", actions=steps, as_of=at(hours=1)))["call_back"] == at(minutes=2, days=7)


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"actions": [{"at": at(minutes=-1), "action": "accept"}]}, "/actions/0/at", "out_of_order"),
        (
            {"actions": [{"at": at(minutes=9), "action": "accept"}], "as_of": at(minutes=8)},
            "/actions/0/at",
            "after_as_of",
        ),
        ({"actions": [{"at": at(minutes=1), "action": "fly"}]}, "/actions/0/action", "not_allowed"),
        ({"actions": [{"at": at(minutes=1), "action": "note", "text": " "}]}, "/actions/0/text", "blank"),
        ({"actions": [{"at": at(minutes=1), "action": "note", "text": "x", "y": 1}]}, "/actions/0/y", "unknown_field"),
        ({"actions": [{"at": at(minutes=1), "action": "close"}]}, "/actions/0", "transition-refused"),
        (
            {"actions": [{"at": at(minutes=1), "action": "accept", "by": {"level": "L1"}}]},
            "/actions/0",
            "forbidden",
        ),
        ({"reason": "A2"}, "/reason", "contradicts_kind"),
        ({"received_at": "1850-01-01T00:00:00Z"}, "/received_at", "bad_time"),
    ],
)
def test_what_does_not_fit_is_named(more: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        preview(**more)
    assert [(one.pointer, one.code) for one in caught.value.errors] == [(pointer, code)]


def test_it_is_what_a_real_case_does() -> None:
    """Fired by hand, timer by timer, at the same instants."""
    accept, until = timedelta(minutes=50), NOW + timedelta(days=9)
    case = open_case(routed(severity=Severity.S3, level=Level.L2, case_id=SAMPLED), RULES, NOW, None).case
    case = _elapse(case, NOW + accept)
    taken = act(case, parse("accept", {}), staff(5), RULES, NOW + accept)
    assert isinstance(taken, Change)
    case = _elapse(taken.case, until)
    steps = [{"at": rfc3339(NOW + accept), "action": "accept"}]
    answer = preview(severity="S3", category="TRAIN", actions=steps, as_of=rfc3339(until))
    wanted = {run.clock: status(run) for run in case.clocks}
    for one in answer["deadlines"]:
        real = wanted[Clock(one["clock"])]
        assert (one["state"], one["due_at"]) == (real.state, rfc3339(real.due_at))


def _elapse(case: Case, until: datetime) -> Case:
    while (instant := next_due(case, RULES)) is not None and instant < until:
        change = fire(case, RULES, instant)
        assert change is not None
        case = change.case
    return case
