"""Reclassify: clocks, level, owner, proposal."""

from datetime import UTC, datetime, timedelta

from services.followup.policy import Case, Change, Rulebook, act
from services.followup.policy import requests as ask
from shared.contracts.case_events import CaseReclassified, OfferTo, Person
from shared.contracts.vocabulary import (
    Category,
    Channel,
    Clock,
    ClockState,
    Kind,
    Level,
    Outcome,
    Reason,
    Severity,
    State,
)
from tests.unit.followup.policy.builders import NOW, PACK, RULES, case_in, done, facts, opened, refusal_of, staff

LATER = NOW + timedelta(minutes=20)


def corrected(case: Case, by: int = 5, **fields: object) -> Change:
    return done(case, ask.Reclassify.model_validate({"note": "核实", **fields}), staff(by), LATER)


def due(case: Case, clock: Clock) -> datetime:
    run = case.clock(clock)
    assert run is not None
    return run.due_at


def test_it_says_how_the_case_is_classified_now_whole() -> None:
    change = corrected(opened(uncertain=True), category="ENV", station="人民广场")
    (event,) = change.events
    assert isinstance(event, CaseReclassified)
    assert (event.kind, event.reason, event.category) == (Kind.NORMAL, Reason.N0, Category.ENV)
    assert (event.severity, event.station, event.uncertain) == (Severity.S4, "人民广场", False)
    assert change.words == {2: "核实"}


def test_a_corrected_station_is_the_networks_and_brings_its_line() -> None:
    at_one, at_two = case_in(State.ACCEPTED, line="1"), case_in(State.ACCEPTED, line="2")
    assert [(c.station, c.line) for c in (corrected(one, station="人广").case for one in (at_one, at_two))] == [
        ("人民广场", "1"),
        ("人民广场", "2"),
    ]
    assert corrected(at_one, station="Xihu Road").case.line == "2"
    assert corrected(case_in(State.ACCEPTED, line="5"), station="人民广场").case.line is None
    assert corrected(at_one, category="ENV").case.line == "1"
    refusal = refusal_of(at_one, ask.Reclassify(note="改", station="张三 13800000000"), staff(5))
    assert [(e.pointer, e.code) for e in refusal.errors] == [("/station", "unknown_station")]


def test_running_clocks_are_recomputed_from_their_start_and_met_ones_stay() -> None:
    case = case_in(State.ACCEPTED)
    acknowledged = due(case, Clock.ACKNOWLEDGE)
    change = corrected(case, severity="S2")
    assert due(change.case, Clock.ACKNOWLEDGE) == acknowledged
    assert due(change.case, Clock.FIRST_RESPONSE) == NOW + timedelta(hours=24)
    assert due(change.case, Clock.RESOLVE) == datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
    assert [told.code for told in change.told] == ["deadline_changed"]


def test_without_a_new_severity_no_due_moves() -> None:
    case = case_in(State.ACCEPTED)
    change = corrected(case, category="ENV")
    assert change.case.clocks == case.clocks
    assert change.told == ()


def test_the_level_rises_to_the_new_row_and_is_offered() -> None:
    change = corrected(case_in(State.ACCEPTED), severity="S3")
    assert facts(change) == ["reclassified", "escalated"]
    assert (change.case.level, change.case.offer) == (Level.L2, OfferTo(level=Level.L2))
    assert change.case.owner is not None


def test_the_level_never_falls() -> None:
    case = case_in(State.ACCEPTED, severity=Severity.S2, level=Level.L3, highest=Level.L3)
    change = corrected(case, severity="S4")
    assert (facts(change), change.case.level) == (["reclassified"], Level.L3)


def test_an_arrival_that_it_brings_starts_now_and_one_not_needed_is_cancelled() -> None:
    danger = corrected(case_in(State.ACCEPTED), severity="S1").case
    assert due(danger, Clock.ARRIVAL) == LATER + timedelta(minutes=5)
    calm = corrected(danger, severity="S3").case
    assert [run.state for run in calm.clocks if run.clock is Clock.ARRIVAL] == [ClockState.CANCELLED]
    again = corrected(calm, severity="S1").case
    assert [run.generation for run in again.clocks if run.clock is Clock.ARRIVAL] == [1, 2]
    on_scene = corrected(opened(flags={"on_scene": True}), severity="S3").case
    assert due(on_scene, Clock.ARRIVAL) == NOW + timedelta(minutes=5)


