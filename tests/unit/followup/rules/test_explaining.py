"""Every deadline explains itself to the minute, in both languages."""

from datetime import datetime, timedelta

import pytest

from services.followup.rules import clocks
from services.followup.rules.clocks import ClockRun, Explanation
from shared.contracts.vocabulary import Clock, PauseReason
from tests.unit.followup.rules.given import TIME, at, minutes, service, term, wd

WAITING = PauseReason.WAITING_FOR_PASSENGER


def counted(found: Explanation) -> timedelta:
    """What the windows add up to."""
    return sum((one.to - one.since for one in found.windows), timedelta())


def waited() -> ClockRun:
    """Five working days, with a pause over a night."""
    run = clocks.start(Clock.RESOLVE, wd(5), at("2026-11-23 10:00"), TIME)
    return clocks.resume(clocks.pause(run, at("2026-11-24 16:30"), WAITING, TIME), at("2026-11-25 09:30"), TIME)


def test_segments_say_what_counts_and_why() -> None:
    found = clocks.explain(waited(), at("2026-11-26 10:00"), TIME)
    assert [(one.since, one.to, one.counts, one.why.zh) for one in found.segments] == [
        (at("2026-11-23 10:00"), at("2026-11-24 16:30"), True, "在工作日办公时间内计时"),
        (at("2026-11-24 16:30"), at("2026-11-25 09:30"), False, "等待乘客答复"),
        (at("2026-11-25 09:30"), None, True, "在工作日办公时间内计时"),
    ]
    shape = found.model_dump(mode="json")
    assert set(shape["segments"][0]) == {"from", "to", "counts", "why"}
    assert shape["windows"][0] == {"from": "2026-11-23T02:00:00.000Z", "to": "2026-11-23T04:00:00.000Z"}
    assert Explanation.model_validate_json(found.model_dump_json()) == found


def test_windows_leave_out_nights_and_pauses_and_add_up_to_the_clock() -> None:
    run = waited()
    found = clocks.explain(run, at("2026-11-26 10:00"), TIME)
    assert [(one.since, one.to) for one in found.windows][2:5] == [
        (at("2026-11-24 08:30"), at("2026-11-24 12:00")),
        (at("2026-11-24 13:30"), at("2026-11-24 16:30")),
        (at("2026-11-25 09:30"), at("2026-11-25 12:00")),
    ]
    assert found.windows[-1].to == run.due_at
    assert counted(found) == run.length(TIME)


@pytest.mark.parametrize("now", ["2026-11-26 10:00", "2026-12-01 11:00", "2026-12-07 10:00"])
def test_of_a_clock_that_is_met_stands_still_or_is_late_they_add_up_to_what_has_run(now: str) -> None:
    run = waited()
    still = clocks.pause(run, at(now), WAITING, TIME)
    met = clocks.meet(run, at(now))
    later = at(now) + timedelta(days=9)
    assert counted(clocks.explain(still, later, TIME)) == clocks.elapsed(still, later, TIME)
    assert counted(clocks.explain(met, later, TIME)) == clocks.elapsed(met, later, TIME)
    assert counted(clocks.explain(run, later, TIME)) == clocks.elapsed(run, later, TIME)
    assert clocks.explain(met, later, TIME).segments[-1].to == at(now)


def texts(run: ClockRun, now: datetime) -> tuple[list[str], list[str]]:
    """The sentences, Chinese and English."""
    found = clocks.explain(run, now, TIME).sentences
    return [one.zh for one in found], [one.en for one in found]


def test_sentences() -> None:
    zh, en = texts(waited(), at("2026-11-26 10:00"))
    assert zh == [
        "时限 5 个工作日，在工作日办公时间内计时。",
        "自 2026-11-23 10:00（周一）起，当日不计入工作日。",
        "计入的工作日：11-24、11-25、11-26、11-27、11-30。",
        "2026-11-24 16:30（周二）至 2026-11-25 09:30（周三）暂停（等待乘客答复），期限顺延 2 小时。",
        "到期时间 2026-12-01 10:30（周二）。",
        "状态：进行中；已计时 20 小时 30 分钟，剩余 23 小时。",
    ]
    assert en == [
        "The term is 5 working days; it runs in office hours of working days.",
        "It starts at 2026-11-23 10:00 (Mon); that day is not counted.",
        "Working days counted: 11-24, 11-25, 11-26, 11-27, 11-30.",
        "Paused from 2026-11-24 16:30 (Tue) to 2026-11-25 09:30 (Wed) (waiting for the passenger); "
        "the due time moved by 2 h.",
        "It is due at 2026-12-01 10:30 (Tue).",
        "It is running: 20 h 30 min have run, 23 h left.",
    ]


def test_holidays_and_make_up_days_are_named() -> None:
    run = clocks.start(Clock.RESOLVE, wd(3), at("2026-09-30 10:00"), TIME)
    zh, en = texts(run, at("2026-09-30 10:00"))
    assert zh[2:5] == [
        "计入的工作日：10-08、10-09、10-10。",
        "其中调休上班：10-10。",
        "其间法定休假：10-01、10-02、10-05、10-06、10-07。",
    ]
    assert en[3:5] == [
        "Make-up working days among them: 10-10.",
        "Public holidays in between: 10-01, 10-02, 10-05, 10-06, 10-07.",
    ]


def test_a_pause_that_goes_on_and_one_in_court() -> None:
    run = clocks.start(Clock.RESOLVE, term(24, "hours", "always"), at("2026-11-23 10:00"), TIME, paused="in_court")
    zh, en = texts(run, at("2026-11-24 10:00"))
    assert zh[2] == "2026-11-23 10:00（周一）起暂停（涉诉），恢复后顺延。"
    assert en[2] == "Paused since 2026-11-23 10:00 (Mon) (in court); the due time moves when it resumes."
    assert zh[-1] == "状态：已暂停；已计时 0 分钟，剩余 24 小时。"
    assert [one.counts for one in clocks.explain(run, at("2026-11-24 10:00"), TIME).segments] == [False]


def test_how_late_it_is_to_the_second() -> None:
    run = clocks.start(Clock.ACKNOWLEDGE, minutes(5), at("2026-11-23 10:00:07"), TIME)
    run = clocks.meet(run, at("2026-11-23 11:06:30"))
    zh, en = texts(run, at("2026-11-24 10:00"))
    assert zh[1:3] == ["自 2026-11-23 10:00:07（周一）起计。", "到期时间 2026-11-23 10:05:07（周一）。"]
    assert en[-1] == "It is breached: 1 h 6 min 23 s have run, 1 h 1 min 23 s over."


def test_a_provisional_due_says_so() -> None:
    run = clocks.start(Clock.ACKNOWLEDGE, service(2), at("2026-12-31 23:00"), TIME)
    zh, en = texts(run, at("2026-12-31 23:00"))
    assert "所依日历尚未全部公布（2026@1,2027@0），到期时间为暂定。" in zh
    assert "The calendar is not published in full (2026@1,2027@0); the due time is provisional." in en
    assert not any("provisional" in one for one in texts(waited(), at("2026-11-26 10:00"))[1])
