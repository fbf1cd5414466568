"""What may be published as the next version of a pack."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import services.routing
from services.routing.policy.publishing import (
    Admitted,
    OtherName,
    OutOfTurn,
    Repeated,
    TooEarly,
    Version,
    admit,
    digest,
)
from services.routing.rules.pack_file import parse_pack
from shared.contracts.pack import DEFAULT_RECORDS, Pack

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAME = "metro-default"


@pytest.fixture(scope="module")
def pack() -> Pack:
    folder = Path(services.routing.__file__).parent / "packs"
    return parse_pack((folder / "metro-default.yaml").read_text(encoding="utf-8"))


def numbered(pack: Pack, version: int, start: datetime = NOW + HOUR, **fields: object) -> Pack:
    return pack.model_copy(update={"version": version, "effective_from": start, **fields})


def known(pack: Pack) -> Version:
    return Version(pack.version, digest(pack), pack.effective_from, "admin", NOW - HOUR)


def test_the_first_may_take_effect_at_any_time(pack: Pack) -> None:
    assert admit(pack, NAME, [], NOW) == Admitted()


def test_the_next_is_one_more_and_begins_now_or_later(pack: Pack) -> None:
    published = [known(numbered(pack, 1, NOW - HOUR))]
    assert admit(numbered(pack, 2), NAME, published, NOW) == Admitted()
    assert admit(numbered(pack, 2, NOW), NAME, published, NOW) == Admitted()
    just_past = NOW - timedelta(milliseconds=1)
    assert admit(numbered(pack, 2, just_past), NAME, published, NOW) == TooEarly(NOW)
    for other in (1, 3):
        verdict = admit(numbered(pack, other, units=("机电",)), NAME, published, NOW)
        assert isinstance(verdict, OutOfTurn)
        assert verdict.latest == published[0]
        assert verdict.since == (tuple(published) if other == 1 else ())


def test_the_same_again_is_no_conflict_even_when_its_time_has_come(pack: Pack) -> None:
    second = numbered(pack, 2, NOW - HOUR)
    published = [known(numbered(pack, 1, NOW - 2 * HOUR)), known(second)]
    assert admit(second, NAME, published, NOW) == Repeated(published[1])
    assert isinstance(admit(numbered(second, 2, NOW), NAME, published, NOW), OutOfTurn)


def test_a_version_replaces_what_was_planned_for_later(pack: Pack) -> None:
    published = [known(numbered(pack, 1, NOW - HOUR)), known(numbered(pack, 2, NOW + 9 * HOUR))]
    assert admit(numbered(pack, 3, NOW + HOUR), NAME, published, NOW) == Admitted(replaces=(2,))
    assert admit(numbered(pack, 3, NOW + 9 * HOUR), NAME, published, NOW) == Admitted(replaces=(2,))
    assert admit(numbered(pack, 3, NOW + 10 * HOUR), NAME, published, NOW) == Admitted()


def test_a_pack_of_another_name_decides_nothing(pack: Pack) -> None:
    assert admit(numbered(pack, 1, name="metro-other"), NAME, [], NOW) == OtherName(NAME)


def test_a_digest_tells_contents_apart_and_not_how_defaults_are_written(pack: Pack) -> None:
    assert digest(pack) == digest(Pack.model_validate_json(pack.model_dump_json()))
    assert digest(pack) != digest(numbered(pack, 2, pack.effective_from))
    bare = pack.model_copy(update={"records": DEFAULT_RECORDS})
    unsaid = Pack.model_validate({k: v for k, v in bare.model_dump().items() if k != "records"})
    assert digest(bare) == digest(unsaid)
