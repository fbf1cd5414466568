"""Figures from counts: what is divided by what, and that an address of rows means what it says."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from services.reporting.api.asked import Asked
from services.reporting.policy.counted import Breaches, Counted, Group, Times
from services.reporting.policy.figure import Figure
from services.reporting.policy.figures import Figures
from services.reporting.policy.marks import Mark
from services.reporting.policy.selection import Selection
from services.reporting.policy.window import ZONE, Window, midnight, parse, window, written

AS_OF = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
WINDOW = Window(
    midnight(datetime(2026, 11, 1, tzinfo=ZONE).date()), midnight(datetime(2026, 12, 1, tzinfo=ZONE).date())
)


def group(marks: Mark, cases: int, **sums: int) -> Group:
    zero = dict.fromkeys(
        ("transfers", "escalations", "refused", "valid_call_backs", "solved_call_backs", "satisfied_call_backs"), 0
    )
    return Group(marks=marks.value, reason="N0", cases=cases, ages=[cases, 0, 0, 0, 0], **{**zero, **sums})


def figures(counted: Counted, narrowing: Selection | None = None) -> dict[str, Figure]:
    made = Figures(counted, narrowing or Selection(), WINDOW, AS_OF).all()
    return {figure.name: figure for figure in made}


def test_nothing_counted_gives_zeros_and_no_rates() -> None:
    found = figures(Counted())
    assert found["received"].value == 0
    assert found["ack_on_time_rate"].value is None
    assert found["transfers_per_case"].value is None
    assert found["time_to_resolve_p50"].denominator is None


def test_counts_and_shares() -> None:
    found = figures(
        Counted(
            groups=[
                group(Mark.COMPLAINT | Mark.OPEN | Mark.ACCEPTED, 3, transfers=2),
                group(Mark.COMPLAINT | Mark.SETTLED | Mark.LIABLE | Mark.RESOLVED | Mark.ONCE_RESOLVED, 1),
                group(Mark.COMPLAINT | Mark.SETTLED | Mark.RESOLVED | Mark.ONCE_RESOLVED | Mark.REOPENED, 3, refused=2),
                group(Mark.CLOSED, 1),
            ],
            times=Times(60.0, 90.0, 70.0),
            repeats=1,
            rates={"acknowledge": (4, 3)},
        )
    )
    assert found["received"].value == 8
    assert found["effective_rate"].value == 0.25
    assert found["transfers_per_case"].value == 0.25
    assert found["rework"].value == 5
    assert found["first_contact_resolution_rate"].value == 0.75
    assert found["ack_on_time_rate"].value == 0.75
    assert found["time_to_resolve_p90"].value == 90.0
    assert found["silent_customers_estimate"].value == 175
    assert found["silent_customers_estimate"].estimate
    assert found["backlog_by_age"].value == 3


def test_breaches_are_summed_each_way() -> None:
    found = figures(
        Counted(breaches=[Breaches("resolve", "L1", "人民广场", 2), Breaches("acknowledge", "L2", None, 1)])
    )["sla_breaches"]
    assert found.value == 3
    assert [(p.by, p.key, p.value) for p in found.by or ()] == [
        ("clock", "resolve", 2),
        ("clock", "acknowledge", 1),
        ("level", "L1", 2),
        ("level", "L2", 1),
        ("station", "人民广场", 2),
        ("station", None, 1),
    ]


def test_every_address_is_one_that_the_list_takes_and_means_the_same() -> None:
    narrowing = Selection(line=("2",), station=("人民广场",), level=("L2", "L3"), kind=("normal",))
    counted = Counted(
        groups=[group(Mark.ABNORMAL_PROPOSED | Mark.OPEN, 1)], breaches=[Breaches("resolve", "L2", None, 1)]
    )
    for figure in figures(counted, narrowing).values():
        for address in [figure.rows, figure.numerator_rows, *(part.rows for part in figure.by or ())]:
            if address:
                assert meant(address).address == address


def meant(address: str) -> Selection:
    """What the list makes of an address."""
    lists = {"line", "station", "level", "kind", "state", "reason", "category", "severity", "channel", "is", "is_not"}
    query = parse_qs(urlsplit(address).query)
    return Asked.model_validate({k: v if k in lists else v[0] for k, v in query.items()}).selection


def test_an_age_lies_within_the_window() -> None:
    found = figures(Counted())["backlog_by_age"]
    spans = [(meant(part.rows).received_from, meant(part.rows).received_to) for part in found.by or ()]
    assert spans[0] == (AS_OF - timedelta(days=1), WINDOW.end)
    assert spans[3] == (WINDOW.start, AS_OF - timedelta(days=7))


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-11-22", datetime(2026, 11, 21, 16, tzinfo=UTC)),
        ("2026-11-22T00:00:00Z", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-22T08:00:00+08:00", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_days_are_local_and_instants_are_instants(text: str, instant: datetime) -> None:
    assert parse(text) == instant


@pytest.mark.parametrize(
    ("text", "code"), [("2026-13-01", "bad_time"), ("now", "bad_time"), ("2026-11-22T08:00", "no_zone")]
)
def test_what_is_neither_is_refused(text: str, code: str) -> None:
    with pytest.raises(ValueError, match=code):
        parse(text)


@pytest.mark.parametrize(
    "text",
    ["9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "0001-01-01", "9999-12-31x"],
)
@pytest.mark.parametrize("name", ["from", "to", "due_from", "due_to"])
def test_what_lies_at_the_ends_of_the_calendar_is_refused(text: str, name: str) -> None:
    with pytest.raises(ValidationError, match="bad_time"):
        Asked.model_validate({name: text})


def test_what_is_asked_for_is_utc_to_the_millisecond() -> None:
    asked = Asked.model_validate({"from": "2026-11-22T10:11:12.345678+08:00"})
    assert asked.from_ == datetime(2026, 11, 22, 2, 11, 12, 345_000, UTC)


def test_thirty_days_before_the_first_are_refused() -> None:
    with pytest.raises(ValueError, match="bad_time"):
        window(None, parse("0001-01-05T00:00:00Z"), AS_OF)


@pytest.mark.parametrize("text", ["2026-11-22", "2026-11-22T10:11:12.345+08:00", "2026-11-22T10:11:12.345678+08:00"])
def test_what_is_written_reads_the_same(text: str) -> None:
    assert written(parse(text)) == text


def test_the_default_window_ends_with_today_and_has_thirty_days() -> None:
    late = datetime(2026, 11, 25, 17, tzinfo=UTC)  # 01:00 on the 26th in Shanghai
    found = window(None, None, late)
    assert (written(found.start), written(found.end)) == ("2026-10-28", "2026-11-27")


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ValueError, match="empty_window"):
        window(parse("2026-11-22"), parse("2026-11-22"), AS_OF)
