"""Collisions, free slots, quiet hours over midnight, recurring columns; each beside a walk that knows no shortcut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import shipped
from config.rulebook.delivery import DeliveryBook
from publishing.calendar_rules import (
    MOST_OCCURRENCES,
    CollisionKind,
    Entry,
    Repetition,
    Weight,
    collisions,
    in_window,
    latest_moment,
    needs_presence,
    next_free,
    occurrences,
    quiet,
    slots_on,
)
from publishing.enums import SeriesDay
from weibo_ops.kernel.clock import BEIJING, beijing, beijing_date, beijing_instant, parse_beijing
from weibo_ops.kernel.errors import UsageError

MINUTE = timedelta(minutes=1)
FIRST = date(2026, 9, 1)


@cache
def book() -> DeliveryBook:
    found = shipped("delivery").book
    assert isinstance(found, DeliveryBook)
    return found


def workday(day: date) -> bool:
    return day.isoweekday() <= 5


def at(text: str) -> datetime:
    return parse_beijing(text)


def entry(text: str, post_id: int = 1, **more: object) -> Entry:
    return replace(Entry(post_id, 1, at(text)), **more)  # type: ignore[arg-type]


INSTANTS = st.integers(0, 6 * 24 * 60 - 1).map(lambda minute: beijing_instant(FIRST) + minute * MINUTE)
CLASSES = st.sampled_from(["日常", "政策", "突发", "辟谣", "公告", "回复", "领导活动"])
ENTRIES = st.builds(
    Entry,
    post_id=st.integers(1, 8),
    account_id=st.integers(1, 2),
    at=INSTANTS,
    content_class=CLASSES,
    urgent=st.booleans(),
)
TIMES = st.times().map(lambda value: value.replace(microsecond=0, second=0))


# --- windows --------------------------------------------------------------------------------------------------


@given(TIMES, TIMES, TIMES)
def test_a_window_is_what_a_walk_round_the_clock_from_its_beginning_meets(now: time, starts: time, ends: time) -> None:
    minute, met = starts.hour * 60 + starts.minute, set()
    while True:
        met.add(minute)
        minute = (minute + 1) % 1440
        if minute == ends.hour * 60 + ends.minute:
            break
    assert in_window(now, starts, ends) == (now.hour * 60 + now.minute in met)


def test_quiet_hours_go_over_midnight_and_end_on_the_minute() -> None:
    for text, wanted in (
        ("2026-09-01 22:59", False),
        ("2026-09-01 23:00", True),
        ("2026-09-02 00:00", True),
        ("2026-09-02 06:29", True),
        ("2026-09-02 06:30", False),
    ):
        assert quiet(at(text), "日常", book()) == wanted, text
        assert not quiet(at(text), "突发", book())


def test_presence_is_asked_for_at_night_and_on_days_off() -> None:
    assert needs_presence(at("2026-09-01 22:00"), book(), workday)
    assert not needs_presence(at("2026-09-01 07:00"), book(), workday)
    assert needs_presence(at("2026-09-05 10:00"), book(), workday)
    assert not needs_presence(at("2026-09-05 10:00"), book(), lambda day: None)


# --- collisions -----------------------------------------------------------------------------------------------


@given(ENTRIES, st.lists(ENTRIES, max_size=12, unique_by=lambda each: each.post_id))
def test_gap_and_slot_are_those_of_every_pair(wanted: Entry, others: list[Entry]) -> None:
    found = collisions(wanted, others, book(), is_workday=workday)
    for other in others:
        if other.post_id == wanted.post_id or other.account_id != wanted.account_id:
            continue
        apart = abs((other.at - wanted.at) / MINUTE)
        free = any(each.urgent or each.content_class in book().gap.free for each in (wanted, other))
        named = [
            each
            for each in found
            if each.with_post == other.post_id and f"{beijing(other.at):%m-%d %H:%M}" in each.message
        ]
        kinds = {each.kind for each in named}
        assert (CollisionKind.SLOT in kinds) == (apart == 0)
        assert (CollisionKind.GAP in kinds) == (0 < apart < book().gap.minutes and not free)
        assert all(each.rule for each in named)
    own = {each.post_id for each in others if each.account_id == wanted.account_id} - {wanted.post_id}
    assert {each.with_post for each in found if each.with_post is not None} <= own


@given(ENTRIES, st.lists(ENTRIES, max_size=30), st.integers(1, 5))
def test_the_daily_cap_counts_the_beijing_day(wanted: Entry, others: list[Entry], most: int) -> None:
    law = book().model_copy(update={"daily_cap": book().daily_cap.model_copy(update={"most": most})})
    found = any(each.kind == CollisionKind.CAP for each in collisions(wanted, others, law, is_workday=workday))
    counted = 0
    for other in others:
        if other.account_id == wanted.account_id and other.post_id != wanted.post_id:
            same_day = other.at.astimezone(BEIJING).date() == wanted.at.astimezone(BEIJING).date()
            counted += same_day and not other.urgent and other.content_class not in law.daily_cap.free
    assert found == (counted >= most and not wanted.urgent and wanted.content_class not in law.daily_cap.free)


@given(ENTRIES, ENTRIES)
def test_two_posts_that_are_too_near_say_so_of_each_other(one: Entry, other: Entry) -> None:
    one, other = replace(one, post_id=1, account_id=1), replace(other, post_id=2, account_id=1)
    pairs = [
        {(each.kind, each.weight) for each in collisions(a, [b], book(), is_workday=workday) if each.with_post}
        for a, b in ((one, other), (other, one))
    ]
    assert pairs[0] == pairs[1]


def test_a_time_outside_what_was_signed_bars() -> None:
    post = entry("2026-09-01 10:00", earliest_at=at("2026-09-01 10:00"), latest_at=at("2026-09-01 12:00"))
    assert collisions(post, [], book(), is_workday=workday) == ()
    for text in ("2026-09-01 09:59", "2026-09-01 12:00"):
        found = collisions(replace(post, at=at(text)), [], book(), is_workday=workday)
        assert [each.weight for each in found] == [Weight.BARS]


def test_an_urgent_post_is_told_and_not_kept() -> None:
    post = entry("2026-09-01 23:30", urgent=True)
    found = collisions(post, [entry("2026-09-01 23:30", 2)], book(), sensitive="演练周", is_workday=workday)
    assert {each.kind for each in found} == {
        CollisionKind.SLOT,
        CollisionKind.QUIET,
        CollisionKind.SENSITIVE,
    }
    assert not any(each.binds for each in found)


def test_the_day_is_beijings_and_not_utcs() -> None:
    law = book().model_copy(update={"daily_cap": book().daily_cap.model_copy(update={"most": 1})})
    late, early = entry("2026-09-01 23:59", 2), entry("2026-09-02 07:30")
    assert late.at.date() == early.at.date()
    assert not any(each.kind == CollisionKind.CAP for each in collisions(early, [late], law, is_workday=workday))


# --- free slots -----------------------------------------------------------------------------------------------


@given(ENTRIES, st.lists(ENTRIES, max_size=25), st.integers(0, 3))
def test_the_next_free_slot_is_the_first_that_a_walk_by_minutes_finds(
    wanted: Entry, others: list[Entry], sensitive: int
) -> None:
    closed = FIRST + timedelta(days=sensitive)

    def name(day: date) -> str:
        return "演练周" if day == closed else ""

    found = next_free(wanted, others, book(), is_workday=workday, sensitive=name, days=5)
    expected, moment = None, wanted.at
    while expected is None and beijing_date(moment) < beijing_date(wanted.at) + timedelta(days=5):
        local = beijing(moment)
        times = ("08:30", "10:30", "14:30", "16:30", "18:00") if workday(local.date()) else ("09:30", "16:00")
        if f"{local:%H:%M}" in times:
            placed = replace(wanted, at=moment)
            here = collisions(placed, others, book(), sensitive=name(local.date()), is_workday=workday)
            if all(not each.binds and each.kind != CollisionKind.SLOT for each in here):
                expected = moment
        moment += MINUTE
    assert found == expected


def test_there_may_be_no_free_slot() -> None:
    wanted = entry("2026-09-01 08:00", latest_at=at("2026-09-01 08:30"))
    assert next_free(wanted, [], book(), is_workday=workday) is None


def test_of_a_year_that_nobody_knows_only_the_times_of_every_day_are_offered() -> None:
    assert slots_on(date(2027, 1, 4), book(), lambda day: None) == ()
    assert len(slots_on(date(2026, 9, 5), book(), workday)) == 2


# --- lateness -------------------------------------------------------------------------------------------------


def test_the_latest_moment_is_the_sooner_of_lateness_and_what_was_signed() -> None:
    due = at("2026-09-01 10:00")
    assert latest_moment(due, None, "日常", book()) == at("2026-09-01 12:00")
    assert latest_moment(due, None, "辟谣", book()) == at("2026-09-01 10:30")
    assert latest_moment(due, at("2026-09-01 10:20"), "辟谣", book()) == at("2026-09-01 10:20")


# --- recurring columns ----------------------------------------------------------------------------------------

RULES = st.builds(
    Repetition,
    every=st.sampled_from(list(SeriesDay)),
    at=TIMES,
    weekday=st.integers(1, 7),
    day=st.integers(1, 31),
)


@given(RULES, st.dates(date(2024, 1, 1), date(2026, 6, 1)), st.integers(0, 400))
def test_occurrences_are_the_days_that_a_walk_by_days_meets(rule: Repetition, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    met = []
    for step in range(days + 1):
        day = first + timedelta(days=step)
        due = {
            SeriesDay.DAILY: True,
            SeriesDay.WORKDAYS: workday(day),
            SeriesDay.WEEKLY: day.weekday() + 1 == rule.weekday,
            SeriesDay.MONTHLY: day.day == rule.day,
        }[rule.every]
        if due:
            met.append(day)
    if not 0 < len(met) <= MOST_OCCURRENCES:
        with pytest.raises(UsageError):
            occurrences(rule, first, last, workday)
        return
    found = occurrences(rule, first, last, workday).at
    assert [beijing(each).date() for each in found] == met
    assert {beijing(each).time() for each in found} == {rule.at}


def test_months_without_the_day_are_passed_over_and_said() -> None:
    rule = Repetition(SeriesDay.MONTHLY, time(9), day=31)
    found = occurrences(rule, date(2026, 1, 1), date(2026, 5, 31), workday)
    assert [f"{beijing(each):%m-%d}" for each in found.at] == ["01-31", "03-31", "05-31"]
    assert found.skipped == ("2026年2月没有31日", "2026年4月没有31日")


def test_working_days_of_an_unknown_year_are_said_and_never_guessed() -> None:
    rule = Repetition(SeriesDay.WORKDAYS, time(9))
    found = occurrences(
        rule, date(2026, 12, 30), date(2027, 1, 8), lambda day: workday(day) if day.year == 2026 else None
    )
    assert len(found.at) == 2
    assert found.skipped == ("2027年的节假日和调休安排尚未收录,该年各期未列",)


@pytest.mark.parametrize(
    ("rule", "first", "last", "words"),
    [
        (Repetition(SeriesDay.WEEKLY, time(9), weekday=8), FIRST, FIRST, "星期8"),
        (Repetition(SeriesDay.MONTHLY, time(9), day=0), FIRST, FIRST, "0日"),
        (Repetition(SeriesDay.DAILY, time(9)), FIRST, FIRST - timedelta(days=1), "颠倒"),
        (Repetition(SeriesDay.DAILY, time(9)), FIRST, FIRST + timedelta(days=100), "100期"),
        (Repetition(SeriesDay.MONTHLY, time(9), day=31), FIRST, date(2026, 9, 30), "没有一期"),
        (Repetition(SeriesDay.DAILY, time(9)), date(1, 1, 1), date(9999, 12, 31), "1992年"),
    ],
)
def test_a_column_that_cannot_be(rule: Repetition, first: date, last: date, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        occurrences(rule, first, last, workday)


def test_a_column_in_words() -> None:
    assert Repetition(SeriesDay.WEEKLY, time(9, 5), weekday=7).in_words == "每周日09:05"
    assert Repetition(SeriesDay.MONTHLY, time(9), day=15).in_words == "每月15日09:00"
    assert Repetition(SeriesDay.WORKDAYS, time(9)).in_words == "工作日09:00"
