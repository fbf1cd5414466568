"""State × action × level: who may, who must ask whom, who is told which level may; read from the page.

A case at L3 that an L1 clerk owns. `yes`: in force at once; `L4`: forbidden, and L4 is named; `asks L4`: it becomes a
request to L4. Nothing above one's power is silent.
"""

from uuid import UUID

import pytest

from services.followup.policy import Case, Refusal, Staff, act, allowed_actions, parse
from services.followup.policy.case import BeforeMerge
from services.followup.policy.records import ContactLimit
from shared.contracts.case_events import Actor, OfferTo
from shared.contracts.vocabulary import Kind, Level, Medium, Reason, Role, Severity, State
from tests.unit.followup.policy.builders import NOW, RULES, case_in, opened

UNTIL = "2026-12-04T09:30:00Z"
BODIES: dict[str, dict[str, object]] = {
    "contact": {"medium": "phone"},
    "note": {"text": "x"},
    "transfer": {"to": {"level": "L3"}, "reason": "x"},
    "escalate": {"reason": "x"},
    "pause": {"reason": "in_court"},
    "extend": {"until": UNTIL, "reason": "x"},
    "reclassify": {"note": "x"},
    "reclassify S1 lower": {"note": "x", "severity": "S2"},
    "propose-resolution": {"type": "apology", "note": "x"},
    "propose-resolution 20": {"type": "refund", "amount_cny": 20, "note": "x"},
    "propose-resolution 20.01": {"type": "refund", "amount_cny": 20.01, "note": "x"},
    "propose-resolution 1000": {"type": "care", "amount_cny": 1000, "note": "x"},
    "propose-resolution 5000": {"type": "care", "amount_cny": 5000, "note": "x"},
    "propose-resolution 5001": {"type": "care", "amount_cny": 5001, "note": "x"},
    "propose-resolution advance 500": {"type": "medical_advance", "amount_cny": 500, "note": "x"},
    "propose-resolution advance 1001": {"type": "medical_advance", "amount_cny": 1001, "note": "x"},
    "refuse": {"reason": "x"},
    "confirm-abnormal": {"note": "x"},
    "overturn-abnormal": {"note": "x"},
    "limit-contact": {"medium": "letter", "contact": "x", "warned_at": "2026-11-20T00:00:00Z", "reason": "x"},
    "lift-limit": {"reason": "x"},
    "reply": {"text": "x"},
    "reply final": {"text": "x", "final": True},
    "resolve": {"outcome": "goodwill"},
    "call-back": {"result": "solved"},
    "reopen": {"reason": "x"},
    "merge": {"into": "PS-9"},
    "split": {"text": "x"},
}
TABLE = """
action                         from               owner    L1  L2  L3      L4      L5      admin
accept                         received           -        L3  L3  yes     yes     yes     L3
accept offer                   in_progress        L2       L2  yes yes     yes     yes     L2
contact                        accepted           yes      L3  L3  yes     yes     yes     L3
arrive                         accepted           L2       L2  yes yes     yes     yes     L2
note                           closed             yes      yes yes yes     yes     yes     L1
transfer                       waiting            yes      L3  L3  yes     yes     yes     L3
escalate                       awaiting_approval  yes      L3  L3  yes     yes     yes     L3
pause                          accepted           yes      L3  L3  yes     yes     yes     L3
resume                         waiting            yes      L3  L3  yes     yes     yes     L3
extend                         accepted           asksL4   L3  L3  asksL4  yes     yes     L3
extend                         waiting            asksL4   L3  L3  asksL4  yes     yes     L3
reclassify                     in_progress        L3       L3  L3  yes     yes     yes     L3
reclassify S1 lower            in_progress        L3       L3  L3  yes     yes     yes     L3
propose-resolution             accepted           yes      L3  L3  yes     yes     yes     L3
propose-resolution 20          in_progress        yes      L3  L3  yes     yes     yes     L3
propose-resolution 20.01       in_progress        asksL2   L3  L3  yes     yes     yes     L3
propose-resolution 1000        in_progress        asksL3   L3  L3  yes     yes     yes     L3
propose-resolution 5000        in_progress        asksL4   L3  L3  asksL4  yes     yes     L3
propose-resolution 5001        in_progress        asksL5   L3  L3  asksL5  asksL5  yes     L3
propose-resolution advance 500 in_progress        asksL2   L3  L3  yes     yes     yes     L3
propose-resolution advance 1001 in_progress       asksL4   L3  L3  asksL4  yes     yes     L3
approve                        awaiting_approval  L2       L2  yes yes     yes     yes     L2
refuse                         awaiting_approval  L2       L2  yes yes     yes     yes     L2
confirm-abnormal A5            received           -        L3  L3  yes     yes     yes     L3
confirm-abnormal A5            awaiting_approval  L3       L3  L3  yes     yes     yes     L3
confirm-abnormal A12           in_progress        L4       L4  L4  L4      yes     yes     L4
overturn-abnormal A5           waiting            L3       L3  L3  yes     yes     yes     L3
overturn-abnormal A12          in_progress        L4       L4  L4  L4      yes     yes     L4
limit-contact                  received           -        L3  L3  asksL4  yes     yes     L3
limit-contact                  resolved           asksL4   L3  L3  asksL4  yes     yes     L3
lift-limit limited             in_progress        asksL4   L3  L3  asksL4  yes     yes     L3
reply                          awaiting_approval  yes      L3  L3  yes     yes     yes     L3
reply final                    accepted           asksL4   L3  L3  asksL4  yes     yes     L3
reply final                    resolved           asksL4   L3  L3  asksL4  yes     yes     L3
resolve                        accepted           yes      L3  L3  yes     yes     yes     L3
call-back                      resolved           yes      L3  L3  yes     yes     yes     L3
reopen                         closed             yes      L3  L3  yes     yes     yes     L3
merge                          received           -        L3  L3  yes     yes     yes     L3
merge                          waiting            yes      L3  L3  yes     yes     yes     L3
unmerge merged                 closed             yes      L3  L3  yes     yes     yes     L3
split                          received           -        L3  L3  yes     yes     yes     L3
split                          awaiting_approval  yes      L3  L3  yes     yes     yes     L3
close                          resolved           yes      L3  L3  yes     yes     yes     L3
"""
HEAD, *LINES = [line.rsplit(maxsplit=8) for line in TABLE.strip().splitlines()]
ACTORS = {
    "owner": Staff(user="owner", level=Level.L1),
    **{f"L{rank}": Staff(user=f"L{rank}", level=Level(f"L{rank}")) for rank in range(1, 6)},
    "admin": Staff(user="root", role=Role.ADMIN),
}
CELLS = [
    (line[0], line[1], who, answer)
    for line in LINES
    for who, answer in zip(HEAD[2:], line[2:], strict=True)
    if answer != "-"
]
OTHER = opened(case_id=UUID(int=9), number="PS-9")
LIMIT = ContactLimit(
    medium=Medium.LETTER,
    warned_at=NOW,
    since=NOW,
    review_at=NOW,
    appeal_until=NOW,
    by=Actor(user="L4", level=Level.L4),
    version=1,
)


