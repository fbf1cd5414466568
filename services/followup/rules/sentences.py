"""The sentences with which a deadline explains itself, in Chinese and English, with local times."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from services.followup.rules.clock_run import ClockRun, Extension
from services.followup.rules.working_time import WorkingTime
from shared.contracts.base import Words
from shared.contracts.pack import Running
from shared.contracts.vocabulary import PauseReason

RUNS: dict[Running, Words] = {
    "always": Words(zh="昼夜连续计时", en="runs day and night"),
    "service_hours": Words(zh="在服务时间内计时", en="runs in service hours"),
    "office_hours": Words(zh="在工作日办公时间内计时", en="runs in office hours of working days"),
}
PAUSES: dict[str, Words] = {
    PauseReason.WAITING_FOR_PASSENGER.value: Words(zh="等待乘客答复", en="waiting for the passenger"),
    PauseReason.IN_COURT.value: Words(zh="涉诉", en="in court"),
}
UNITS = {
    "minutes": ("分钟", "minutes"),
    "hours": ("小时", "hours"),
    "days": ("天（每天 24 小时）", "days of 24 hours"),
    "working_days": ("个工作日", "working days"),
}
STATES = {
    "running": ("进行中", "running"),
    "paused": ("已暂停", "paused"),
    "met": ("按时完成", "met in time"),
    "breached": ("已超时", "breached"),
    "cancelled": ("已取消", "cancelled"),
}
MOST_DAYS_NAMED = 31
WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def pause_reason(reason: str) -> Words:
    """A pause's reason; one without words of its own stands for itself."""
    return PAUSES.get(reason, Words(zh=reason, en=reason))


def term(run: ClockRun, time: WorkingTime) -> Words:
    """How long, and in which time."""
    zh, en = UNITS[run.term.unit]
    runs = RUNS[run.runs]
    return Words(
        zh=f"时限 {run.term.amount} {zh}，{runs.zh}。", en=f"The term is {run.term.amount} {en}; it {runs.en}."
    )


def started(run: ClockRun, time: WorkingTime) -> Words:
    """From when."""
    zh, en = _at(run.started_at, time)
    if run.term.unit == "working_days":
        return Words(zh=f"自 {zh}起，当日不计入工作日。", en=f"It starts at {en}; that day is not counted.")
    return Words(zh=f"自 {zh}起计。", en=f"It starts at {en}.")


def days(run: ClockRun, time: WorkingTime) -> Iterator[Words]:
    """Which working days are counted, and which days off and make-up days lie among them."""
    if run.term.unit != "working_days":
        return
    first = time.local(run.started_at).date() + timedelta(days=1)
    last = time.local(run.unpaused_due_at).date()
    between = [first + timedelta(days=place) for place in range((last - first).days + 1)]
    working = [day for day in between if time.is_working_day(day)]
    if len(working) <= MOST_DAYS_NAMED:
        yield _named("计入的工作日", "Working days counted", working)
    if made_up := [day for day in working if day.weekday() >= 5]:
        yield _named("其中调休上班", "Make-up working days among them", made_up)
    if holidays := [day for day in between if day.weekday() < 5 and not time.is_working_day(day)]:
        yield _named("其间法定休假", "Public holidays in between", holidays)


def paused(run: ClockRun, since: datetime, until: datetime | None, time: WorkingTime) -> Words:
    """A pause, and by how much it moved the due instant."""
    reason = next(pause_reason(why) for start, _, why in run.pauses() if start == since)
    zh, en = _at(since, time)
    if until is None:
        return Words(
            zh=f"{zh}起暂停（{reason.zh}），恢复后顺延。",
            en=f"Paused since {en} ({reason.en}); the due time moves when it resumes.",
        )
    length_zh, length_en = _length(time.elapsed(run.runs, since, until))
    until_zh, until_en = _at(until, time)
    return Words(
        zh=f"{zh}至 {until_zh}暂停（{reason.zh}），期限顺延 {length_zh}。",
        en=f"Paused from {en} to {until_en} ({reason.en}); the due time moved by {length_en}.",
    )


def extended(granted: Extension, time: WorkingTime) -> Words:
    """That more time was granted, and whether that still counts."""
    at_zh, at_en = _at(granted.at, time)
    zh, en = _at(granted.until, time)
    if granted.lapsed:
        return Words(
            zh=f"{at_zh}曾批准延期至 {zh}，等级上调后不再适用。",
            en=f"At {at_en} it was extended to {en}, which a graver severity has ended.",
        )
    return Words(zh=f"{at_zh}批准延期至 {zh}。", en=f"At {at_en} it was extended to {en}.")


def due(run: ClockRun, time: WorkingTime) -> Words:
    """The due instant."""
    zh, en = _at(run.due_at, time)
    return Words(zh=f"到期时间 {zh}。", en=f"It is due at {en}.")


def provisional(run: ClockRun, time: WorkingTime) -> Words:
    """That the calendar may change it."""
    version = time.version(run.started_at, run.due_at)
    return Words(
        zh=f"所依日历尚未全部公布（{version}），到期时间为暂定。",
        en=f"The calendar is not published in full ({version}); the due time is provisional.",
    )


def stands(run: ClockRun, elapsed: timedelta, remaining: timedelta, time: WorkingTime) -> Words:
    """How it stands: state, what has run, what is left or by how much it is late."""
    state_zh, state_en = STATES[run.state.value]
    ran_zh, ran_en = _length(elapsed)
    left_zh, left_en = _length(abs(remaining))
    word_zh, word_en = ("剩余", "left") if remaining >= timedelta() else ("超出", "over")
    return Words(
        zh=f"状态：{state_zh}；已计时 {ran_zh}，{word_zh} {left_zh}。",
        en=f"It is {state_en}: {ran_en} have run, {left_en} {word_en}.",
    )


def _at(instant: datetime, time: WorkingTime) -> tuple[str, str]:
    local = time.local(instant)
    shown = local.strftime("%Y-%m-%d %H:%M") + (local.strftime(":%S") if local.second else "")
    weekday = local.weekday()
    return f"{shown}（周{WEEKDAYS_ZH[weekday]}）", f"{shown} ({WEEKDAYS_EN[weekday]})"


def _named(zh: str, en: str, found: list[date]) -> Words:
    shown = [day.strftime("%m-%d") for day in found]
    return Words(zh=f"{zh}：{'、'.join(shown)}。", en=f"{en}: {', '.join(shown)}.")


def _length(length: timedelta) -> tuple[str, str]:
    """Hours, minutes and seconds that are not zero; parts of a second are dropped."""
    seconds = length // timedelta(seconds=1)
    parts = (seconds // 3600, "小时", "h"), (seconds // 60 % 60, "分钟", "min"), (seconds % 60, "秒", "s")
    shown = [one for one in parts if one[0]] or [(0, "分钟", "min")]
    return " ".join(f"{n} {zh}" for n, zh, _ in shown), " ".join(f"{n} {en}" for n, _, en in shown)


__all__ = ["RUNS", "days", "due", "extended", "pause_reason", "paused", "provisional", "stands", "started", "term"]
