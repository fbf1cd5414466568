"""What stands around a complaint and is no part of it: names, forms of address, what is left of greetings and insults.

A text is undressed from both ends, sign by sign and word by word, until something is said; what is left then is the
same whatever of this was put before or behind it. Works on a normalised text in which words of tone are blanks.
"""

import re
from collections.abc import Callable

_HAN, _ANY_HAN = "[\u4e00-\u9fff]", "[\u3400-\u9fff\U00020000-\U0003ffff]"
_SURNAME = (
    "(?:欧阳|上官|诸葛|司马|司徒|慕容|皇甫|令狐|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕"
    "丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤])"
)
_NAME = f"{_SURNAME}{_HAN}(?:(?![嗯哦唉哎喂啊叔姨哥姐爷奶]){_HAN}(?!{_ANY_HAN}))?"
_LATIN_NAME = "[a-z][a-z'-]*(?: [a-z][a-z'-]*)?"
_SIGNED = f"[—-] *{_NAME}|{_HAN}{{2,4}}·{_HAN}{{2,4}}"
_ADDRESS = (
    r"你们|(?<![^\W_])吧(?=你们)|你|您们?|贵司|这帮|这群|那帮|一群|一帮|公司的?|真的?|气人"
    r"|(?<![^\W_])[了吧啊呀的]+(?![^\W_])"
)
_ALOUD = (
    "thank you|thanks|(?:kind |best |warm )?regards|kind|yours (?:faithfully|sincerely|truly)|dear team|useless|bloody"
    f"|you lot|you|please|very much|so much|my name is {_LATIN_NAME}"
)
_BEFORE = re.compile(rf"(?:{_SIGNED}|[\W_]|{_ADDRESS}|(?:{_ALOUD})(?![a-z]))*+")
_BEHIND = re.compile(rf"(?:{_SIGNED}|{_ADDRESS}|{_ALOUD})\Z")  # a Latin word may follow the last one without a space
_LABEL = re.compile(r"[a-z][a-z'-]* [a-z][a-z'-]*(?= ?:)")
_LAST_LABEL = re.compile(r"[a-z][a-z'-]* [a-z][a-z'-]*\Z")
_REACH, _MOST = 40, 500  # characters of a word, and of all that may stand behind a complaint

SEAM = re.compile("(?:(?<=[a-z])|(?<=[a-z]'))(?=[A-Z])")
"""Where a word was put behind another without a space."""
INTRODUCED = re.compile(
    f"(?:(?<=我叫)|(?<=[署姓]名))[是:, ]*{_NAME}|(?:(?<=name is)|(?<=i'm called))[: ]*{_LATIN_NAME}"
)
"""A name behind the words that introduce it."""


def undressed(text: str, original: str, tells: Callable[[int, int], bool]) -> tuple[int, int]:
    """Where in `text` something is said, from its first word to its last; nowhere, if the two are the same place.

    `original` is `text` before it was normalised; `tells`: whether more than a name stands in a part of the text.
    """
    start, end = 0, len(text)
    while True:
        match = _BEFORE.match(text, start)
        start = match.end() if match else start
        label = _LABEL.match(text, start)
        if label is None or start > _MOST or tells(*label.span()):
            break
        start = label.end()
    while end > max(start, len(text) - _MOST):
        if not text[end - 1].isalnum():
            label = _LAST_LABEL.search(text, max(start, end - _REACH), end - 1) if text[end - 1] == ":" else None
            seam = SEAM.search(original, *label.span()) if label else None
            first = seam.start() if seam else label.start() if label else end
            end = end - 1 if label is None or tells(first, label.end()) else first
            continue
        last = _BEHIND.search(text, max(start, end - _REACH), end)
        if last is None:
            break
        end = last.start()
    return start, max(start, end)
