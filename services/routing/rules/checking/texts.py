"""The sentence of each fault, in both languages; `{maybe}` proposes what was probably meant."""

from collections.abc import Mapping

from shared.contracts.vocabulary import Language

ZH, EN = Language.ZH, Language.EN


def sentence(code: str, params: Mapping[str, object], language: Language) -> str:
    """What is wrong, without its place."""
    text = TEXTS.get(code, TEXTS["other"])[language is EN]
    maybe = params.get("maybe")
    proposal = PROPOSAL[language is EN].format(maybe=maybe) if maybe else ""
    return text.format_map(_Lenient({**params})) + proposal


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


PROPOSAL = (";是不是想写 {maybe}?", "; did you mean {maybe}?")

TEXTS: Mapping[str, tuple[str, str]] = {
    # the file
    "empty": ("文件是空的", "the file is empty"),
    "no_pack": ("政策包应由“字段: 值”组成", "a pack is a mapping of fields"),
    "no_yaml": ("不是有效的 YAML:{message}", "not valid YAML: {message}"),
    "twice": ("写了两次,只能写一次", "is given twice"),
    "reference": ("不能用引用(*名称),请把内容写全", "may not be a reference (*name): write it out"),
    "other": ("不符合要求:{message}", "does not fit: {message}"),
    # one field
    "missing": ("缺少这一项", "is missing"),
    "unknown_field": ("政策包没有这个字段", "is no field of a pack"),
    "not_allowed": ("不能是“{given}”,只能是:{expected}", 'cannot be "{given}", only one of: {expected}'),
    "whole_number": ("应为整数,而不是“{given}”", 'must be a whole number, not "{given}"'),
    "number": ("应为数字,而不是“{given}”", 'must be a number, not "{given}"'),
    "yes_no": ("应为 true 或 false,而不是“{given}”", 'must be true or false, not "{given}"'),
    "text": (
        "应为文字,而不是“{given}”:数字、日期和 on/off/yes/no 请加引号",
        'must be text, not "{given}": put numbers, dates and on/off/yes/no in quotes',
    ),
    "mapping": ("应由“字段: 值”组成", "must be a mapping of fields"),
    "list": ("应为列表 [ … ]", "must be a list [ … ]"),
    "instant": (
        "不是有效的时间,应如 2026-12-01T00:00:00+08:00",
        "is not an instant such as 2026-12-01T00:00:00+08:00",
    ),
    "no_zone": (
        "时间必须带时区,应如 2026-12-01T00:00:00+08:00",
        "must name its time zone, as in 2026-12-01T00:00:00+08:00",
    ),
    "more_than": ("必须大于 {limit}", "must be more than {limit}"),
    "at_least": ("不能小于 {limit}", "must be at least {limit}"),
    "less_than": ("必须小于 {limit}", "must be less than {limit}"),
    "at_most": ("不能大于 {limit}", "must be at most {limit}"),
    "decimals": ("最多 {limit} 位小数", "may have at most {limit} decimals"),
    "name": (
        "只能用小写字母、数字和连字符,以字母开头",
        "takes lower-case letters, digits and hyphens, a letter first",
    ),
    "blank": ("不能为空", "must not be blank"),
    "no_source": (
        "没有写出处:请写明依据,没有依据的写 assumed",
        "says no source: name it, or write assumed where there is none",
    ),
    "empty_list": ("列表是空的:请至少写一项,或删去此字段", "is an empty list: name at least one, or leave it out"),
    "repeated": ("“{given}”出现了两次", '"{given}" is there twice'),
    # times
    "running_time": (
        "工作日(working_days)必须、其他单位不得按办公时间(office_hours)计",
        "working_days must, and no other unit may, run in office_hours",
    ),
    "days_always": ("以天(days)计的时限必须全天计(always)", "a term in days runs always"),
    "severities_missing": ("缺少等级:{names}", "lacks {names}"),
    "clock_order": ("时限短于 {earlier},先后顺序不合理", "allows less time than {earlier}, which comes before it"),
    "remind_before_due": (
        "提醒必须早于时限({limit} 分钟)",
        "must come before the limit ({limit} minutes)",
    ),
    "warn_after_remind": (
        "向上级预警必须晚于提醒({limit})",
        "must be more than remind_share ({limit}): the supervisor is warned after the owner was reminded",
    ),
    "longer_than_kept": (
        "不能长于档案保存期({limit} 个月)",
        "must not reach back further than files are kept ({limit} months)",
    ),
    # authority
    "outside": ("不能是 L6:那在公司之外", "cannot be L6, which is outside the company"),
    "no_condition": (
        "没有写条件,会适用于所有案件;请至少写一项:{expected}",
        "has no condition and would take every case; give at least one of {expected}",
    ),
    "ceiling_rows": (
        "必须从 L1 到 L5 各一行、依次排列,现在是:{given}",
        "must have one row for each of L1 to L5 in this order; it has {given}",
    ),
    "ceiling_falls": (
        "低于 {level} 的限额({limit}):级别越高,权限不能越小",
        "is less than what {level} may grant ({limit}): a higher level never may do less",
    ),
    # reasons
    "reasons_missing": ("缺少原因:{names}(每个原因必须有一行)", "lacks {names}: every reason has one row"),
    "needs_a_person": (
        "{given} 是对行为的判断,必须由人确认:请写 confirm_level: {limit} 或更高",
        "is missing: {given} judges conduct, and a person must confirm it; write confirm_level: {limit} or above",
    ),
    "confirmed_too_low": (
        "{given} 至少由 {limit} 确认",
        "is too low: {given} is confirmed by {limit} or above",
    ),
    "no_recourse": (
        "缺少 recourse:{given} 须写明乘客可以怎么办",
        "is missing: {given} must say what the passenger may do",
    ),
    "danger_waits": (
        "{given} 是危险,立即生效,不能等人确认:请删去此字段",
        "must go: {given} is danger, takes effect at once and waits for nobody",
    ),
    "confirmed_by_machine": (
        "{given} 不需要人确认:请删去此字段",
        "must go: {given} is decided without a confirmation",
    ),
    "order_missing": (
        "缺少 {names}:除 A1 外每个非正常原因都要排序",
        "lacks {names}: every abnormal reason but A1 has its place",
    ),
    "order_foreign": (
        "{given} 不在此排序:这里只排 A2 到 A12",
        "{given} has no place here: only A2 to A12 are put in order",
    ),
    "danger_first": ("{given} 是危险,必须排在最前", "{given} is danger and must come before all others"),
    # signals
    "group_missing": (
        "缺少这一组词语,规则需要读它",
        "is missing, and rules read it",
    ),
    "group_empty": ("这一组没有任何词语(zh、en 都空)", "has no phrases, neither zh nor en"),
    "phrase": ("这个词语无法使用:{message}", "cannot be used: {message}"),
    "unknown_group": ("没有名为“{given}”的词语组", 'there is no group called "{given}"'),
}
