"""Line and station from the words: every spelling, the longest name, the place of the grievance, and never a guess."""

from dataclasses import replace
from pathlib import Path
from time import perf_counter

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from services import intake
from services.routing.policy import Facts, Rulebook, decide
from services.routing.policy.place import located, told
from services.routing.rules.gazetteer import Gazetteer
from shared.contracts.reference import Line, Network, Station
from shared.contracts.vocabulary import Channel

DEFAULT = Path(intake.__file__).parent / "network" / "default.yaml"
NETWORK = Network.model_validate({"version": 1, **yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))})
GAZETTEER = Gazetteer(NETWORK)


def read(text: str, line: str | None = None, station: str | None = None) -> Facts:
    return located(Facts(Channel.WEB, text, line=line, station=station), GAZETTEER)


@pytest.mark.parametrize(
    ("text", "line", "station"),
    [
        ("二号线人民广场站闸机多扣了我两块钱", "2", "人民广场"),
        ("在２号線人民廣場站被夾", "2", "人民广场"),
        ("2 号线 人民广场 站的厕所", "2", "人民广场"),
        ("Line 2, People’s Square: the gate ate my card", "2", "人民广场"),
        ("the lift at PEOPLES SQUARE station on L2 is broken", "2", "人民广场"),
        ("line-two was late again", "2", None),
        ("人广的扶梯停了", None, "人民广场"),
        ("西湖路站漏水", "2", "西湖路"),
        ("机场线站台太挤", "A", None),
        ("国际会展中心站C口", None, "会展中心"),
        ("Old West Gate staff were rude", "8", "老西门"),
    ],
)
def test_every_spelling_is_read(text: str, line: str | None, station: str | None) -> None:
    found = read(text)
    assert (found.line, found.station) == (line, station)
    assert all(because.evidence and because.evidence in text for because in told(found))
    assert bool(told(found)) == bool(line or station)


@pytest.mark.parametrize(
    "text",
    [
        "十二号线晚点",
        "12号线晚点",
        "outline 25 of the plan",
        "L2层的卫生间没有水",
        "the l2 cable",
        "我去机场的路上耽误了",
        "图书馆站着很多人",
        "虹桥机场站很远",
        "I work at the museum near the zoo",
        "南湖路口的共享单车",
        "中山公园小学的家长",
    ],
)
def test_what_only_looks_like_a_place_is_none(text: str) -> None:
    found = read(text)
    assert (found.line, found.station, told(found)) == (None, None, ())


@pytest.mark.parametrize(
    "text", ["2号线机场很乱", "机场站很乱", "机场(2号线)很乱", "地铁机场漏水", "Airport station is dirty"]
)
def test_an_ordinary_word_counts_with_station_or_its_line_beside_it(text: str) -> None:
    assert read(text).station == "机场"
    assert (
        read(
            text.replace("2号线", "5号线").replace("机场站", "机场").replace(" station", "").replace("地铁", "")
        ).station
        is None
    )


@pytest.mark.parametrize(
    ("text", "line", "station"),
    [
        ("从中山公园上车,在人民广场站出站时多扣了钱", None, "人民广场"),
        ("I got on at Century Park and at Zhongshan Park the gate charged me twice", None, "中山公园"),
        ("1号线往大学城方向的列车上", "1", None),
        ("去中山公园,人民广场站换乘通道漏水", None, "人民广场"),
        ("在2号线上,不是3号线,空调坏了", "2", None),
    ],
)
def test_of_several_it_is_the_one_where_it_happened(text: str, line: str | None, station: str | None) -> None:
    found = read(text)
    assert (found.line, found.station) == (line, station)


@pytest.mark.parametrize(
    "text", ["在人民广场和中山公园站都遇到了", "从人民广场到中山公园的车上很挤", "在人民广场站被骂,在中山公园站又被骂"]
)
def test_where_it_cannot_be_told_both_are_named_and_none_is_taken(text: str) -> None:
    found = read(text)
    assert found.station is None
    assert [b.rule for b in told(found)] == ["place.unclear"] * 2
    assert [b.evidence.removesuffix("站") for b in told(found)] == ["人民广场", "中山公园"]