def given(words: list[str], state: str) -> Case:
    fields: dict[str, object] = {"level": Level.L3, "highest": Level.L3, "replied": True}
    if "offer" in words:
        fields["offer"] = OfferTo(level=Level.L2)
    if "S1" in words:
        fields["severity"] = Severity.S1
    if "merged" in words:
        kept = BeforeMerge(into=OTHER.case_id, state=State.IN_PROGRESS, clocks=())
        fields |= {"merged_into": OTHER.number, "before_merge": kept}
    if "limited" in words:
        fields["contact_limit"] = LIMIT
    for reason in {"A5", "A12"} & set(words):
        fields |= {"kind": Kind.ABNORMAL, "reason": Reason(reason), "proposed": True}
    return case_in(State(state), **fields)


@pytest.mark.parametrize(("words", "state", "who", "answer"), CELLS)
def test_who_may_who_asks_and_who_is_refused(words: str, state: str, who: str, answer: str) -> None:
    case, by = given(words.split(), state), ACTORS[who]
    name = words.split()[0]
    body = BODIES.get(words, BODIES.get(name, {}))
    result = act(case, parse(name, body), by, RULES, NOW, other=OTHER)

    if isinstance(result, Refusal):
        assert (result.slug, result.needs_level) == ("forbidden", Level(answer))
    elif answer == "yes":
        assert result.case.approval is None or result.case.approval == case.approval
    else:
        assert result.case.state is State.AWAITING_APPROVAL
        assert result.case.approval is not None
        assert result.case.approval.needs is Level(answer.removeprefix("asks"))
        assert result.events[-1].type == "psc.case.approval_requested.v1"
    assert isinstance(result, Refusal) == answer.startswith("L")

    if words in (name, f"{name} offer", f"{name} limited", f"{name} merged"):
        listed = next(one for one in allowed_actions(case, by, RULES, NOW) if one.action == name)
        assert listed.allowed == (not isinstance(result, Refusal))
        assert listed.needs_level == (None if listed.allowed else Level(answer))
        assert listed.granted_by == (Level(answer[4:]) if answer.startswith("asks") else None)


def test_the_table_has_every_action() -> None:
    assert {line[0].split()[0] for line in LINES} == {
        one.action for one in allowed_actions(case_in(State.RECEIVED), ACTORS["L5"], RULES, NOW)
    }
