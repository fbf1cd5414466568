"""Why words that stand in a text may not mean what they say: negated, quoted, supposed, or somebody else's.

Words are excused that begin within the reach of excusing words of their sentence, found by patterns without unbounded
parts.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property

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
            r"(?:他|她|员|安检|保安|司机|客服|站长|对方|那人|男的|女的|大爷|大妈)[^,。!?;\n说骂叫喊称讲吼]{0,8}+[说骂叫喊称讲吼]([^。!?;\n]{0,8})"
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
_SENTENCE_ENDS = ("。", "!", "?", ";", ". ")
_LONGEST_SENTENCE = 300


class Excuses:
    """The excuses that hold in one normalised text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._chinese, self._latin = not text.isascii(), _LATIN.search(text) is not None

    def excuse(self, hit: Hit, group: Group) -> bool:
        """Whether the words at `hit` do not count under the excuses that `group` admits."""
        text, start = self._text, hit.start
        if group.not_after and text.endswith(group.not_after, max(0, start - 12), start):
            return True
        if group.not_before and text.startswith(group.not_before, hit.end):
            return True
        return bool(group.unless) and self._unless(group.unless, start)

    def _unless(self, excuses: Sequence[Excuse], at: int) -> bool:
        """Whether the last reach that begins until `at` goes as far."""
        since = max(0, at - _LONGEST_SENTENCE)
        since = max([self._text.rfind(end, since, at) for end in _SENTENCE_ENDS] + [since])
        for excuse in excuses:
            if excuse == "quoted":
                place = bisect_right(self._quotations, (at, len(self._text)))
                last = self._quotations[place - 1] if place else None
            else:
                last = max((span for span in self._reaches(excuse, since, at + 1) if span[0] <= at), default=None)
            if last is not None and last[1] >= at:
                return True
        return False

    @cached_property
    def _quotations(self) -> list[tuple[int, int]]:
        return quotations(self._text)

    def _reaches(self, excuse: Excuse, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What follows the excusing words in a part of the text; a Latin one must be a word of its own."""
        text, (chinese, latin) = self._text, _PATTERNS[excuse]
        if self._chinese:
            for match in chinese.finditer(text, start, end):
                yield match.span(match.lastindex or 0)
        if self._latin:
            for match in latin.finditer(text, start, end):
                if not text[max(0, match.start() - 1) : match.start()].isalpha():
                    yield match.span(match.lastindex or 0)


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