def test_a_correction_does_not_call_for_a_supervisor_again() -> None:
    reopened = case_in(State.CLOSED, severity=Severity.S1, level=Level.L2, highest=Level.L2)
    reopened = done(reopened, ask.Reopen(reason="新事实"), staff(5), LATER).case
    assert corrected(reopened, category="ENV").case.clock(Clock.ARRIVAL) is None
    there = done(opened(flags={"on_scene": True}), ask.Arrive(), staff(2)).case
    assert [run.generation for run in corrected(there, severity="S1").case.clocks if run.clock is Clock.ARRIVAL] == [1]


def test_now_about_a_person_it_is_l3s_and_an_owner_below_loses_it() -> None:
    change = corrected(case_in(State.IN_PROGRESS), about_staff=True)
    assert facts(change) == ["reclassified", "escalated"]
    assert (change.case.owner, change.case.level) == (None, Level.L3)
    assert change.case.offer == OfferTo(level=Level.L3)
    assert done(change.case, ask.Accept(), staff(3), LATER).case.owner == Person(user="L3", level=Level.L3)

    kept = corrected(case_in(State.IN_PROGRESS, owner=Person(user="L4", level=Level.L4)), category="STAFF")
    assert kept.case.owner == Person(user="L4", level=Level.L4)


def test_a_case_that_loses_its_owner_without_a_rise_is_offered_to_its_level() -> None:
    case = case_in(State.IN_PROGRESS, level=Level.L4, highest=Level.L4, offer=OfferTo(user="b"))
    change = corrected(case, about_staff=True)
    assert facts(change) == ["reclassified", "offered"]
    assert (change.case.owner, change.case.offer, change.case.transfers) == (None, OfferTo(level=Level.L4), 0)


def test_a_pending_offer_below_l3_gives_way_when_it_is_now_about_a_person() -> None:
    owner = Person(user="L4", level=Level.L4)
    case = case_in(State.IN_PROGRESS, level=Level.L4, highest=Level.L4, owner=owner, offer=OfferTo(level=Level.L2))
    assert corrected(case, about_staff=True).case.offer == OfferTo(level=Level.L4)


def test_the_person_it_is_about_does_not_keep_it() -> None:
    owner = Person(user="L4", level=Level.L4)
    change = corrected(case_in(State.IN_PROGRESS, level=Level.L4, highest=Level.L4, owner=owner), about_staff="L4")
    assert (change.case.about_staff, change.case.about_user, change.case.owner) == (True, "L4", None)
    event = change.events[0]
    assert isinstance(event, CaseReclassified)
    assert (event.about_staff, event.about_user, event.owner) == (True, "L4", None)


def test_it_says_who_has_the_case_after_the_correction() -> None:
    kept = corrected(case_in(State.IN_PROGRESS), category="ENV")
    event = kept.events[0]
    assert isinstance(event, CaseReclassified)
    assert (event.about_user, event.owner) == (None, kept.case.owner)
    assert event.owner is not None


def test_a_judgement_of_conduct_becomes_a_proposal_and_other_reasons_do_not() -> None:
    for reason in ("A2", "A3", "A4", "A5", "A6", "A9", "A10", "A12"):
        case = corrected(case_in(State.ACCEPTED), reason=reason).case
        assert (case.proposed, case.kind) == (True, Kind.ABNORMAL)
    for reason in ("A1", "A7", "A8", "A11", "N1", "Z2"):
        assert not corrected(case_in(State.ACCEPTED), reason=reason).case.proposed


def test_some_reasons_carry_a_least_severity() -> None:
    for reason in ("N3", "A7", "A8"):
        danger = corrected(case_in(State.ACCEPTED), reason=reason).case
        assert (danger.severity, danger.level) == (Severity.S1, Level.L2)
        assert danger.clock(Clock.ARRIVAL) is not None
    assert corrected(case_in(State.ACCEPTED), reason="N3", severity="S2").case.severity is Severity.S2
    assert corrected(case_in(State.ACCEPTED), reason="A12").case.severity is Severity.S2
    assert corrected(case_in(State.ACCEPTED), reason="A4").case.severity is Severity.S4


