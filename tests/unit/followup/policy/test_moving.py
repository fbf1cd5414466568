"""Offers, transfers and the level."""

from services.followup.policy import Refusal, Rulebook, act
from services.followup.policy import requests as ask
from shared.contracts.case_events import CaseEscalated, CaseOffered, OfferTo, Person
from shared.contracts.vocabulary import Category, Clock, ClockState, EscalationCause, Level, State
from tests.unit.followup.policy.builders import NOW, OWNER, RULES, case_in, done, facts, opened, refusal_of, staff


def to(**whom: object) -> ask.Transfer:
    return ask.Transfer(to=ask.To.model_validate(whom), reason="归口")


def test_accept_makes_an_owner_and_meets_acknowledge() -> None:
    case = done(opened(), ask.Accept(), staff(1)).case
    acknowledge = case.clock(Clock.ACKNOWLEDGE)
    assert acknowledge is not None
    assert (case.state, case.owner) == (State.ACCEPTED, Person(user="L1", level=Level.L1))
    assert acknowledge.state is ClockState.MET


def test_the_owner_keeps_a_transferred_case_until_someone_accepts() -> None:
    offered = done(case_in(State.IN_PROGRESS), to(unit="机电"), OWNER).case
    assert offered.owner == Person(user="owner", level=Level.L1)
    assert (offered.offer, offered.transfers, offered.level) == (OfferTo(unit="机电"), 1, Level.L1)
    replaced = done(offered, to(user="b"), OWNER).case
    assert (replaced.offer, replaced.transfers) == (OfferTo(user="b"), 2)


def test_the_third_transfer_goes_above_every_level_so_far_and_raises() -> None:
    case = case_in(State.ACCEPTED)
    case = done(case, to(level="L3"), OWNER).case
    case = done(case, to(unit="机电"), OWNER).case
    assert case.level is Level.L1

    change = done(case, to(user="whoever"), OWNER)

    first, second = change.events
    assert isinstance(first, CaseOffered)
    assert (first.to, first.transfers) == (OfferTo(level=Level.L4), 3)
    assert isinstance(second, CaseEscalated)
    assert (second.from_level, second.level, second.cause) == (Level.L1, Level.L4, EscalationCause.THIRD_TRANSFER)
    assert (change.case.level, change.case.offer, change.case.transfers) == (Level.L4, OfferTo(level=Level.L4), 3)


def test_the_level_of_an_offered_user_counts_as_had() -> None:
    case = done(case_in(State.ACCEPTED), to(user="chief"), OWNER, offered=Level.L4).case
    case = done(case, to(unit="机电"), OWNER).case
    assert done(case, to(unit="保洁"), OWNER).case.level is Level.L5


def test_a_station_is_no_level_whoever_works_there() -> None:
    case = done(case_in(State.ACCEPTED), to(station="人民广场"), OWNER, offered=Level.L3).case
    assert case.highest is Level.L1


def test_an_offer_carries_the_networks_name_and_only_units_that_there_are() -> None:
    case = case_in(State.ACCEPTED)
    change = done(case, to(station=" 人广站"), OWNER)
    assert isinstance(change.events[0], CaseOffered)
    assert change.events[0].to == OfferTo(station="人民广场")
    for whom, code in (("station", "unknown_station"), ("unit", "unknown_unit")):
        refusal = refusal_of(case, to(**{whom: "张三 13800000000"}), OWNER)
        assert [(e.pointer, e.code) for e in refusal.errors] == [(f"/to/{whom}", code)]


def test_before_the_network_has_arrived_every_station_is_unknown() -> None:
    early = Rulebook(RULES.pack, RULES.time)
    for action in (to(station="人民广场"), ask.Reclassify(note="改", station="人民广场")):
        refusal = act(case_in(State.ACCEPTED), action, staff(5), early, NOW)
        assert isinstance(refusal, Refusal)
        assert [one.code for one in refusal.errors] == ["unknown_station"]


def test_the_third_transfer_of_a_case_that_was_at_l5_stays_there() -> None:
    case = case_in(State.ACCEPTED, level=Level.L5, highest=Level.L5, transfers=2)
    change = done(case, to(unit="机电"), OWNER)
    assert facts(change) == ["offered"]
    assert change.case.offer == OfferTo(level=Level.L5)


def test_a_pack_that_counts_fewer_transfers_does_not_spare_a_case_that_had_more() -> None:
    change = done(case_in(State.ACCEPTED, transfers=4), to(unit="机电"), OWNER)
    assert facts(change) == ["offered", "escalated"]
    assert facts(done(change.case, to(level="L2"), OWNER)) == ["offered"]


def test_later_offers_below_the_raised_level_are_refused() -> None:
    case = case_in(State.ACCEPTED, level=Level.L3, highest=Level.L3, transfers=3, offers_from=Level.L3)
    for action, offered in ((to(level="L2"), None), (to(user="b"), Level.L2), (to(station="人民广场"), Level.L2)):
        refusal = refusal_of(case, action, OWNER, offered=offered)
        assert (refusal.slug, refusal.code) == ("transition-refused", "below_forced_level")
    change = done(case, to(level="L3"), OWNER)
    assert (facts(change), change.case.transfers, change.case.level) == (["offered"], 4, Level.L3)
    unit = done(case, to(unit="机电"), OWNER).case
    clerk = staff(2)
    assert (
        refusal_of(unit.model_copy(update={"offer": OfferTo(user="L2")}), ask.Accept(), clerk).needs_level is Level.L3
    )


def test_a_case_about_a_person_is_not_offered_below_l3_nor_to_that_person() -> None:
    case = case_in(State.ACCEPTED, category=Category.STAFF, level=Level.L3, highest=Level.L3, about_user="m")
    assert refusal_of(case, to(level="L2"), staff(3)).code == "below_person_level"
    raised = case.model_copy(update={"transfers": 3, "offers_from": Level.L2})
    assert refusal_of(raised, to(level="L2"), staff(3)).code == "below_person_level"
    assert refusal_of(raised, to(level="L1"), staff(3)).code == "below_forced_level"
    assert refusal_of(case, to(user="b"), staff(3), offered=Level.L1).code == "below_person_level"
    assert refusal_of(case, to(user="m"), staff(3), offered=Level.L4).code == "about_that_person"
    assert done(case, to(level="L3"), staff(3)).case.offer == OfferTo(level=Level.L3)


def test_escalate_offers_the_case_one_level_up_uncounted() -> None:
    case = done(case_in(State.IN_PROGRESS), to(unit="机电"), OWNER).case
    change = done(case, ask.Escalate(reason="超出权限"), OWNER)
    (event,) = change.events
    assert isinstance(event, CaseEscalated)
    assert (event.from_level, event.level, event.cause) == (Level.L1, Level.L2, EscalationCause.ASKED)
    assert (change.case.offer, change.case.transfers) == (OfferTo(level=Level.L2), 1)
    assert change.case.owner == Person(user="owner", level=Level.L1)
    assert change.words == {event.version: "超出权限"}
