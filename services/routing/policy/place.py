"""Which line and station a complaint is about, where its sender names none: read from its words.

Sure or not at all: of several stations it is the one at which something is said to have happened; where that cannot
be told there is none, and the explanation names them all. What the sender states wins.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from services.routing.policy.facts import Facts, Spans
from services.routing.rules.gazetteer import BESIDE, Gazetteer, Mention
from services.routing.rules.normalise import normalise
from shared.contracts.decision import Because

Role = Literal["at", "way", "named"]
"""How a place is mentioned: where something happened, on the way, or merely named."""

TEXT, UNCLEAR = "place.text", "place.unclear"
WIDTH = 16
"""Characters around a name that tell its role."""

_WAY = re.compile(
    r"(?:开往|前往|去|从|由|经|经过|途经|往|至|到|飞)(?:了|地铁|的)?$"
    r"|(?:from|to|towards?|via|for|(?:got|get|getting|hopped|boarded|boarding|board) (?:on |in )?at)(?: the)? ?$"
)
_AT = re.compile(
    r"(?:在|于|位于)(?:你们|贵司|贵站|我们|地铁|[^,。.!?;:、从到往去至]{0,4})$"
    r"|(?:at|in|inside|outside|near|of)(?: the)? ?$"
)
_DIRECTION = re.compile(r"(?:站)?(?:方向|方面|去的|开的)|-?bound| direction")
_BOARDING = re.compile(r"(?:站)?(?:上车|上的车|上地铁|坐车|乘车|出发|买票进)")
_THERE = re.compile(
    r"(?:站)?的?(?:站厅|站台|站内|站里|里|内|闸机|进站|出站|扶梯|电梯|直梯|楼梯|售票|自动|安检|厕所|卫生间|洗手间|母婴|客服|服务|值班|工作|站务"
    r"|保安|员工|换乘|屏蔽门|广播|通道|出口|入口|出入口|[a-h\d一二三四]{1,2}(?:号|出|入)?口)"
    r"|(?:'s)?,? (?:platform|gate|staff|exit|lift|escalator|elevator|ticket|entrance|toilet|concourse|security|barrier)"
)
_TOGETHER = re.compile(r"(?:站)?(?:和|与|跟|及|以及|、|/| ?and ?| ?& ?)(?:the )?")


def located(facts: Facts, gazetteer: Gazetteer | None) -> Facts:
    """The facts with the place that their words tell, where the sender's own says nothing else."""
    if gazetteer is None or (facts.line and facts.station):
        return facts
    text = normalise(facts.text)
    mentions = gazetteer.mentions(facts.text, text)
    return _Reader(facts, text, gazetteer.lines_at, mentions).located() if mentions else facts


def told(facts: Facts) -> tuple[Because, ...]:
    """The words that the place rests on, or those between which it could not be chosen."""
    return tuple(
        Because(rule=rule, evidence=facts.text[start:end], start=start, end=end)
        for rule, spans in ((TEXT, facts.place_said), (UNCLEAR, facts.place_unclear))
        for start, end in spans
    )


class _Reader:
    def __init__(
        self, facts: Facts, text: str, lines_at: Mapping[str, Sequence[str]], mentions: Sequence[Mention]
    ) -> None:
        self._facts = facts
        self._text = text
        self._lines_at = lines_at
        self._mentions = mentions
        self._lines = [m for m in mentions if m.what == "line"]
        self._stations = [
            m
            for m in mentions
            if m.what == "station" and facts.line in (None, *lines_at[m.name]) and _DIRECTION.match(text, m.end) is None
        ]

    def located(self) -> Facts:
        facts = self._facts
        chosen = None if facts.station else self._the_one(self._stations)
        said = (self._words(chosen),) if chosen else ()
        station = chosen.name if chosen else facts.station
        line, more = self._line(station, said)
        unclear = () if station else _each_once(self._stations)
        if not (said or more or unclear):
            return facts
        return replace(facts, line=line, station=station, place_said=said + more, place_unclear=unclear)

    def _line(self, station: str | None, said: Spans) -> tuple[str | None, Spans]:
        """The line, and the words for it where those for the station do not hold them."""
        if self._facts.line:
            return self._facts.line, ()
        here = self._lines_at.get(station or "")
        lines = [m for m in self._lines if here is None or m.name in here]
        beside = next((m for m in lines if said and m.start == said[0][0]), None)
        chosen = beside or self._the_one(lines)
        if chosen is not None:
            return chosen.name, () if beside else ((chosen.start, chosen.end),)
        return (here[0] if said and here and len(here) == 1 else None), ()

    def _words(self, station: Mention) -> tuple[int, int]:
        """The words for a station, with its line where that stands right before it."""
        lines = (m for m in self._lines if m.name in self._lines_at[station.name])
        start = next((m.start for m in lines if 0 <= station.start - m.end <= BESIDE), station.start)
        return start, station.end

    def _the_one(self, named: Sequence[Mention]) -> Mention | None:
        """The only one; of several that where something happened, else that which is said to be a station."""
        if _is_one(named):
            return named[0]
        if not named:
            return None
        roles = dict(zip(self._mentions, self._roles(), strict=True))
        happened = [m for m in named if roles[m] == "at"]
        if happened:
            return happened[0] if _is_one(happened) else None
        met = [m for m in named if roles[m] == "named"]
        said = [m for m in met if m.said]
        return next((found[0] for found in (said, met) if _is_one(found)), None)

    def _roles(self) -> Iterator[Role]:
        before: Mention | None = None
        role: Role = "named"
        for mention in self._mentions:
            start = mention.start
            if before is not None and before.what != mention.what and start - before.end <= BESIDE:
                start = before.start  # 在2号线人民广场站: what stands before the line tells of the station
            own = _role(self._text, start, mention.end)
            together = before is not None and _TOGETHER.fullmatch(self._text, before.end, mention.start) is not None
            role = role if together and own == "named" else own
            before = mention
            yield role


def _is_one(named: Sequence[Mention]) -> bool:
    return bool(named) and all(m.name == named[0].name for m in named)


def _each_once(named: Sequence[Mention]) -> Spans:
    first: dict[str, Mention] = {}
    for one in named:
        first.setdefault(one.name, one)
    return tuple((mention.start, mention.end) for mention in first.values())


def _role(text: str, start: int, end: int) -> Role:
    window = text[max(0, start - WIDTH) : start]
    if _WAY.search(window) or _BOARDING.match(text, end):
        return "way"
    return "at" if _AT.search(window) or _THERE.match(text, end) else "named"