def test_what_becomes_no_complaint_carries_no_severity_unless_one_is_given() -> None:
    case = case_in(State.ACCEPTED, severity=Severity.S3)
    assert corrected(case, kind="non_complaint", reason="Z2").case.severity is Severity.INFO
    assert corrected(case, reason="Z4").case.severity is Severity.INFO
    assert corrected(case, reason="Z4", severity="S4").case.severity is Severity.S4
    praised = case.model_copy(update={"kind": Kind.NON_COMPLAINT, "reason": Reason.Z1})
    assert corrected(praised, reason="Z2").case.severity is Severity.S3


def test_leaving_s1_for_no_complaint_is_a_lowering() -> None:
    s1 = case_in(State.ACCEPTED, severity=Severity.S1, level=Level.L2, highest=Level.L2)
    refusal = refusal_of(s1, ask.Reclassify(note="咨询", reason=Reason.Z2), staff(2))
    assert (refusal.slug, refusal.needs_level) == ("forbidden", Level.L3)
    assert corrected(s1, by=3, reason="Z2").case.severity is Severity.INFO


def test_a_kind_alone_back_to_normal_is_an_ordinary_complaint() -> None:
    case = corrected(case_in(State.ACCEPTED, kind=Kind.NON_COMPLAINT, reason=Reason.Z2), kind="normal").case
    assert (case.kind, case.reason) == (Kind.NORMAL, Reason.N0)


def test_a_received_case_stands_still_exactly_while_it_is_in_court() -> None:
    in_court = corrected(opened(), reason="A11").case
    assert in_court.pause is not None
    assert done(in_court, ask.Accept(), staff(5), LATER).case.state is State.WAITING
    free = corrected(in_court, reason="N0").case
    assert free.pause is None
    assert done(free, ask.Accept(), staff(5), LATER).case.state is State.ACCEPTED


def test_a_correction_pauses_no_other_case() -> None:
    assert corrected(opened(), category="ENV").case.pause is None
    being_worked = corrected(case_in(State.IN_PROGRESS), reason="A11").case
    assert (being_worked.state, being_worked.pause) == (State.IN_PROGRESS, None)
    waiting = case_in(State.WAITING)
    assert corrected(waiting, category="ENV").case.pause == waiting.pause


def test_a_claim_above_the_ceiling_counts_when_it_is_no_longer_abnormal() -> None:
    case = opened(claim={"amount_cny": 900}, kind=Kind.ABNORMAL, reason=Reason.A1, level=Level.L1)
    assert corrected(case, reason="A1").case.level is Level.L1
    assert corrected(case, kind="normal").case.level is Level.L3
    assert corrected(opened(channel=Channel.CITY_HOTLINE), category="ENV").case.level is Level.L4


def test_a_new_pack_reaches_only_clocks_that_start_under_it() -> None:
    new_s3 = PACK.severities[Severity.S3].model_copy(update={"resolve": PACK.severities[Severity.S1].resolve})
    severities = {**PACK.severities, Severity.S3: new_s3}
    later = PACK.model_copy(update={"version": 2, "effective_from": LATER, "severities": severities})
    rulebook = Rulebook(later, RULES.time, (PACK, later))
    case = case_in(State.ACCEPTED)

    change = act(case, ask.Reclassify(note="核实", severity=Severity.S3), staff(5), rulebook, LATER)
    assert isinstance(change, Change)
    assert due(change.case, Clock.RESOLVE) == datetime(2026, 11, 30, 9, 30, tzinfo=UTC)

    settled = act(change.case, ask.Resolve(outcome=Outcome.GOODWILL), staff(5), rulebook, LATER)
    assert isinstance(settled, Change)
    again = act(settled.case, ask.Reopen(reason="新事实"), staff(5), rulebook, LATER)
    assert isinstance(again, Change)
    assert due(again.case, Clock.RESOLVE) == LATER + timedelta(hours=24)
