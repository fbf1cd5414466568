"""What problems say, in both languages: (title, detail, what to do) by slug, and a sentence by field code."""

from shared.contracts.vocabulary import Language

ZH, EN = Language.ZH, Language.EN
Text = dict[Language, str]


def _t(zh: str, en: str) -> Text:
    return {ZH: zh, EN: en}


PROBLEM_TEXTS: dict[str, tuple[Text, Text, Text]] = {
    "malformed-json": (
        _t("请求体不是有效的 JSON", "The body is not valid JSON"),
        _t("无法读取请求体:{why}", "The body cannot be read: {why}"),
        _t("请检查格式与编码(UTF-8)后重发。", "Check its form and encoding (UTF-8) and send it again."),
    ),
    "invalid": (
        _t("有内容需要更正", "Something needs correcting"),
        _t("下列字段不符合要求,没有保存任何内容。", "The fields below do not fit; nothing was stored."),
        _t("请更正后重新提交。", "Correct them and submit again."),
    ),
    "unauthenticated": (
        _t("需要登录或密钥", "Sign-in or a key is needed"),
        _t("缺少凭证,或凭证无效、已过期、已撤销。", "The credential is missing, wrong, expired or revoked."),
        _t("请重新登录,或联系管理员核对密钥。", "Sign in again, or ask the administrator to check the key."),
    ),
    "forbidden": (
        _t("权限不足", "Not within your authority"),
        _t("此操作至少需要 {needs_level}。", "This takes {needs_level} or above."),
        _t("请转交给有权限的人员。", "Hand it to someone who has that authority."),
    ),
    "not-found": (
        _t("没有找到", "Not found"),
        _t("没有这一项,或不在您的可见范围内。", "There is no such item, or it is outside what you may see."),
        _t("请核对编号。", "Check the number."),
    ),
    "method-not-allowed": (
        _t("不支持此方法", "Method not allowed"),
        _t("该地址不接受此方法。", "This address does not take that method."),
        _t("请查阅 /docs。", "See /docs."),
    ),
    "version-conflict": (
        _t("内容已被他人更新", "It has been changed meanwhile"),
        _t("当前版本为 {current}。您的操作没有执行。", "It is now at version {current}. Your action was not taken."),
        _t("请查看变化后重试。", "Look at what changed and try again."),
    ),
    "transition-refused": (
        _t("当前状态不允许此操作", "Not possible in the present state"),
        _t("案件处于“{state}”,不能执行“{action}”。", 'The case is "{state}", where "{action}" cannot be done.'),
        _t("可执行的操作见 allowed_actions。", "allowed_actions lists what can be done now."),
    ),
    "idempotency-key-reused": (
        _t("幂等键已用于另一内容", "The idempotency key was used for another body"),
        _t("同一 Idempotency-Key 先前提交过不同的内容。", "This Idempotency-Key came with a different body before."),
        _t("新的投诉请使用新的键。", "Use a new key for a new complaint."),
    ),
    "too-large": (
        _t("请求过大", "The request is too large"),
        _t("上限为 {limit} 字节。", "The limit is {limit} bytes."),
        _t("请缩短内容或分批提交。", "Shorten it or submit it in parts."),
    ),
    "unsupported-media-type": (
        _t("不支持的内容类型", "Unsupported media type"),
        _t("此处只接受 {expected}。", "Only {expected} is taken here."),
        _t("请设置正确的 Content-Type。", "Set the right Content-Type."),
    ),
    "if-match-required": (
        _t("缺少 If-Match", "If-Match is missing"),
        _t("请在 If-Match 中给出您所见的版本。", "Give the version that you saw in If-Match."),
        _t("先读取案件,再带上它的 ETag。", "Read the case first and send its ETag."),
    ),
    "too-many-requests": (
        _t("请求过于频繁", "Too many requests"),
        _t("请在 {seconds} 秒后重试。", "Try again in {seconds} s."),
        _t("稍候自动重试即可,内容不会丢失。", "Wait and try again; keep what you have."),
    ),
    "unavailable": (
        _t("服务暂时不可用", "Temporarily unavailable"),
        _t("数据库暂时无法访问,没有保存任何内容。", "The database cannot be reached for now; nothing was stored."),
        _t("请用同一个键稍后重试。", "Try again shortly with the same key."),
    ),
    "too-busy": (
        _t("系统繁忙", "Too busy"),
        _t("同时处理的请求过多,没有保存任何内容。", "Too many requests at once; nothing was stored."),
        _t("请用同一个键稍后重试。", "Try again shortly with the same key."),
    ),
    "not-ready": (
        _t("服务尚未就绪", "Not ready yet"),
        _t("缺少:{missing}", "Missing: {missing}"),
        _t("请稍后重试。", "Try again shortly."),
    ),
    "internal": (
        _t("内部错误", "Internal error"),
        _t("出现了意外错误,已记录。", "Something unexpected happened; it has been recorded."),
        _t("请稍后用同一个键重试。", "Try again shortly with the same key."),
    ),
}

