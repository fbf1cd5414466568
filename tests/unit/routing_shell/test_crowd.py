"""Many complaints about one thing at one place within minutes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.policy.crowd import Crowds, Report
from services.routing.policy.past import Past
from services.routing.rules.fingerprint import Fingerprints
from shared.contracts.complaint import MassEvent
from shared.contracts.pack import MassEvents
from shared.contracts.vocabulary import Category, Kind
from shared.ids import derived_id

NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
LIMITS = MassEvents()
FINGERPRINTS = Fingerprints(b"tests")


def report(number: int, minute: float = 0, text: str = "列车停在隧道里不动", **fields: Any) -> Report:
    at = NOW + timedelta(minutes=minute)
    base: dict[str, Any] = {
        "case_id": UUID(int=number),
        "number": f"PS-{number}",
        "passenger_ref": None,
        "at": at,
        "category": Category.TRAIN,
        "line": "2",
        "station": "人民广场",
        "fingerprint": FINGERPRINTS.of(text, at),
    }
    return Report(**{**base, **fields})


def place(crowd: Crowds, *reports: Report) -> list[MassEvent | None]:
    return [crowd.place(one, LIMITS) for one in reports]


def burst(count: int, start: int = 1, **fields: Any) -> list[Report]:
    return [report(start + n, n * 0.5, **fields) for n in range(count)]


def test_the_fifth_at_a_station_tells_of_all_and_those_after_it_go_on() -> None:
    crowd = Crowds()
    *before, fifth, sixth = place(crowd, *burst(6))
    assert fifth is not None
    assert before == [None] * 4
    assert fifth == MassEvent(
        event_id=derived_id("mass-event", UUID(int=1)),
        line="2",
        station="人民广场",
        category=Category.TRAIN,
        since=NOW,
        cases=("PS-1", "PS-2", "PS-3", "PS-4", "PS-5"),
    )
    assert sixth is not None
    assert (sixth.event_id, sixth.cases) == (fifth.event_id, (*fifth.cases, "PS-6"))
    assert crowd.founded == [fifth]
    assert crowd.joined == {UUID(int=n): fifth.event_id for n in range(1, 7)}


def test_what_is_elsewhere_about_something_else_or_later_is_no_part_of_it() -> None:
    others = [
        report(11, 1, station="徐家汇", line="9"),
        report(12, 1, "厕所没有纸", category=Category.ENV),
        report(13, 10.6),
        report(14, -9),
    ]
    crowd = Crowds()
    assert place(crowd, *burst(4), *others) == [None] * 8
    assert crowd.place(report(15, 2), LIMITS) is not None


def test_the_same_words_belong_together_whatever_they_were_taken_for() -> None:
    crowd = Crowds()
    found = place(crowd, *burst(3), *burst(2, 8, category=Category.SAFETY))
    assert found[-1] is not None
    assert found[-1].category is Category.TRAIN


def test_one_passenger_counts_once_and_who_is_unknown_may_be_anybody() -> None:
    assert place(Crowds(), *burst(8, passenger_ref="p")) == [None] * 8
    mixed = [*burst(3, passenger_ref="p"), *burst(3, 7), report(20, 1, passenger_ref="q")]
    found = place(Crowds(), *mixed)
    assert [event is not None for event in found] == [False] * 6 + [True]
    assert found[-1] is not None
    assert len(found[-1].cases) == 7


def test_it_goes_on_as_long_as_they_come_and_a_later_one_is_another() -> None:
    crowd = Crowds()
    place(crowd, *burst(5))
    chain = [report(50 + n, 2 + 9 * n) for n in range(1, 6)]
    ids = {event.event_id for event in place(crowd, *chain) if event}
    assert ids == {derived_id("mass-event", UUID(int=1))}
    later = place(crowd, *(report(70 + n, 58 + n) for n in range(5)))
    assert later[-1] is not None
    assert later[-1].event_id == derived_id("mass-event", UUID(int=70))


def test_a_line_needs_ten_and_takes_none_that_a_station_has() -> None:
    crowd = Crowds()
    stations = ["甲", "乙", "丙", "丁"]
    along = [report(n, n * 0.1, station=stations[n % 4]) for n in range(1, 11)]
    found = place(crowd, *along)
    assert found[:9] == [None] * 9
    assert found[9] is not None
    assert (found[9].line, found[9].station, len(found[9].cases)) == ("2", None, 10)
    [more] = place(crowd, report(30, 2, station="戊"))
    assert more is not None
    assert more.event_id == derived_id("mass-event", UUID(int=1))
    alone = Crowds()
    place(alone, *burst(5))
    assert place(alone, *(report(40 + n, 3, station=stations[n % 4]) for n in range(9))) == [None] * 9


def test_no_place_no_complaint_and_a_repetition_are_not_counted() -> None:
    past = Past(UUID(int=1), "PS-1", "p", NOW, Kind.NORMAL, Category.TRAIN, station="人民广场")
    assert Report.of(past) is not None
    for fields in ({"station": None}, {"kind": Kind.NON_COMPLAINT}, {"kind": Kind.ABNORMAL, "follows": UUID(int=2)}):
        assert Report.of(replace(past, **fields)) is None


def test_those_that_saw_nobody_are_taken_along_by_the_next() -> None:
    crowd = Crowds(burst(7))
    assert not crowd.joined, "they were decided elsewhere at the same time"
    [found] = place(crowd, report(20, 3))
    assert found is not None
    assert len(found.cases) == 8
    late = Crowds([*(_joined(one, crowd) for one in burst(7)), report(30, 4)], crowd.founded)
    [more] = place(late, report(31, 5))
    assert more is not None
    assert more.cases == (*found.cases, "PS-30", "PS-31")
    assert late.joined == {UUID(int=30): found.event_id, UUID(int=31): found.event_id}


def test_at_most_so_many_are_told_and_the_complaint_itself_always_is() -> None:
    crowd = Crowds()
    found = place(crowd, *(report(n, 0.01 * n) for n in range(1, 90)))
    last = found[-1]
    assert last is not None
    assert last.cases == ("PS-1", "PS-2", "PS-3", "PS-4", "PS-5", "PS-89")


REPORTS = st.lists(
    st.builds(
        report,
        number=st.integers(1, 400),
        minute=st.floats(0, 40),
        station=st.sampled_from(["人民广场", "徐家汇", None]),
        category=st.sampled_from([Category.TRAIN, Category.ENV]),
        text=st.sampled_from(["列车停在隧道里不动", "厕所没有纸也没有水"]),
    ),
    max_size=40,
    unique_by=lambda r: r.case_id,
)


@given(REPORTS)
@settings(max_examples=150, deadline=None)
def test_every_case_is_in_one_event_at_most_and_each_has_enough_passengers(reports: Sequence[Report]) -> None:
    crowd = Crowds()
    told = [(one, crowd.place(one, LIMITS)) for one in reports]
    members: dict[UUID, set[UUID]] = {}
    for case_id, event_id in crowd.joined.items():
        members.setdefault(event_id, set()).add(case_id)
    assert set(members) == {event.event_id for event in crowd.founded}
    for event in crowd.founded:
        assert len(members[event.event_id]) >= (LIMITS.station_cases if event.station else LIMITS.line_cases)
    for one, said in told:
        if said is not None:
            assert crowd.joined[one.case_id] == said.event_id
            assert one.number in said.cases
            assert said.station in (None, one.station)


@given(REPORTS, st.integers(0, 40))
@settings(max_examples=100, deadline=None)
def test_it_makes_no_difference_where_a_batch_ends(reports: Sequence[Report], cut: int) -> None:
    """What is remembered of earlier batches is as good as having been there."""
    whole = Crowds()
    place(whole, *reports)
    first = Crowds()
    place(first, *reports[:cut])
    kept = [_joined(one, first) for one in reports[:cut]]
    second = Crowds(kept, first.founded)
    place(second, *reports[cut:])
    assert {**first.joined, **second.joined} == whole.joined
    assert [*first.founded, *second.founded] == whole.founded


def _joined(one: Report, crowd: Crowds) -> Report:
    return replace(one, event_id=crowd.joined.get(one.case_id))
