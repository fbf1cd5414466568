"""Which edition of the pack decides at an instant."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.routing.policy import compile_pack
from services.routing.policy.shelf import Edition, Shelf
from services.routing.rules.pack_file import parse_pack
from shared.contracts.pack import Pack

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pack() -> Pack:
    import services.routing

    folder = Path(services.routing.__file__).parent / "packs"
    return parse_pack((folder / "metro-default.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def edition(pack: Pack) -> Edition:
    return Edition(pack, compile_pack(pack), "release", START)


def version(edition: Edition, number: int, start: datetime) -> Edition:
    pack = edition.pack.model_copy(update={"version": number, "effective_from": start})
    return Edition(pack, edition.rulebook, edition.published_by, edition.published_at)


def test_an_empty_shelf_decides_nothing() -> None:
    assert Shelf("metro-default").at(START) is None


def test_the_latest_in_effect_decides_and_before_all_the_first(edition: Edition) -> None:
    shelf = Shelf("metro-default")
    one, two, three = (version(edition, n, start) for n, start in ((1, START), (2, START + DAY), (3, START + 2 * DAY)))
    for each in (three, one, two):
        shelf.add(each)
    assert shelf.at(START - DAY) is one
    assert shelf.at(START) is one
    assert shelf.at(START + DAY - timedelta(milliseconds=1)) is one
    assert shelf.at(START + DAY) is two
    assert shelf.at(START + 9 * DAY) is three
    assert shelf.all() == [three, two, one]


def test_of_two_with_the_same_start_the_higher_version_decides(edition: Edition) -> None:
    shelf = Shelf("metro-default")
    higher = version(edition, 11, START)
    for each in (higher, version(edition, 9, START)):
        shelf.add(each)
    assert shelf.at(START) is higher


def test_a_later_version_takes_the_place_of_one_that_was_planned(edition: Edition) -> None:
    shelf = Shelf("metro-default")
    one, planned = version(edition, 1, START), version(edition, 2, START + 9 * DAY)
    urgent = version(edition, 3, START + DAY)
    for each in (one, planned, urgent):
        shelf.add(each)
    assert shelf.at(START) is one
    assert shelf.at(START + DAY) is urgent
    assert shelf.at(START + 99 * DAY) is urgent
    assert shelf.spans() == {1: (START, START + DAY), 2: None, 3: (START + DAY, None)}


def test_each_version_decides_until_the_next(edition: Edition) -> None:
    shelf = Shelf("metro-default")
    for number in (1, 2, 3):
        shelf.add(version(edition, number, START + number * DAY))
    day = [START + n * DAY for n in range(4)]
    assert shelf.spans() == {1: (day[1], day[2]), 2: (day[2], day[3]), 3: (day[3], None)}


def test_a_version_that_is_there_stays_as_it_is(edition: Edition) -> None:
    shelf = Shelf("metro-default")
    first = version(edition, 1, START)
    shelf.add(first)
    shelf.add(version(edition, 1, START + DAY))
    assert shelf.all() == [first]
    assert 1 in shelf
