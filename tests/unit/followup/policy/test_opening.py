"""How a case opens: level, clocks, the pause of a case in court, and no words."""

from datetime import UTC, datetime, timedelta

from services.followup.policy import fire, next_due, open_case, timers
from services.followup.policy import requests as ask
from shared.contracts.case_events import CaseOpened
from shared.contracts.decision import Because
from shared.contracts.vocabulary import Category, Clock, ClockState, Kind, Level, PauseReason, Reason, Severity, State
from tests.unit.followup.policy.builders import NOW, PACK, RULES, done, facts, opened, routed, staff


def test_a_case_opens_with_one_full_snapshot_and_its_three_clocks() -> None:
    change = open_case(routed(line="2", station="人民广场"), RULES, NOW, traceparent="00-aa-bb-01")
    (event,) = change.events
    assert isinstance(event, CaseOpened)
    assert (event.version, event.state, event.level, event.by.system) == (1, State.RECEIVED, Level.L1, "routing")
    assert (event.line, event.station, event.policy_version) == ("2", "人民广场", PACK.id)
    assert [(one.clock, one.due_at) for one in event.clocks] == [
        (Clock.ACKNOWLEDGE, datetime(2026, 11, 23, 4, 0, tzinfo=UTC)),
        (Clock.FIRST_RESPONSE, datetime(2026, 11, 26, 9, 30, tzinfo=UTC)),
        (Clock.RESOLVE, datetime(2026, 11, 30, 9, 30, tzinfo=UTC)),
    ]
    assert change.case.traceparent == "00-aa-bb-01"
    assert change.case.version == 1


def test_a_place_that_only_the_words_tell_is_the_cases_but_what_the_sender_says_goes_before_it() -> None:
    told = routed()
    read = told.decision.model_copy(update={"line": "2", "station": "西湖路"})
    case = open_case(told.model_copy(update={"decision": read}), RULES, NOW, None).case
    assert (case.line, case.station) == ("2", "西湖路")
    stated = told.complaint.model_copy(update={"station": "人民广场"})
    case = open_case(told.model_copy(update={"complaint": stated, "decision": read}), RULES, NOW, None).case
    assert case.station == "人民广场"


def test_neither_the_case_nor_the_event_keeps_a_word_of_the_passenger() -> None:
    because = Because(rule="severity.default", evidence="多扣了", start=2, end=5)
    change = open_case(routed(explanation=(because,)), RULES, NOW, None)
    stored = change.case.model_dump_json() + change.events[0].model_dump_json()
    assert "多扣了" not in stored
    assert '"rule":"severity.default"' in stored


def test_the_case_survives_being_stored_as_one_document() -> None:
    case = opened(severity=Severity.S1, claim={"amount_cny": "12.50"}, flags={"on_scene": True})
    assert type(case).model_validate_json(case.model_dump_json()) == case


def test_the_clocks_start_when_the_complaint_was_taken() -> None:
    taken = NOW - timedelta(hours=1)
    case = opened(taken_at=taken)
    assert {run.started_at for run in case.clocks} == {taken}


def test_s1_and_on_scene_bring_an_arrival_that_starts_when_taken() -> None:
    taken = NOW - timedelta(minutes=2)
    for case in (opened(severity=Severity.S1, taken_at=taken), opened(flags={"on_scene": True}, taken_at=taken)):
        arrival = case.clock(Clock.ARRIVAL)
        assert arrival is not None
        assert arrival.due_at == taken + timedelta(minutes=5)
    assert opened().clock(Clock.ARRIVAL) is None


def test_a_due_that_has_passed_is_opened_true_and_fires_at_once() -> None:
    case = opened(taken_at=NOW - timedelta(days=3))
    acknowledge = case.clock(Clock.ACKNOWLEDGE)
    assert acknowledge is not None
    assert acknowledge.due_at == datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
    assert (next_due(case, RULES) or NOW) < NOW
    assert facts(fire(case, RULES, NOW))[:4] == ["reminded", "warned", "breached", "escalated"]


def test_a_case_about_a_person_opens_at_l3_at_least() -> None:
    assert opened(category=Category.STAFF).level is Level.L3
    assert opened(about_staff=True, level=Level.L4).level is Level.L4


def test_in_court_resolve_stands_still_until_someone_resumes() -> None:
    case = opened(kind=Kind.ABNORMAL, reason=Reason.A11, level=Level.L4)
    resolve = case.clock(Clock.RESOLVE)
    assert resolve is not None
    assert (case.state, resolve.state) == (State.RECEIVED, ClockState.PAUSED)
    assert case.pause is not None
    assert (case.pause.reason, case.pause.resumes_at) == (PauseReason.IN_COURT, None)
    assert Clock.RESOLVE not in {timer.clock for timer in timers(case, RULES)}

    waiting = done(case, ask.Accept(), staff(4)).case
    assert waiting.state is State.WAITING
    running = done(waiting, ask.Resume(), staff(4)).case
    assert (running.state, running.pause) == (State.IN_PROGRESS, None)
    assert [run.state for run in running.clocks if run.clock is Clock.RESOLVE] == [ClockState.RUNNING]


def test_a_repetition_without_a_known_earlier_case_asks_a_person_to_look() -> None:
    assert opened(kind=Kind.ABNORMAL, reason=Reason.A1).uncertain
    assert not opened(
        kind=Kind.ABNORMAL, reason=Reason.A1, earlier_case="0199a3c2-7b1e-7c4d-9f10-2a6b8c1d3e60"
    ).uncertain
    assert not opened().uncertain
