"""Names and aliases lead to what events carry."""

import pytest

from tests.unit.intake.builders import PLACES


@pytest.mark.parametrize(
    "name",
    [
        "2",
        "2号线",
        "二号线",
        "地铁2号线",
        "地铁二号线",
        "Line 2",
        "line2",
        "LINE 2",
        " 2 号线 ",
        "\uff12",
        "轨道交通二号线",
    ],
)
def test_a_line_is_known_by_what_people_write(name: str) -> None:
    assert PLACES.line(name) == "2"


@pytest.mark.parametrize(
    "name",
    ["人民广场", "人民广场站", "人广", "People's Square", "peoples square", "People’s Square Station", " 人民广场 "],
)
def test_a_station_is_known_by_what_people_write(name: str) -> None:
    station = PLACES.station(name)
    assert station is not None
    assert station.name == "人民广场"
    assert "2" in station.lines


@pytest.mark.parametrize("name", ["火星站", "站", "", "   ", "Station", "22", "广场"])
def test_what_is_not_of_the_network_is_unknown(name: str) -> None:
    assert PLACES.station(name) is None
    assert PLACES.line(name) is None


def test_the_network_that_is_shipped_holds_together() -> None:
    network = PLACES.network
    lines = {line.id for line in network.lines}
    assert len(network.stations) >= 30
    assert all(set(station.lines) <= lines for station in network.stations)
    assert all(any(line in s.lines for s in network.stations) for line in lines)
    assert all(s.name_en for s in network.stations)


def test_no_name_of_the_network_leads_elsewhere() -> None:
    for station in PLACES.network.stations:
        for name in (station.name, station.name_en, *station.aliases, f"{station.name}站"):
            assert PLACES.station(name) == station, name
    for line in PLACES.network.lines:
        for name in (line.id, line.name_zh, line.name_en, *line.aliases):
            assert PLACES.line(name) == line.id, name
