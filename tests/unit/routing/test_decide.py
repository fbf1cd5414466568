"""Single rules of the policy at their edges."""

from decimal import Decimal
from typing import Any

import pytest

from services.routing.policy import Facts, Rulebook, decide
from shared.contracts.decision import Decision
from shared.contracts.vocabulary import Category, Channel


def on(rulebook: Rulebook, text: str, **facts: Any) -> Decision:
    """The decision on `text` from the web form."""
    return decide(Facts(**{"channel": Channel.WEB, "text": text, **facts}), rulebook)


@pytest.mark.parametrize(
    ("text", "reason", "severity"),
    [
        ("站厅着火了，快来人！", "N3", "S1"),
        ("如果站台着火了应该往哪跑？", "Z2", "INFO"),
        ("昨天的消防演练冒烟把我吓一跳，请问多久演一次？", "Z2", "INFO"),
        ("天气热得嗓子冒烟，站台空调坏了。", "N0", "S4"),
        ("我明天带汽油去你们站。", "A8", "S1"),
        ("昨天安检没收了我的汽油打火机，请问怎么领回？", "Z2", "INFO"),
        ("我不是要杀了他，我只是说站务员态度差。", "N0", "S4"),
        ("我不想活了，站台上没人理我。", "A7", "S1"),
        ("A man is on the tracks at Museum right now.", "N3", "S1"),
        ("Last year there was a fire at Museum; where can I read the report?", "Z2", "INFO"),
    ],
)
def test_danger_first_and_only_danger(rulebook: Rulebook, text: str, reason: str, severity: str) -> None:
    """Negation, supposition, slang and the past are no danger."""
    decision = on(rulebook, text)
    assert (decision.reason, decision.severity) == (reason, severity)


@pytest.mark.parametrize(
    "text",
    [
        "没着火，就是问一下广播说的是什么。",
        "闸机吞卡，气炸了！",
        "虚惊一场，没着火，是有人抽烟。",
        "People on the train are on fire about the new fares, is there a discount?",
    ],
)
def test_words_of_danger_denied_or_figurative(rulebook: Rulebook, text: str) -> None:
    """Neither an emergency nor misconduct; which calm reason it is, the labelled sets measure."""
    decision = on(rulebook, text)
    assert decision.severity != "S1"
    assert decision.kind != "abnormal"


def test_the_flag_is_danger_whatever_the_words(rulebook: Rulebook) -> None:
    """The sender's flag goes before every reading of the text."""
    decision = on(rulebook, "谢谢", danger=True)
    assert (decision.kind, decision.reason, decision.severity, decision.level) == ("normal", "N3", "S1", "L2")


@pytest.mark.parametrize(
    ("claim", "loss", "reason"),
    [(500, 0, "N0"), (500.01, 0, "A3"), (600, 200, "N0"), (601, 200, "A3"), (3000, 1000, "N0"), (None, 9000, "N0")],
)
def test_an_excessive_claim(rulebook: Rulebook, claim: float | None, loss: float, reason: str) -> None:
    """More than max(500, three times the proven loss); a loss alone is no claim."""
    known = {"claim_cny": None if claim is None else Decimal(str(claim)), "proven_loss_cny": Decimal(str(loss))}
    assert on(rulebook, "闸机夹坏了我的行李箱。", **known).reason == reason


def test_no_claim_is_excessive_for_the_injured(rulebook: Rulebook) -> None:
    """Injury takes A3 away, as a fact or in the text."""
    assert on(rulebook, "要求赔偿。", claim_cny=Decimal(90_000), injury=True).reason != "A3"
    assert on(rulebook, "骨折了，要求赔偿九万元。").reason != "A3"


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"final_reply_sent": True, "prior_contacts_90d": 3}, "A2"),
        ({"final_reply_sent": True, "prior_contacts_90d": 2}, "N0"),
        ({"final_reply_sent": False, "prior_contacts_90d": 9}, "N0"),
        ({"final_reply_sent": True, "prior_contacts_90d": 9, "our_reply_overdue": True}, "N2"),
        ({"earlier_open_case": "PS-20260101-000001"}, "A1"),
        ({"earlier_open_case": "PS-20260101-000001", "our_reply_overdue": True}, "N2"),
        ({"similar_claims_180d": 3}, "A6"),
        ({"similar_claims_180d": 2}, "N0"),
        ({"in_court": True, "final_reply_sent": True, "prior_contacts_90d": 5}, "A11"),
        ({"our_reply_overdue": True}, "N2"),
    ],
)
def test_history(rulebook: Rulebook, facts: dict[str, Any], reason: str) -> None:
    """What psc knows decides, at the pack's thresholds."""
    assert on(rulebook, "厕所的灯坏了。", **facts).reason == reason