def test_what_the_sender_states_wins_and_is_completed_only_where_it_fits() -> None:
    text = "2号线人民广场站"
    assert read(text, line="1", station="南湖") == Facts(Channel.WEB, text, line="1", station="南湖")
    assert read(text, station="人民广场").line == "2"
    assert read(text, station="南湖").line is None
    assert read(text, line="8").station == "人民广场"
    assert read(text, line="4").station is None


def test_the_decision_tells_place_and_words(rulebook: Rulebook) -> None:
    text = "今天早上二号线人民广场站闸机多扣了我两块钱"
    decision = decide(read(text), rulebook)
    assert (decision.line, decision.station) == ("2", "人民广场")
    [because] = [b for b in decision.explanation if b.rule == "place.text"]
    assert (because.evidence, text[because.start : because.end]) == ("二号线人民广场站", "二号线人民广场站")
    bare = decide(Facts(Channel.WEB, text), rulebook)
    assert replace(read(text), line=None, station=None, place_said=()) == Facts(Channel.WEB, text)
    assert decision.model_copy(update={"line": None, "station": None, "explanation": bare.explanation}) == bare


PROPER = [s.name for s in NETWORK.stations if s.name not in s.ordinary]
AROUND = st.text(st.sampled_from("闸机坏了钱 ,。!abc的人"), max_size=30)


@given(AROUND, st.sampled_from(PROPER), AROUND)
def test_a_name_is_found_in_any_surroundings(before: str, name: str, after: str) -> None:
    text = f"{before}在{name}站,{after}"
    found = read(text)
    assert found.station == name
    start, end = found.place_said[0]
    assert text[start:end] == f"{name}站"


@given(st.text(max_size=200))
def test_any_text_can_be_read_and_is_quoted_as_it_is(text: str) -> None:
    assert all(b.evidence == text[b.start : b.end] != "" for b in told(read(text)))


@pytest.mark.parametrize(
    "part", ["人", "2", "在人民广场站", "line ", "地铁", "from ", "L2", "国际", "People's ", "机场"]
)
def test_no_text_makes_it_slow(part: str) -> None:
    """20,000 characters, made to send patterns back and forth; some 2 ms here."""
    assert least_seconds((part * 20_000)[:20_000], times=3) < 0.03


def test_a_common_text_costs_microseconds() -> None:
    """Some 18 µs for 200 characters here, 6 without a name; the bound is for slow and busy machines."""
    text = "今天早上在二号线人民广场站进站时闸机多扣了我两块钱," + "扶梯停了三天没人修,老人爬楼梯很吃力," * 10
    assert least_seconds(text[:200], times=300) < 100e-6


def least_seconds(text: str, times: int) -> float:
    facts, spent = Facts(Channel.WEB, text), []
    for _ in range(times):
        begun = perf_counter()
        located(facts, GAZETTEER)
        spent.append(perf_counter() - begun)
    return min(spent)


def test_a_network_is_read_as_it_is_written() -> None:
    lines = (Line(id="11", name_zh="11號線", name_en="Line 11"),)
    stations = (
        Station(name="龍華站", name_en="Longhua Station", lines=("11",)),
        Station(name="北站", name_en="North", lines=("11",)),
    )
    small = Gazetteer(Network(version=1, lines=lines, stations=stations))
    assert located(Facts(Channel.WEB, "十一号线龙华很挤"), small).station == "龍華站"
    assert located(Facts(Channel.WEB, "龍華站漏水"), small).line == "11"
    assert located(Facts(Channel.WEB, "在北站,line eleven"), small).station == "北站"


def test_without_a_network_nothing_is_read() -> None:
    facts = Facts(Channel.WEB, "二号线人民广场站")
    assert located(facts, None) is facts
    assert located(facts, Gazetteer(Network(version=1, lines=(), stations=()))) is facts
