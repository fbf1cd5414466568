"""Why an action is not possible, by the policy's codes, in both languages."""

from shared.contracts.vocabulary import Language, Level

WHY: dict[str, tuple[str, str]] = {
    "state": ("案件当前状态不允许此操作", "not possible in the case's present state"),
    "no_offer": ("没有待受理的转办", "nothing is offered to you"),
    "offered_to_another": ("已转办给他人", "it is offered to someone else"),
    "highest_level": ("已是公司内最高层级", "it is at the highest level already"),
    "not_answered": ("尚未答复或联系到乘客", "the passenger has not been answered or reached yet"),
    "call_back_running": ("回访尚未完成", "the call-back is still to be made"),
    "merged": ("已并入另一案件,请在该案件办理", "it was merged into another case and is worked there"),
    "not_merged": ("未并入其他案件", "it is not merged into another case"),
    "target_merged": ("对方案件已并入另一案件", "that case was merged into another one itself"),
    "target_closed": ("对方案件已办结", "that case is settled"),
    "target_out_of_sight": ("所并入的案件不在您的可见范围内", "the case that it went into is not one that you may see"),
    "proposal_pending": ("非正常认定待确认,只能确认或推翻", "its proposal is pending: confirm or overturn it first"),
    "approval_pending": ("已有一项申请待审批", "another request awaits its decision"),
    "own_request": ("申请人不得审批自己的申请", "whoever asked does not decide"),
    "not_proposed": ("没有待确认的非正常认定", "nothing is proposed as abnormal"),
    "not_limited": ("联系方式没有限定", "contact is not limited"),
    "expired": ("办理期限已过,不能再延期", "the time to resolve is over: it cannot be extended any more"),
    "extended_already": ("已延期一次,不能再延", "it has been extended once already"),
    "below_forced_level": ("第三次转办后不得再转给更低层级", "after the third transfer it cannot go below that level"),
    "below_person_level": ("涉及人员的投诉不得转给三级以下", "a case about a person cannot go below L3"),
    "about_that_person": ("不得转给被投诉人本人", "it cannot go to the person whom it is about"),
    "out_of_sight": ("此案件已不在您的可见范围内", "the case is no longer within what you may see"),
    "level": ("需要更高层级", "it takes a higher level"),
    "admin": ("管理员不办理案件", "an administrator takes no case action"),
}


def why(code: str, language: Language, needs: Level | None = None) -> str:
    """The sentence for a code; unknown ones stand for themselves."""
    zh, en = WHY.get(code, (code, code))
    if code == "level" and needs is not None:
        return f"至少需要 {needs.value}" if language is Language.ZH else f"it takes {needs.value} or above"
    return zh if language is Language.ZH else en
