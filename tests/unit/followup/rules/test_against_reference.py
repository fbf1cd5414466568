"""Random calendars, zones and histories against the slow second opinion."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun
from services.followup.rules.working_time import WorkingTime
from shared.contracts.pack import Running, Term
from shared.contracts.reference import CalendarYear, Window
from shared.contracts.vocabulary import Clock
from tests.unit.followup.rules.given import LADDER, SHIPPED, TIME, term
from tests.unit.followup.rules.reference import MINUTE, SlowClock, SlowTime, slow, walk

DEEP = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
SLOW_SHIPPED = slow([SHIPPED[year] for year in sorted(SHIPPED)])

# Where the clocks are changed at 02:00, at midnight, by half an hour, on the southern half, and not at all.
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/Havana",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Asia/Kathmandu",
)
AROUND = (
    date(2025, 12, 31),
    date(2026, 2, 14),
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 4, 5),
    date(2026, 9, 6),
    date(2026, 10, 4),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2026, 12, 30),
)
RUNNING: tuple[Running, ...] = ("always", "service_hours", "office_hours")
TERMS = st.one_of(
    st.builds(term, st.integers(1, 4), st.just("working_days"), st.just("office_hours")),
    st.builds(term, st.integers(1, 30), st.just("hours"), st.just("service_hours")),
    st.builds(term, st.integers(1, 90), st.just("minutes"), st.sampled_from(["service_hours", "always"])),
    st.builds(term, st.integers(1, 3), st.just("days"), st.just("always")),
)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """One to three windows of a day on whole minutes, some touching."""
    edges = sorted(draw(st.sets(st.integers(0, 24 * 60 - 1), min_size=2, max_size=6)))
    if len(edges) % 2:
        edges.append(edges[-1]) if draw(st.booleans()) else edges.pop()
        edges = sorted(edges)
    pairs = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]
    assume(pairs)
    if draw(st.booleans()):
        a, b = pairs[0]
        if b - a > 1:
            pairs[0:1] = [(a, (a + b) // 2), ((a + b) // 2, b)]
    return tuple(Window(opens=time(a // 60, a % 60), closes=time(b // 60, b % 60)) for a, b in pairs)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[WorkingTime, SlowTime, datetime]:
    """Two years of a zone with days off and make-up days around a start, both opinions on them, and the start."""
    zone, near = draw(st.sampled_from(ZONES)), draw(st.sampled_from(AROUND))
    service, office = draw(windows()), draw(windows())
    days = [near + timedelta(days=shift) for shift in range(-2, 12)]
    switched = draw(st.sets(st.sampled_from(days), max_size=8))
    published = sorted({2026, near.year} if draw(st.booleans()) else {near.year})
    years = [
        CalendarYear(
            year=year,
            version=1,
            zone=zone,
            source="test",
            service_hours=service,
            office_hours=office,
            holidays=frozenset(day for day in switched if day.year == year and day.weekday() < 5),
            make_up_days=frozenset(day for day in switched if day.year == year and day.weekday() >= 5),
        )
        for year in published
    ]
    start = datetime(near.year, near.month, near.day, tzinfo=UTC) + draw(st.integers(-1500, 2 * 1440)) * MINUTE
    fast = WorkingTime.of(years)
    # A working day whose office hours all lie in the hour that its clocks skip has no close: nothing is said of it.
    assume(all(_opens(fast, day) for day in days if fast.is_working_day(day)))
    return fast, slow(years), start


def _opens(time: WorkingTime, day: date) -> bool:
    midnight = datetime(day.year, day.month, day.day, tzinfo=time.zone)
    return any(time.windows("office_hours", midnight, midnight + timedelta(days=1)))


@DEEP
@given(worlds(), st.sampled_from(RUNNING), st.integers(0, 5 * 1440))
def test_elapsed_and_windows(world: tuple[WorkingTime, SlowTime, datetime], running: Running, length: int) -> None:
    fast, slow_, start = world
    end = start + length * MINUTE
    expected = slow_.minutes(running, start, end) * MINUTE
    assert fast.elapsed(running, start, end) == expected
    found = list(fast.windows(running, start, end))
    assert sum((closes - opens for opens, closes in found), timedelta()) == expected
    assert all(slow_.counts(running, minute) for opens, closes in found for minute in walk(opens, closes))
    assert all(start <= opens < closes <= end for opens, closes in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))


@DEEP
@given(worlds(), st.sampled_from(RUNNING), st.integers(0, 900))
def test_advance(world: tuple[WorkingTime, SlowTime, datetime], running: Running, amount: int) -> None:
    fast, slow_, start = world
    assume(amount < 60 * 15 or running == "always")
    assume(running == "always" or slow_.minutes(running, start, start + timedelta(days=5)) > 60)
    assert fast.advance(running, start, amount * MINUTE) == slow_.advance(running, start, Fraction(amount))


@DEEP
@given(worlds(), TERMS)
def test_due(world: tuple[WorkingTime, SlowTime, datetime], term_: Term) -> None:
    fast, slow_, start = world
    assume(term_.runs == "office_hours" or slow_.minutes(term_.runs, start, start + timedelta(days=2)) > 120)
    assert fast.due(term_, start) == slow_.due(term_, start)


@DEEP
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 15)).map(lambda at: at.replace(second=0, microsecond=0)),  # noqa: DTZ001
    TERMS,
)
def test_due_on_the_shipped_calendars(start: datetime, term_: Term) -> None:
    start = start.replace(tzinfo=UTC)
    assert TIME.due(term_, start) == SLOW_SHIPPED.due(term_, start)


Story = list[tuple[int, str, Term]]
STORIES = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 90), st.integers(0, 2000)),
        st.sampled_from(["toggle", "toggle", "toggle", "retime"]),
        TERMS,
    ),
    max_size=6,
)


@DEEP
@given(worlds(), TERMS, STORIES, st.integers(0, 2000), st.booleans())
def test_histories(
    world: tuple[WorkingTime, SlowTime, datetime], term_: Term, story: Story, more: int, starts_paused: bool
) -> None:
    """Any pauses, terms, in any order: due, what has run, what is left, shares, windows."""
    fast, slow_, now = world
    for one in [term_, *(step[2] for step in story)]:
        assume(one.runs == "office_hours" or slow_.minutes(one.runs, now, now + timedelta(days=2)) > 300)
    run = clocks.start(Clock.RESOLVE, term_, now, fast, paused="in_court" if starts_paused else None)
    mirror = SlowClock(slow_, term_, now, [(now, None)] if starts_paused else [])
    for gap, what, new_term in story:
        now += gap * MINUTE
        if what == "toggle" and run.is_paused:
            run = clocks.resume(run, now, fast)
            mirror.pauses[-1] = (mirror.pauses[-1][0], now)
        elif what == "toggle":
            run = clocks.pause(run, now, "waiting_for_passenger", fast)
            mirror.pauses.append((now, None))
        elif what == "retime":
            run = clocks.retime(run, new_term, fast)
            mirror.term = new_term
        assert run.due_at == mirror.due()
    now += more * MINUTE
    compare(run, mirror, fast, now)
    assert ClockRun.model_validate_json(run.model_dump_json()) == run
    met = clocks.meet(run, now)
    assert clocks.elapsed(met, now + timedelta(days=3), fast) == mirror.elapsed(now) * MINUTE


def compare(run: ClockRun, mirror: SlowClock, fast: WorkingTime, now: datetime) -> None:
    """Both say the same as of now."""
    ran, due = mirror.elapsed(now), mirror.due()
    length = mirror.length()
    assert run.due_at == due
    assert clocks.elapsed(run, now, fast) == ran * MINUTE
    assert clocks.remaining(run, now, fast) == (length - ran) * MINUTE
    found = clocks.explain(run, now, fast)
    counted = sum((one.to - one.since for one in found.windows), timedelta())
    assert counted == (ran if run.is_paused else max(length, ran)) * MINUTE
    remind = clocks.next_threshold(run, fast, LADDER)
    assert (remind is None) == run.is_paused
    if remind is not None:
        warn = clocks.next_threshold(clocks.fired(run, remind), fast, LADDER)
        assert warn is not None
        assert (remind.at, warn.at) == (mirror.share(Fraction(1, 2)), mirror.share(Fraction(4, 5)))


@DEEP
@given(
    st.integers(0, 400 * 86_400_000),
    st.integers(0, 20 * 86_400_000),
    st.integers(0, 20 * 86_400_000),
    st.sampled_from(RUNNING),
)
def test_milliseconds_add_up(start: int, first: int, second: int, running: Running) -> None:
    """To the millisecond: stretches add up, and what has run by an instant is reached there at the latest."""
    at = datetime(2025, 11, 1, tzinfo=UTC) + timedelta(milliseconds=start)
    middle = at + timedelta(milliseconds=first)
    end = middle + timedelta(milliseconds=second)
    ran = TIME.elapsed(running, at, end)
    assert TIME.elapsed(running, at, middle) + TIME.elapsed(running, middle, end) == ran
    reached = TIME.advance(running, at, ran)
    assert reached <= end
    assert TIME.elapsed(running, at, reached) == ran
    if ran:
        assert TIME.elapsed(running, at, reached - timedelta(milliseconds=1)) == ran - timedelta(milliseconds=1)