FIELD_TEXTS: dict[str, Text] = {
    "invalid": _t("内容不符合要求", "is not valid"),
    "missing": _t("必填", "is required"),
    "unknown_field": _t("没有这个字段", "is not a known field"),
    "wrong_type": _t("类型不对,应为{expected}", "has the wrong type, expected {expected}"),
    "too_long": _t("过长,最多 {limit}", "is too long, at most {limit}"),
    "too_short": _t("过短,至少 {limit}", "is too short, at least {limit}"),
    "blank": _t("不能为空白", "must not be blank"),
    "nul": _t("不能含有空字符(NUL)", "must not contain NUL"),
    "surrogate": _t("含有不成对的代理字符", "contains a lone surrogate"),
    "too_small": _t("不能小于 {limit}", "must be at least {limit}"),
    "too_large": _t("不能大于 {limit}", "must be at most {limit}"),
    "not_finite": _t("必须是有限的数", "must be a finite number"),
    "too_many_decimals": _t("最多 {limit} 位小数", "may have at most {limit} decimals"),
    "not_allowed": _t("只能是:{expected}", "must be one of {expected}"),
    "no_zone": _t("时间必须带时区", "must carry a time zone"),
    "bad_time": _t("不是有效的时间(RFC 3339)", "is not a valid instant (RFC 3339)"),
    "past": _t("不能早于现在", "must not be in the past"),
    "other_name": _t("本系统使用的是 {expected}", "is not the one that decides here, {expected}"),
    "future": _t("不能晚于现在", "must not be in the future"),
    "before_start": _t("不能早于开始时间", "must not be before the start"),
    "too_old": _t("早于允许的最早时间", "is older than allowed"),
    "unknown_station": _t("线网中没有这个车站", "is not a station of the network"),
    "unknown_line": _t("线网中没有这条线路", "is not a line of the network"),
    "not_on_line": _t("该车站不在这条线路上", "is not on that line"),
    "bad_phone": _t("至少要有三位数字", "must hold at least three digits"),
    "unknown_type": _t("没有这种事件", "is not a known type of event"),
    "bad_key": _t("须为 1–255 个可见 ASCII 字符", "must be 1–255 visible ASCII characters"),
    "bad_cursor": _t("不是本接口给出的游标", "is not a cursor of this list"),
    "not_a_mark": _t("不是可用的筛选标记", "is not a mark that cases are selected by"),
    "too_fine": _t("步长太细,请缩短区间", "is too fine for so long a window"),
    "empty_window": _t("起止时间不成区间:终点须晚于起点", "must be later than the start of the window"),
    "unknown_number": _t("没有这个编号", "is not a known number"),
    "same_case": _t("就是本案件", "is this case itself"),
    "unknown_user": _t("没有这个账号", "is not a known user"),
    "unknown_unit": _t("没有这个专业单位", "is not a known unit"),
    "takes_no_cases": _t("管理员不办理案件", "is an administrator, who takes no case action"),
    "contradicts_kind": _t("与类别不一致", "contradicts the kind"),
    "out_of_order": _t("不能早于受理或前一个操作", "must not be before the receipt or the action before it"),
    "after_as_of": _t("不能晚于截止时间点", "must not be after as_of"),
    "contradicts_reason": _t("与原因不一致", "contradicts the reason"),
    "below_reason": _t("低于该原因的最低等级", "is below what the reason calls for"),
    "not_later": _t("须晚于现有期限", "must be later than the present deadline"),
    "beyond_extension": _t("超出延期的最长时限", "is beyond the longest extension"),
    "not_proposed": _t("与拟认定的原因不一致", "is not the reason that was proposed"),
    "not_normal": _t("推翻后须为正常投诉的原因(N0–N4)", "must be the reason of an ordinary complaint, N0 to N4"),
    "not_oneself": _t("不能是本人", "must be someone else"),
    "overlaps": _t("这段时间已指定了代理人", "falls into a time for which someone is named already"),
    "outside": _t("不能转给公司以外", "is outside the company"),
    "exactly_one": _t("必须且只能给出一项", "must hold exactly one choice"),
    "required_here": _t("在此情况下必填", "is required in this case"),
}
