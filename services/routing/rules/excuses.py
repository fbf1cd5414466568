"""Why words that stand in a text may not mean what they say: negated, quoted, supposed, or somebody else's.

Each check looks at a bounded stretch right before the words, so that no text makes it slow.
"""

import re
from bisect import bisect_right

from services.routing.rules.phrases import Hit
from services.routing.rules.signals import Excuse, Group

_CLAUSE_END = re.compile(r"[,。!?;:、\n]|\.\s")
_NEGATED = re.compile(
    r"(?:不是|并不|没有|并没|没|不会|并非|绝非|未|无|无意|不要|别|不想|不打算|绝不|决不|不敢|从没|不至于|谈不上|不算|不用|不需要)"
    r"(?:要|想|想要|打算|在|真|什么|任何|谁|是|说|能|用|受|被|人|人员|来|去|为了|图){0,2}$"
    r"|(?<![a-z])(?:not|never|no|without|nobody|none|nothing|cannot|\w{2,6}n't|dont|wont|didnt|isnt)(?:\s+\w{1,10}){0,3}\s+$"
)
_SUPPOSED = re.compile(
    r"如果|要是|万一|假如|倘若|一旦|若是|哪天|真要|要不是|差点|险些|以防|防止|避免|免得|演练|担心|生怕|怕"
    r"|(?<![a-z])(?:if|in case|imagine|suppose|might|may|could|would have|almost|nearly|afraid|worried|drill|prevent)"
    r"(?![a-z])"
)
_REPORTED = re.compile(
    r"(?:[他她]们?|员|员工|人员|安检|保安|司机|客服|站长|对方|那人|男的|女的|大爷|大妈)[^,。!?;]{0,8}(?:说|骂|叫|喊|称|讲|吼|道)[^。!?;]{0,8}$"
    r"|(?:骂|说|叫|喊)(?:我们?|我是|人)[^。!?;]{0,6}$"
    r"|(?<![a-z])(?:he|she|they|staff|guard|officer|agent|driver|man|woman)\s+(?:\w+\s+){0,3}"
    r"(?:said|says|called|told|shouted|yelled)[^.!?;]{0,24}$"
    r"|(?<![a-z])(?:called|told|calling)\s+(?:me|us|my \w+)\s[^.!?;]{0,16}$"
)
_MARK = re.compile("[“”「」『』\"\n]")
_CLOSES = {"“": "”", "「": "」", "『": "』", '"': '"'}
_LONGEST_QUOTATION = 200


class Excuses:
    """The excuses that hold in one normalised text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._quoted = quotations(text)
        self._known: dict[tuple[Excuse, str], bool] = {}

    def excuse(self, hit: Hit, group: Group) -> bool:
        """Whether the words at `hit` do not count under the excuses that `group` admits."""
        if group.not_after and self._text.endswith(group.not_after, max(0, hit.start - 12), hit.start):
            return True
        if group.not_before and self._text.startswith(group.not_before, hit.end):
            return True
        return any(self._holds(excuse, hit.start) for excuse in group.unless)

    def _holds(self, excuse: Excuse, start: int) -> bool:
        if excuse == "quoted":
            index = bisect_right(self._quoted, (start, len(self._text))) - 1
            return index >= 0 and start < self._quoted[index][1]
        before = self._text[max(0, start - _WINDOW[excuse]) : start]
        known = self._known.get((excuse, before))
        if known is None:
            words = before if excuse == "reported" else _CLAUSE_END.split(before)[-1]
            known = self._known[excuse, before] = _SIGN[excuse].search(words) is not None
        return known


def quotations(text: str) -> list[tuple[int, int]]:
    """The stretches inside quotation marks, within a line and at most 200 characters each, in order."""
    found: list[tuple[int, int]] = []
    opened, closes = -1, ""
    for mark in _MARK.finditer(text):
        char = mark[0]
        if char == closes and mark.end() - opened <= _LONGEST_QUOTATION:
            found.append((opened, mark.end()))
            closes = ""
        elif char in _CLOSES:
            opened, closes = mark.start(), _CLOSES[char]
        elif char == "\n":
            closes = ""
    return found


_SIGN: dict[str, re.Pattern[str]] = {"negated": _NEGATED, "supposed": _SUPPOSED, "reported": _REPORTED}
_WINDOW = {"negated": 32, "supposed": 40, "reported": 32}
