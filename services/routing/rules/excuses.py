"""Why words that stand in a text may not mean what they say: negated, quoted, supposed, or somebody else's.

Each excuse is a list of stretches, found once per text by patterns without unbounded parts; words that begin within a
stretch are excused.
"""

import re
from bisect import bisect_right

from services.routing.rules.phrases import Hit
from services.routing.rules.signals import Excuse, Group

# Each begins with plain letters, so that the search skips to them.
_PATTERNS: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "negated": (
        re.compile(
            r"(?:不是|并不|没有|并没|没|不会|并非|绝非|未|无|不要|别|不想|不打算|绝不|决不|不敢|从没|不至于|谈不上|不算|不用|不需要)"
            r"((?:别的|其他|新的|要|想|打算|在|真|什么|任何|谁|是|说|能|用|受|被|人|来|去|为了|图){0,2}+)"
        ),
        re.compile(
            r"(?:not|never|no|without|nobody|none|nothing|cannot|isn|aren|wasn|weren|don|doesn|didn|won|can|hasn|haven|hadn)"
            r"(?:(?<=can)'t|(?<!can)(?:'?t)?)((?:\s+[a-z']{1,10}){0,3}\s+)"
        ),
    ),
    "supposed": (
        re.compile(
            r"(?:如果|要是|万一|假如|倘若|一旦|若是|哪天|真要|要不是|差点|险些|以防|防止|避免|免得|演练|担心|生怕|怕)"
            r"([^,。!?;:、\n]{0,40})"
        ),
        re.compile(
            r"(?:if|in case|imagine|suppose|might|may|could|would have|almost|nearly|afraid|worried|drill|prevent)"
            r"(?![a-z])([^,.!?;:\n]{0,60})"
        ),
    ),
    "reported": (
        re.compile(
            r"(?:他|她|员|安检|保安|司机|客服|站长|对方|那人|男的|女的|大爷|大妈)[^,。!?;\n]{0,8}?(?:说|骂|叫|喊|称|讲|吼)([^。!?;\n]{0,8})"
            r"|(?:骂|说|叫|喊)(?:我|人)([^。!?;\n]{0,8})"
        ),
        re.compile(
            r"(?:he|she|they|staff|guard|officer|agent|driver|man|woman) (?:[a-z]{1,12} ){0,3}?"
            r"(?:said|says|called|told|shouted|yelled)([^.!?;\n]{0,24})"
            r"|(?:called|told|calling) (?:me|us|my [a-z]{1,12})([^.!?;\n]{0,16})"
        ),
    ),
}
_LATIN = re.compile("[a-z]")
_MARK = re.compile('[“”「」『』"\\n]')
_CLOSES = {"“": "”", "「": "」", "『": "』", '"': '"'}
_LONGEST_QUOTATION = 200


class Excuses:
    """The excuses that hold in one normalised text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[Excuse, _Stretches] = {}
        self._of_group: dict[str, tuple[_Stretches, ...]] = {}

    def excuse(self, hit: Hit, group: Group) -> bool:
        """Whether the words at `hit` do not count under the excuses that `group` admits."""
        text, start = self._text, hit.start
        if group.not_after and text.endswith(group.not_after, max(0, start - 12), start):
            return True
        if group.not_before and text.startswith(group.not_before, hit.end):
            return True
        stretches = self._of_group.get(hit.group)
        if stretches is None:
            stretches = self._of_group[hit.group] = tuple(map(self._stretches, group.unless))
        return any([s.hold(start) for s in stretches])

    def _stretches(self, excuse: Excuse) -> "_Stretches":
        if excuse not in self._found:
            spans = quotations(self._text) if excuse == "quoted" else _reaches(excuse, self._text)
            self._found[excuse] = _Stretches(spans)
        return self._found[excuse]


class _Stretches:
    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def hold(self, at: int) -> bool:
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at <= self._ends[index]


def _reaches(excuse: Excuse, text: str) -> list[tuple[int, int]]:
    """What follows the excusing words; a Latin one must be a word of its own."""
    chinese, latin = _PATTERNS[excuse]
    spans = [] if text.isascii() else [match.span(match.lastindex or 0) for match in chinese.finditer(text)]
    if _LATIN.search(text) is None:
        return spans
    spans.extend(
        match.span(match.lastindex or 0)
        for match in latin.finditer(text)
        if not text[max(0, match.start() - 1) : match.start()].isalpha()
    )
    return sorted(spans)


def quotations(text: str) -> list[tuple[int, int]]:
    """The stretches inside quotation marks, within a line and at most 200 characters each, in order."""
    found: list[tuple[int, int]] = []
    opened, closes = -1, ""
    for mark in _MARK.finditer(text):
        char = mark[0]
        if char == closes and mark.start() - opened <= _LONGEST_QUOTATION:
            found.append((opened, mark.start()))
            closes = ""
        elif char in _CLOSES:
            opened, closes = mark.end(), _CLOSES[char]
        elif char == "\n":
            closes = ""
    return found