def test_several_abnormal_reasons_in_the_packs_order(rulebook: Rulebook) -> None:
    """The first decides, the others are secondary, and the explanation says which went before which."""
    decision = on(rulebook, "拿十万块来我就删视频，不然今晚发到网上让记者曝光。")
    assert decision.reason == "A12"
    assert decision.secondary == ("A9", "A3")
    assert [b.instead_of for b in decision.explanation][:3] == [
        "abnormal.media_coercion",
        "abnormal.excessive",
        None,
    ]
    assert decision.proposed


def test_who_must_confirm(rulebook: Rulebook) -> None:
    """A1, A7, A8 and A11 are the machine's; judgements of conduct are proposals."""
    assert not on(rulebook, "我不想活了").proposed
    assert not on(rulebook, "灯坏了", in_court=True).proposed
    assert not on(rulebook, "灯坏了", earlier_open_case="x").proposed
    assert on(rulebook, "你们这群废物去死").proposed
    assert not on(rulebook, "灯坏了，你们这群废物").proposed


def test_media_told_is_no_lever(rulebook: Rulebook) -> None:
    """Told to the press: normal, but L4 takes it; denied: not even that."""
    told = on(rulebook, "扶梯坏了一个月，我已经告诉记者了，请尽快修好。")
    assert (told.kind, told.media, told.level) == ("normal", True, "L4")
    assert not on(rulebook, "扶梯坏了一个月，我不会发到网上，请尽快修好。").media


@pytest.mark.parametrize(
    ("text", "children"),
    [
        ("再不退我卡里的余额，我就烧了你们客服中心。", [("TICKET", "S4")]),
        ("表扬站务员小张热心帮我提箱子。不过扶梯踏板松动，很不安全，希望检查。", [("SAFETY", "S3")]),
        ("表扬站务员小张热心帮我提箱子。", []),
        ("我不想活了", []),
    ],
)
def test_children(rulebook: Rulebook, text: str, children: list[tuple[str, str]]) -> None:
    """What is inside an abnormal or friendly text becomes a normal case of its own."""
    decision = on(rulebook, text)
    assert [(child.category, child.severity) for child in decision.children] == children


def test_a_complaint_about_a_person(rulebook: Rulebook) -> None:
    """Category STAFF: about one of ours, from L3 up; a threat aimed at one is not about him."""
    assert on(rulebook, "站务员翻白眼骂人。").about_staff
    assert not on(rulebook, "我要弄死那个站务员。").about_staff


def test_politeness_is_no_praise(rulebook: Rulebook) -> None:
    """Thanks at the end of what we have not understood; alone they are praise."""
    assert on(rulebook, "门口那个箱子第三天还是老样子，请安排人来看看情况。谢谢。").kind == "normal"
    assert on(rulebook, "谢谢你们！").reason == "Z1"


def test_weak_signals_are_said(rulebook: Rulebook) -> None:
    """A text that says nothing is a normal complaint for a person to look at, under the sender's category."""
    decision = on(rulebook, "就是那样子吧，你们懂的。", category=Category.TICKET)
    assert (decision.kind, decision.category, decision.uncertain) == ("normal", "TICKET", True)


@pytest.mark.parametrize(
    ("text", "plain"), [("閘機壞了，多扣了兩塊錢。", "闸机坏了，多扣了两块钱。"), ("ＡＰＰ打不开", "app打不开")]
)
def test_spelling(rulebook: Rulebook, text: str, plain: str) -> None:
    """Traditional and full-width characters read the same."""
    assert on(rulebook, text).model_dump(exclude={"explanation"}) == on(rulebook, plain).model_dump(
        exclude={"explanation"}
    )
