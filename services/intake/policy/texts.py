"""What intake tells senders and passengers, in both languages."""

from shared.contracts.vocabulary import Language

ZH, EN = Language.ZH, Language.EN
Text = dict[Language, str]

WHAT_TO_DO_NOW: Text = {
    ZH: "情况危急:请立即拨打 110,并通知控制中心和值班站长,不要等待系统。已登记,地点或时间如未核实请口头说明。",
    EN: "This is an emergency: call 110 now and tell the control centre and the duty station master; do not wait for "
    "the system. It is recorded; give place and time by word of mouth where they are not verified.",
}
"""For a report of danger."""

FACTS: dict[str, Text] = {
    "received": {ZH: "我们已收到您的反映。", EN: "We have received what you told us."},
    "opened": {ZH: "已登记立案。", EN: "A case has been opened."},
    "accepted": {ZH: "已有专人负责办理。", EN: "Someone is now in charge of it."},
    "contacted": {ZH: "我们已与您取得联系。", EN: "We have been in contact with you."},
    "waiting_for_passenger": {ZH: "等待您补充情况。", EN: "We are waiting for something from you."},
    "in_court": {ZH: "因诉讼或仲裁,实体处理暂停。", EN: "It rests while the matter is in court."},
    "resumed": {ZH: "继续办理。", EN: "We are working on it again."},
    "replied": {ZH: "我们已答复您。", EN: "We have replied to you."},
    "final_reply": {
        ZH: "这是终结答复。如不服,可向 12345、12328 或交通运输主管部门反映,也可依法起诉。有新的事实可随时提出。",
        EN: "This was our final reply. Against it you may turn to 12345, 12328 or the transport authority, or go to "
        "court. New facts may be brought at any time.",
    },
    "resolved": {ZH: "已办结。", EN: "It has been settled."},
    "reopened": {ZH: "已重新办理,并提高了处理层级。", EN: "It has been reopened, one level up."},
    "answered": {ZH: "已收到您补充的情况。", EN: "We have what you added."},
    "withdrawn": {ZH: "已按您的要求撤回。", EN: "It has been withdrawn as you asked."},
    "surveyed": {ZH: "已收到您的评价,谢谢。", EN: "We have your verdict, thank you."},
    "closed": {ZH: "已归档。", EN: "The file has been closed."},
    "deadline_changed": {ZH: "办理期限已调整。", EN: "The deadline has changed."},
    "not_taken": {
        ZH: "您的要求到达时情况已有变化,已记录并转告承办人。",
        EN: "Things had changed when your wish arrived; it is noted and has been passed on.",
    },
    "merged": {
        ZH: "与此前的同一事项合并办理;对那件事项的答复也会显示在这里。",
        EN: "It is worked together with an earlier complaint about the same matter; our reply shows here too.",
    },
    "contact_limited": {ZH: "联系方式已有限定。", EN: "How to contact us has been limited."},
    "limit_lifted": {ZH: "联系方式的限定已解除。", EN: "The limit on how to contact us has been lifted."},
}
"""One sentence for each entry of a passenger's history."""

LEFT_TO: Text = {ZH: "今后请以{medium}联系:{contact}。", EN: " From now on please use {medium}: {contact}."}
APPEAL: Text = {ZH: "如有异议,可在此时间前申诉:", EN: " You may appeal until:"}
MEDIA: dict[str, Text] = {
    "phone": {ZH: "电话", EN: "the telephone"},
    "in_person": {ZH: "当面", EN: "a meeting in person"},
    "email": {ZH: "电子邮件", EN: "e-mail"},
    "letter": {ZH: "书信", EN: "letters"},
    "message": {ZH: "短信", EN: "text messages"},
}


def addressed(text: str, name: str | None, language: Language) -> str:
    """A reply with the salutation that staff leave to us, because they write without the name."""
    if not name:
        return text
    return f"{name},{text}" if language is ZH else f"Dear {name},\n\n{text}"
