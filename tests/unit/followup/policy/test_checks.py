"""The order of checks, who may, and what a refusal names."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.followup.policy import REQUESTS, Refusal, Staff, act, allowed_actions, refused, sees
from services.followup.policy import requests as ask
from shared.contracts.case_events import OfferTo, Person
from shared.contracts.vocabulary import Category, Level, Outcome, Reason, Role, Severity, State
from tests.unit.followup.policy.builders import NOW, RULES, case_in, done, opened, refusal_of, staff

ADMIN = Staff(user="root", role=Role.ADMIN, level=Level.L5)


def test_the_state_is_checked_before_the_power_and_the_power_before_the_body() -> None:
    empty = ask.Resolve(outcome=Outcome.UPHELD)
    at_l2 = {"level": Level.L2, "highest": Level.L2, "owner": Person(user="someone", level=Level.L2)}

    wrong_state = refusal_of(case_in(State.WAITING, **at_l2), empty, staff(1))
    no_power = refusal_of(case_in(State.ACCEPTED, **at_l2), empty, staff(1))
    bad_body = refusal_of(case_in(State.ACCEPTED, **at_l2), empty, staff(2))

    assert (wrong_state.slug, wrong_state.code) == ("transition-refused", "state")
    assert (no_power.slug, no_power.code, no_power.needs_level) == ("forbidden", "level", Level.L2)
    assert bad_body.slug == "invalid"
    assert [error.pointer for error in bad_body.errors] == ["/cause", "/responsible", "/measure", "/education"]


@pytest.mark.parametrize("outcome", [Outcome.UPHELD, Outcome.PARTLY_UPHELD])
def test_an_upheld_case_needs_exactly_the_missing_of_the_four_fields(outcome: Outcome) -> None:
    partial = ask.Resolve(outcome=outcome, cause="闸机故障", measure="已修")
    refusal = refusal_of(case_in(State.IN_PROGRESS), partial, staff(3))
    assert [error.pointer for error in refusal.errors] == ["/responsible", "/education"]


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in (Outcome.UPHELD, Outcome.PARTLY_UPHELD)])
def test_other_outcomes_need_none_of_them(outcome: Outcome) -> None:
    change = done(case_in(State.IN_PROGRESS), ask.Resolve(outcome=outcome), staff(3))
    assert change.case.outcome is outcome


def test_the_owner_may_with_his_own_powers_though_the_level_has_risen() -> None:
    case = case_in(State.IN_PROGRESS, level=Level.L4, highest=Level.L4, owner=Person(user="clerk", level=Level.L1))
    assert refused(case, "resolve", Staff(user="clerk", level=Level.L1), RULES, NOW) is None
    other = refused(case, "resolve", Staff(user="other", level=Level.L3), RULES, NOW)
    assert other is not None
    assert (other.slug, other.needs_level) == ("forbidden", Level.L4)


def test_a_received_case_is_accepted_from_its_own_level_up() -> None:
    case = case_in(State.RECEIVED, level=Level.L2, highest=Level.L2, owner=None)
    assert refusal_of(case, ask.Accept(), staff(1)).needs_level is Level.L2
    assert done(case, ask.Accept(), staff(2)).case.owner == Person(user="L2", level=Level.L2)


def test_a_received_case_goes_by_level_even_where_it_is_offered_to_someone_lower() -> None:
    case = case_in(State.RECEIVED, level=Level.L2, highest=Level.L2, owner=None, offer=OfferTo(user="L1"))
    assert refusal_of(case, ask.Accept(), staff(1)).needs_level is Level.L2


@pytest.mark.parametrize(
    ("offer", "by", "code"),
    [
        (OfferTo(user="L2"), staff(2), None),
        (OfferTo(user="L2"), staff(5), "offered_to_another"),
        (OfferTo(level=Level.L3), staff(3), None),
        (OfferTo(level=Level.L3), staff(4), None),
        (OfferTo(level=Level.L3), staff(2), "level"),
        (OfferTo(unit="机电"), Staff(user="a", level=Level.L1, unit="机电"), None),
        (OfferTo(unit="机电"), Staff(user="a", level=Level.L1, unit="通号"), "offered_to_another"),
        (OfferTo(unit="机电"), Staff(user="a", level=Level.L1, stations=("人民广场",)), "offered_to_another"),
        (OfferTo(unit="机电"), Staff(user="a", level=Level.L1, lines=("2",)), "offered_to_another"),
        (OfferTo(unit="机电"), staff(1), None),
        (OfferTo(station="人民广场"), Staff(user="a", level=Level.L1, stations=("人民广场",)), None),
        (OfferTo(station="人民广场"), Staff(user="a", level=Level.L1, stations=("西湖路",)), "offered_to_another"),
        (OfferTo(station="人民广场"), Staff(user="a", level=Level.L1, lines=("2",)), "offered_to_another"),
        (OfferTo(station="人民广场"), staff(1), None),
        (OfferTo(station="人民广场"), Staff(user="a", level=Level.L1, unit="机电"), None),
        (None, staff(5), "no_offer"),
    ],
)
def test_an_offer_is_accepted_by_whom_it_is_made_to(offer: OfferTo | None, by: Staff, code: str | None) -> None:
    case = case_in(State.IN_PROGRESS, level=Level.L3, highest=Level.L3, offer=offer)
    result = act(case, ask.Accept(), by, RULES, NOW)
    if code is None:
        assert not isinstance(result, Refusal)
        assert (result.case.owner, result.case.offer) == (Person(user=by.user, level=by.level or Level.L1), None)
        assert result.case.state is State.IN_PROGRESS
    else:
        assert isinstance(result, Refusal)
        assert result.code == code
        assert result.slug == ("forbidden" if code == "level" else "transition-refused")


@pytest.mark.parametrize("state", list(State))
def test_admin_takes_no_action_and_is_told_which_level_does(state: State) -> None:
    case = case_in(state, level=Level.L2, highest=Level.L2, replied=True, offer=OfferTo(level=Level.L2))
    for one in allowed_actions(case, ADMIN, RULES, NOW):
        assert not one.allowed
        assert one.why in ("state", "admin", "not_proposed", "not_limited", "not_merged")
        assert (one.needs_level is None) == (one.why != "admin")


def test_arrive_needs_l2_whatever_the_level_of_the_case() -> None:
    case = case_in(State.IN_PROGRESS, level=Level.L4, highest=Level.L4)
    assert refusal_of(case, ask.Arrive(), staff(1)).needs_level is Level.L2
    assert done(case, ask.Arrive(), staff(2)).events[-1].type == "psc.case.arrived.v1"


def test_anyone_in_scope_may_note() -> None:
    case = case_in(State.CLOSED, level=Level.L5, highest=Level.L5)
    change = done(case, ask.Note(text="补充"), Staff(user="new", level=None))
    assert change.words == {case.version + 1: "补充"}


def test_reclassify_needs_l2_even_of_the_owner_and_lowering_s1_needs_l3() -> None:
    owner = Person(user="L1", level=Level.L1)
    note = ask.Reclassify(note="看过", category=Category.ENV)
    assert refusal_of(case_in(State.ACCEPTED, owner=owner), note, staff(1)).needs_level is Level.L2

    s1 = case_in(State.ACCEPTED, severity=Severity.S1, level=Level.L2, highest=Level.L2)
    lower = ask.Reclassify(note="虚惊", severity=Severity.S3)
    assert refusal_of(s1, lower, staff(2)).needs_level is Level.L3
    assert done(s1, lower, staff(3)).case.severity is Severity.S3


def test_lowering_anything_else_or_keeping_s1_needs_no_l3() -> None:
    s3 = case_in(State.ACCEPTED, severity=Severity.S3, level=Level.L2, highest=Level.L2)
    assert done(s3, ask.Reclassify(note="轻", severity=Severity.S4), staff(2)).case.severity is Severity.S4
    s1 = case_in(State.ACCEPTED, severity=Severity.S1, level=Level.L2, highest=Level.L2)
    for same in (None, Severity.S1):
        assert done(s1, ask.Reclassify(note="看过", severity=same), staff(2)).case.severity is Severity.S1


def test_a_refused_lowering_names_the_level_of_a_higher_case() -> None:
    s1 = case_in(State.ACCEPTED, severity=Severity.S1, level=Level.L4, highest=Level.L4)
    assert refusal_of(s1, ask.Reclassify(note="虚惊", severity=Severity.S2), staff(2)).needs_level is Level.L4


def test_kind_and_reason_of_a_pending_proposal_are_not_reclassified() -> None:
    case = case_in(State.ACCEPTED, kind="abnormal", reason=Reason.A4, proposed=True)
    for change in ({"reason": Reason.N0}, {"kind": "normal"}, {"reason": Reason.A10}):
        refusal = refusal_of(case, ask.Reclassify(note="改", **change), staff(5))
        assert (refusal.slug, refusal.code) == ("transition-refused", "proposal_pending")
    assert done(case, ask.Reclassify(note="改", category=Category.ENV, reason=Reason.A4), staff(5)).case.proposed


def test_contradicting_kinds_and_reasons_are_faults_of_the_body() -> None:
    case = case_in(State.ACCEPTED)
    faults = {
        ("/kind", "contradicts_reason"): ask.Reclassify(note="改", kind="abnormal", reason=Reason.N1),
        ("/reason", "missing"): ask.Reclassify(note="改", kind="abnormal"),
        ("/severity", "below_reason"): ask.Reclassify(note="改", reason=Reason.A7, severity=Severity.S4),
    }
    for (pointer, code), action in faults.items():
        refusal = refusal_of(case, action, staff(5))
        assert refusal.slug == "invalid"
        assert [(error.pointer, error.code) for error in refusal.errors] == [(pointer, code)]


def test_the_least_severity_of_a_reason_is_enough() -> None:
    change = done(case_in(State.ACCEPTED), ask.Reclassify(note="改", reason=Reason.A12, severity=Severity.S2), staff(5))
    assert change.case.severity is Severity.S2


def test_nothing_escalates_beyond_l5() -> None:
    case = case_in(State.IN_PROGRESS, level=Level.L5, highest=Level.L5)
    assert refusal_of(case, ask.Escalate(reason="再高"), staff(5)).code == "highest_level"


def test_cases_about_a_person_are_seen_from_l3_up_and_never_by_that_person() -> None:
    by_category = case_in(State.ACCEPTED, category=Category.STAFF)
    by_name = case_in(State.ACCEPTED, about_staff=True, about_user="L3")
    assert [sees(by_category, staff(level)) for level in (1, 2, 3, 4, 5)] == [False, False, True, True, True]
    assert [sees(by_name, staff(level)) for level in (1, 2, 3, 4, 5)] == [False, False, False, True, True]
    assert sees(by_name, Staff(user="root", role=Role.ADMIN))
    assert sees(case_in(State.ACCEPTED, about_staff=True, about_user="L5"), staff(5))
    assert sees(case_in(State.ACCEPTED), Staff(user="new"))


def test_nothing_is_allowed_on_a_case_that_one_does_not_see() -> None:
    for case in (
        case_in(State.RECEIVED, category=Category.STAFF),
        case_in(State.IN_PROGRESS, about_staff=True, about_user="L2"),
    ):
        listed = allowed_actions(case, staff(2), RULES, NOW)
        assert {(one.allowed, one.why, one.needs_level) for one in listed} == {(False, "out_of_sight", None)}
        assert any(one.allowed for one in allowed_actions(case, staff(3), RULES, NOW))


def test_what_is_listed_as_allowed_is_what_act_allows() -> None:
    bodies: dict[str, dict[str, object]] = {
        "contact": {"medium": "phone"},
        "note": {"text": "x"},
        "transfer": {"to": {"unit": "机电"}, "reason": "x"},
        "escalate": {"reason": "x"},
        "pause": {"reason": "in_court"},
        "reclassify": {"note": "x"},
        "reply": {"text": "x"},
        "resolve": {"outcome": "goodwill"},
        "call-back": {"result": "solved"},
        "reopen": {"reason": "x"},
        "merge": {"into": "PS-9"},
        "split": {"text": "x"},
        "extend": {"until": (NOW + timedelta(days=14)).isoformat(), "reason": "x"},
        "propose-resolution": {"type": "apology", "note": "x"},
        "refuse": {"reason": "x"},
        "confirm-abnormal": {"note": "x"},
        "overturn-abnormal": {"note": "x"},
        "limit-contact": {"medium": "letter", "contact": "x", "warned_at": NOW.isoformat(), "reason": "x"},
        "lift-limit": {"reason": "x"},
    }
    for state in State:
        case = case_in(state, level=Level.L2, highest=Level.L2, offer=OfferTo(level=Level.L3), replied=True)
        for by in (staff(1), staff(2), staff(3), ADMIN):
            for one in allowed_actions(case, by, RULES, NOW):
                action = REQUESTS[one.action].model_validate(bodies.get(one.action, {}))
                result = act(case, action, by, RULES, NOW, other=opened(case_id=UUID(int=9), number="PS-9"))
                assert one.allowed == (not isinstance(result, Refusal))
                if isinstance(result, Refusal):
                    assert (one.why, one.needs_level) == (result.code, result.needs_level)
