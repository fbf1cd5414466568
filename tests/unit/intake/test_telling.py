"""What the passenger reads."""

from datetime import datetime, timedelta
from typing import Any, get_args

from services.intake.policy.progress import Progress, advance, says
from services.intake.policy.telling import Told, tell
from services.intake.policy.texts import FACTS, MEDIA
from shared.contracts.case_events import CaseReopened, CaseReplied, CaseResolved
from shared.contracts.passenger import MessageCode
from shared.contracts.vocabulary import Language, Level, Medium, Outcome, State
from tests.unit.intake.builders import NOW, fact, opened

ZH, EN = Language.ZH, Language.EN
OPENED = advance(None, opened())
REPLIED = advance(OPENED, fact(CaseReplied, 2, State.IN_PROGRESS, final=False))
REOPENED = advance(
    advance(REPLIED, fact(CaseResolved, 3, State.RESOLVED, outcome=Outcome.NOT_UPHELD)),
    fact(CaseReopened, 4, State.IN_PROGRESS, from_level=Level.L1, reopened=1),
)


def reply(text: str, at: datetime = NOW + timedelta(minutes=2)) -> Told:
    return Told(at, "reply", text, None)


def told(
    progress: Progress | None, *messages: Told, name: str | None = None, language: Language = ZH
) -> dict[str, Any]:
    return tell(NOW, progress, [(NOW + timedelta(minutes=1), "opened")] if progress else [], messages, name, language)


def test_a_new_complaint_is_received_and_promises_nothing_yet() -> None:
    view = told(None)
    assert (view["promised_at"], view["answered_at"], view["answer"]) == (None, None, None)
    assert view["history"] == [{"at": "2026-11-25T04:00:00.000Z", "text": FACTS["received"][ZH]}]


def test_a_message_that_overtakes_its_case_waits_for_it() -> None:
    assert told(None, reply("已退款"))["answer"] is None
    assert told(OPENED, reply("已退款"))["answer"] == "已退款"


def test_a_reply_is_the_answer_with_the_salutation_that_staff_leave_to_us() -> None:
    view = told(REPLIED, reply("您好,已退款。"), name="李四")
    assert view["answer"] == "李四,您好,已退款。"
    assert view["answered_at"] == "2026-11-25T04:02:00.000Z"
    assert told(REPLIED, reply("Refunded."), name="Anna", language=EN)["answer"] == "Dear Anna,\n\nRefunded."
    assert told(REPLIED, reply("Refunded."))["answer"] == "Refunded."


def test_of_several_replies_the_latest_is_the_answer_and_all_are_history() -> None:
    view = told(REPLIED, reply("先说一句"), reply("再说一句", NOW + timedelta(minutes=5)))
    assert view["answer"] == "再说一句"
    assert [entry["text"] for entry in view["history"]][-2:] == ["先说一句", "再说一句"]


def test_after_reopening_the_earlier_reply_is_history_only() -> None:
    view = told(REOPENED, reply("已退款"))
    assert (view["answer"], view["answered_at"]) == (None, None)
    assert "已退款" in [entry["text"] for entry in view["history"]]
    assert told(REOPENED, reply("这次真退了", NOW + timedelta(minutes=9)))["answer"] == "这次真退了"


def test_the_history_is_in_order_in_either_language_and_tells_new_deadlines_in_local_time() -> None:
    moved = Told(NOW + timedelta(seconds=30), "deadline_changed", None, NOW + timedelta(days=1))
    view = told(OPENED, moved, language=EN)
    assert [entry["text"] for entry in view["history"]] == [
        FACTS["received"][EN],
        "The deadline has changed. (2026-11-26 12:00)",
        FACTS["opened"][EN],
    ]


def test_what_a_fact_says_already_is_not_said_twice() -> None:
    assert len(told(OPENED, Told(NOW, "resolved", None, None), Told(NOW, "closed", None, None))["history"]) == 2


def test_a_limit_to_contact_says_what_is_left_and_until_when_one_may_appeal() -> None:
    limited = Told(NOW, "contact_limited", "客运部信访岗", NOW + timedelta(days=14), "letter")
    assert told(OPENED, limited)["history"][1]["text"] == (
        "联系方式已有限定。今后请以书信联系:客运部信访岗。如有异议,可在此时间前申诉: (2026-12-09 12:00)"
    )
    assert told(OPENED, limited, language=EN)["history"][1]["text"] == (
        "How to contact us has been limited. From now on please use letters: 客运部信访岗. "
        "You may appeal until: (2026-12-09 12:00)"
    )
    assert told(OPENED, limited)["answer"] is None


def test_every_medium_and_message_has_its_words() -> None:
    assert set(MEDIA) == {medium.value for medium in Medium}
    assert set(get_args(MessageCode)) - {"reply", "paused"} <= set(FACTS)


def test_a_final_reply_names_the_way_outside() -> None:
    final, ordinary = (fact(CaseReplied, 2, State.IN_PROGRESS, final=one) for one in (True, False))
    assert (says(final), says(ordinary)) == ("final_reply", None)
    at = NOW + timedelta(minutes=2)
    view = tell(NOW, REPLIED, [(at, "final_reply")], [reply("终结答复", at)], None, ZH)
    assert [entry["text"] for entry in view["history"]][1:] == ["终结答复", FACTS["final_reply"][ZH]]
    assert view["answer"] == "终结答复"
    assert "12345" in FACTS["final_reply"][ZH]
    assert "12328" in FACTS["final_reply"][EN]
