"""What earlier cases of the same passenger say about a complaint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.policy.history import NOTHING, Past, Recollection, recall
from services.routing.rules.fingerprint import Fingerprints
from shared.contracts.pack import Thresholds
from shared.contracts.vocabulary import Category, Kind, State

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LIMITS = Thresholds.model_validate(
    {
        "persistent_contacts": 3,
        "persistent_days": 90,
        "excessive_floor_cny": 500,
        "excessive_multiple": 3,
        "professional_claims": 3,
        "professional_days": 180,
        "staff_loss_cny": 50,
        "delay_minutes": 15,
        "source": "a test",
    }
)
FINGERPRINTS = Fingerprints(b"tests")
TEXT = "充值机吞了五十元纸币没有到账,屏幕死机了"
RETOLD = "自助充值机把钱吃掉了,屏幕死机,账户里没有到账,请退款"
LOOSELY = "钱放进去以后充值机黑屏,卡里的余额一直是零,到账遥遥无期"
OTHER = "检票员大声呵斥老人,要求道歉"


def case(number: int, text: str | None = TEXT, **fields: Any) -> Past:
    base: dict[str, Any] = {
        "case_id": UUID(int=number),
        "number": f"PS-{number}",
        "passenger_ref": "p",
        "at": NOW,
        "kind": Kind.NORMAL,
        "category": Category.TICKET,
        "line": "2",
        "station": "人民广场",
    }
    base |= fields
    return Past(**base, fingerprint=FINGERPRINTS.of(text, base["at"]) if text else None)


def before(text: str | None = TEXT, *, number: int = 1, hours: float = 2, **fields: Any) -> Past:
    return case(number, text, **{"at": NOW - timedelta(hours=hours), **fields})


def recalled(new: Past, *past: Past, related: str | None = None) -> Recollection:
    return recall(new, related, past, LIMITS, FINGERPRINTS.of_place(new.station, new.line))


def is_earlier(past: Past, text: str = TEXT, related: str | None = None, **fields: Any) -> bool:
    return recalled(case(9, text, **fields), past, related=related).earlier is past


def test_without_earlier_cases_there_is_nothing_to_say() -> None:
    assert recalled(case(9)) is NOTHING


@pytest.mark.parametrize(
    ("text", "changed", "is_same"),
    [
        (TEXT, {}, True),
        (TEXT, {"hours": 24 * 7}, True),
        (TEXT, {"hours": 24 * 7 + 1}, False),
        (TEXT, {"hours": -3}, True),
        (TEXT, {"category": Category.FACILITY}, True),
        (TEXT, {"station": "徐家汇"}, False),
        (TEXT, {"station": None}, True),
        (TEXT, {"station": None, "line": "9"}, False),
        (TEXT, {"station": None, "line": None}, True),
        (TEXT, {"station": None, "line": None, "hours": 25}, False),
        (TEXT + ",又扣了一次", {}, True),
        (TEXT + ",又扣了一次", {"station": None, "line": None}, False),
        (TEXT.replace("五十", "一百"), {}, False),
        (RETOLD, {}, True),
        (LOOSELY, {"hours": 72}, True),
        (LOOSELY, {"hours": 73}, False),
        (RETOLD, {"station": None, "line": None}, False),
        (OTHER, {}, False),
        ("今天早上" + TEXT, {}, True),
        (TEXT, {"passenger_ref": "q"}, False),
        (TEXT, {"passenger_ref": None}, False),
        (TEXT, {"state": State.WAITING}, True),
        (TEXT, {"state": State.RESOLVED}, False),
        (TEXT, {"state": State.CLOSED}, False),
    ],
)
def test_the_same_event(text: str, changed: dict[str, Any], is_same: bool) -> None:
    """The same words for a week, other words at the same place for three days, while the earlier case is open."""
    assert is_earlier(before(text, **changed)) is is_same


def test_another_time_said_is_another_event() -> None:
    assert is_earlier(before("昨天早上8点" + TEXT), "昨天早上8点半" + TEXT)
    assert not is_earlier(before("昨天早上8点" + TEXT), "昨天晚上8点" + TEXT)
    assert not is_earlier(before("昨天早上8点" + TEXT), "今天早上8点" + TEXT)
    known = before(TEXT, hours=0.1)
    long_before = FINGERPRINTS.of(TEXT, NOW, NOW - timedelta(hours=30))
    assert not is_earlier(replace(known, fingerprint=long_before), "今天早上8点" + TEXT)


def test_a_text_that_was_edited_is_the_same_for_a_while_and_a_form_filled_in_anew_is_not() -> None:
    edited = "充值机吞了五十元,没有到账,屏幕死机,请处理"
    form = "充值机吞了七元硬币没有到账,屏幕死机了"
    assert is_earlier(before(TEXT, hours=72), edited), "with the same numbers"
    assert is_earlier(before(RETOLD), "充值机把钱吃掉了,屏幕死机,没有到账,快退款")
    assert not is_earlier(before(RETOLD, hours=3), "充值机把钱吃掉了,屏幕死机,没有到账,快退款")
    assert not is_earlier(before(TEXT), form), "with other numbers"


def test_without_a_passenger_history_says_nothing() -> None:
    nobody = before(TEXT, passenger_ref=None)
    assert recalled(case(9, passenger_ref=None), nobody) == NOTHING


def test_a_case_that_is_named_is_the_earlier_one_by_the_senders_own_statement() -> None:
    long_ago = before("空调不冷", passenger_ref=None, hours=24 * 300)
    assert is_earlier(long_ago, related="PS-1")
    assert is_earlier(long_ago, related="PS-1", passenger_ref=None)
    assert not is_earlier(long_ago, related="PS-2")
    assert not is_earlier(replace(long_ago, state=State.CLOSED), related="PS-1")


def test_a_named_case_is_another_matter_where_passenger_place_time_or_subject_speak_against_it() -> None:
    assert recalled(case(9), before(TEXT, passenger_ref="q", final_at=NOW), related="PS-1") == NOTHING
    assert not is_earlier(before(TEXT), related="PS-1", station="徐家汇")
    assert not is_earlier(before("昨天早上8点" + TEXT), "昨天晚上8点" + TEXT, related="PS-1")
    assert not is_earlier(before(TEXT), OTHER, related="PS-1", category=Category.STAFF)
    assert is_earlier(before(TEXT), "还是没人理我", related="PS-1", category=Category.STAFF), "too little to tell"


def test_all_repetitions_point_to_the_original_whatever_they_are_like() -> None:
    original = before("进站时被多扣了四元钱", hours=5)
    retold = before(TEXT, number=2, hours=6, follows=original.case_id, kind=Kind.ABNORMAL)
    assert recalled(case(9), retold, original).earlier is original
    closed = replace(original, state=State.CLOSED)
    assert recalled(case(9), retold, closed).earlier is retold, "what is worked as a case of its own is one"


def test_of_several_the_first_is_the_one_that_is_repeated() -> None:
    second, first = before(number=2, hours=1), before(hours=2)
    assert recalled(case(9), second, first).earlier is first


def series(*given: dict[str, Any]) -> list[Past]:
    return [before(**{"number": n, **fields}) for n, fields in enumerate(given, 1)]


def days(count: float) -> float:
    return count * 24


def test_contacts_are_those_about_the_matter_within_their_days() -> None:
    past = series(
        {"hours": days(89)},
        {"hours": days(90)},
        {"hours": days(5), "kind": Kind.ABNORMAL},
        {"hours": days(5), "text": None},
        {"hours": days(5), "kind": Kind.NON_COMPLAINT},
        {"hours": days(5), "withdrawn": True},
        {"hours": days(5), "text": OTHER},
        {"hours": days(5), "category": Category.ENV, "text": LOOSELY},
        {"hours": days(5), "station": "徐家汇"},
        {"hours": -1},
    )
    assert recalled(case(9 + 9), *past).prior_contacts == 3


def test_a_new_event_of_the_same_kind_is_another_matter() -> None:
    past = series(*({"hours": days(n), "text": "今天早上" + TEXT, "final_at": NOW} for n in (3, 5, 9)))
    memory = recalled(case(9, "今天早上" + TEXT), *past)
    assert (memory.prior_contacts, memory.final_reply_sent) == (0, False)


def test_what_the_passenger_asked_to_take_up_again_is_a_contact() -> None:
    asked = before(hours=days(100), again_at=(NOW - timedelta(days=95), NOW - timedelta(days=2), NOW))
    assert recalled(case(9), asked).prior_contacts == 2


def test_a_final_reply_counts_from_when_it_was_sent() -> None:
    finally_ = before(hours=days(20), state=State.CLOSED, final_at=NOW - timedelta(days=1))
    assert recalled(case(9), finally_).final_reply_sent
    assert not recalled(case(9, at=NOW - timedelta(days=2)), finally_).final_reply_sent, "the letter was written before"
    assert not recalled(case(9, OTHER), finally_).final_reply_sent
    assert not recalled(case(9), replace(finally_, final_at=None)).final_reply_sent


CLAIM = "便利店买的面包过期两天,要求十倍赔偿1000元"


def test_similar_claims_are_claims_of_the_same_kind_each_event_once() -> None:
    claim: dict[str, Any] = {"claimed": True, "category": Category.COMM, "text": CLAIM}
    past = series(
        {**claim, "hours": days(20)},
        {**claim, "hours": days(40), "station": "徐家汇", "text": "便利店买的牛奶过期三天,要求十倍赔偿800元"},
        {**claim, "hours": days(179)},
        {**claim, "hours": days(180)},
        {**claim, "hours": days(20), "withdrawn": True},
        {**claim, "hours": days(20), "claimed": False},
        {**claim, "hours": days(20), "category": Category.TICKET},
        {**claim, "hours": days(20), "text": "自动售货机夹伤了手,要求赔偿医药费300元"},
        {**claim, "hours": days(20), "kind": Kind.ABNORMAL, "follows": UUID(int=1)},
        {**claim, "hours": 1},
    )
    new = case(99, CLAIM, category=Category.COMM, claimed=True)
    assert recalled(new, *past).similar_claims == 3
    assert recalled(replace(new, claimed=False), *past).similar_claims == 0


def test_three_unrelated_honest_claims_are_no_series() -> None:
    texts = ("闸机多扣4元,请退还", "被站务员扯坏背包,要求赔偿600元", "列车晚点误了火车,请赔偿车票120元")
    past = [before(text, number=n, hours=days(n * 20), claimed=True) for n, text in enumerate(texts, 1)]
    assert recalled(case(9, "充值机吞了五十元,请退还五十元", claimed=True), *past).similar_claims == 0


@pytest.mark.parametrize(
    ("changed", "is_late"),
    [
        ({"promised_at": NOW - timedelta(minutes=1)}, True),
        ({"response_due": NOW - timedelta(minutes=1)}, True),
        ({"response_due": NOW - timedelta(minutes=1), "answered": True}, True),
        ({"promised_at": NOW}, False),
        ({}, False),
        ({"promised_at": NOW - timedelta(minutes=1), "answered": True}, False),
        ({"promised_at": NOW - timedelta(minutes=1), "state": State.RESOLVED}, False),
        ({"promised_at": NOW - timedelta(minutes=1), "text": OTHER}, False),
        ({"promised_at": NOW - timedelta(minutes=1), "category": Category.ENV}, False),
    ],
)
def test_our_reply_is_overdue_when_the_promise_has_passed_unanswered(changed: dict[str, Any], is_late: bool) -> None:
    past = before(**{"hours": days(8), **changed})
    assert recalled(case(9), past).our_reply_overdue is is_late


def test_a_complaint_about_our_handling_may_wait_for_any_answer_but_only_its_matter_speaks_against_it() -> None:
    other = before(OTHER, hours=days(9), category=Category.STAFF, final_at=NOW, promised_at=NOW - timedelta(days=1))
    memory = recalled(case(9, "我上周反映的问题到现在没有人联系我", category=Category.HANDLING), other)
    assert (memory.our_reply_overdue, memory.final_reply_sent, memory.prior_contacts) == (True, False, 0)


TEXTS = st.sampled_from([TEXT, RETOLD, OTHER, CLAIM, "空调不冷"])
PASTS = st.builds(
    before,
    text=TEXTS,
    number=st.integers(1, 6),
    hours=st.floats(-5, 24 * 200),
    passenger_ref=st.sampled_from(["p", "q", None]),
    station=st.sampled_from(["人民广场", "徐家汇", None]),
    state=st.sampled_from(State),
    claimed=st.booleans(),
    kind=st.sampled_from([Kind.NORMAL, Kind.ABNORMAL]),
    follows=st.sampled_from([None, *(UUID(int=n) for n in range(1, 7))]),
    final_at=st.sampled_from([None, NOW - timedelta(days=1)]),
)
CASES = st.lists(PASTS, max_size=6, unique_by=lambda p: p.case_id)


@given(text=TEXTS, past=CASES, claimed=st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_recalled_does_not_depend_on_order_and_never_on_strangers(
    text: str, past: list[Past], claimed: bool
) -> None:
    new = case(99, text, claimed=claimed)
    memory = recalled(new, *past)
    assert recalled(new, *reversed(past)) == memory
    assert recalled(new, *(p for p in past if p.passenger_ref == "p")) == memory
    if memory.earlier is not None:
        assert memory.earlier.state.is_open
        assert memory.earlier.passenger_ref == "p"


@given(text=TEXTS, past=CASES)
@settings(max_examples=100, deadline=None)
def test_nobody_is_never_a_repetition(text: str, past: list[Past]) -> None:
    assert recalled(case(99, text, passenger_ref=None), *past) == NOTHING


@given(text=TEXTS, past=CASES, more=PASTS)
@settings(max_examples=100, deadline=None)
def test_one_case_more_never_makes_less_of_what_was_counted(text: str, past: list[Past], more: Past) -> None:
    added = replace(more, case_id=UUID(int=77), number="PS-77", follows=None)
    fewer, all_ = recalled(case(99, text, claimed=True), *past), recalled(case(99, text, claimed=True), *past, added)
    assert all_.prior_contacts >= fewer.prior_contacts
    assert all_.similar_claims >= fewer.similar_claims
    assert (all_.earlier is not None) >= (fewer.earlier is not None)
