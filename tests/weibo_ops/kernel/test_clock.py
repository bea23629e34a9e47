"""Time at the edge: Beijing text to UTC and back, and half-open periods."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weibo_ops.kernel.clock import (
    FixedClock,
    Period,
    SystemClock,
    beijing_date,
    beijing_instant,
    ensure_utc,
    format_beijing,
    parse_as_of,
    parse_beijing,
)
from weibo_ops.kernel.errors import UsageError

instants = st.datetimes(datetime(1992, 1, 1), datetime(2099, 12, 31)).map(  # noqa: DTZ001
    lambda value: value.replace(tzinfo=UTC, microsecond=0)
)


@given(instants)
def test_what_is_shown_can_be_read_back(instant: datetime) -> None:
    assert parse_beijing(format_beijing(instant, seconds=True)) == instant


def test_beijing_is_eight_hours_ahead_all_year() -> None:
    assert parse_beijing("2026-07-01 00:00:00") == datetime(2026, 6, 30, 16, tzinfo=UTC)
    assert parse_beijing("2026-01-01T00:00:00") == datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert parse_beijing("2026/7/1 09:05") == datetime(2026, 7, 1, 1, 5, tzinfo=UTC)
    assert parse_beijing("2026-07-01T09:00:00Z") == datetime(2026, 7, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01 00:00:00", "2026-02-30 10:00:00", "24:00", "刚刚"])
def test_what_is_no_time_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="无法识别"):
        parse_beijing(text)


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        ensure_utc(datetime(2026, 1, 1))  # noqa: DTZ001
    assert SystemClock().now().utcoffset() == timedelta(0)
    assert FixedClock(datetime(2026, 1, 1, tzinfo=UTC)).now() == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_day_as_of_means_its_end() -> None:
    assert parse_as_of("2026-09-30") == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert parse_as_of("2026-09-30 12:00") == datetime(2026, 9, 30, 4, tzinfo=UTC)
    with pytest.raises(UsageError, match="不存在"):
        parse_as_of("2026-02-30")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026H2", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-07-01", date(2026, 7, 1), date(2026, 7, 1)),
        ("2026-07-01..2026-07-15", date(2026, 7, 1), date(2026, 7, 15)),
    ],
)
def test_a_period_holds_its_first_and_its_last_day(text: str, first: date, last: date) -> None:
    period = Period.parse(text)
    assert (period.first_day, period.last_day) == (first, last)
    assert period.contains(beijing_instant(first))
    assert period.contains(period.end - timedelta(microseconds=1))
    assert not period.contains(period.end)
    assert not period.contains(period.start - timedelta(microseconds=1))


@pytest.mark.parametrize("text", ["", "2026Q5", "2026-13", "26", "2026-07-15..2026-07-01", "上月", "0000", "2026Q3 x"])
def test_what_is_no_period_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="统计周期"):
        Period.parse(text)


@given(st.integers(1993, 2098), st.integers(1, 4))
def test_quarters_meet_without_gap_or_overlap(year: int, quarter: int) -> None:
    following = f"{year}Q{quarter + 1}" if quarter < 4 else f"{year + 1}Q1"
    assert Period.parse(f"{year}Q{quarter}").end == Period.parse(following).start


def test_the_last_second_of_a_month_belongs_to_it() -> None:
    late = parse_beijing("2026-07-31 23:59:59")
    assert Period.parse("2026-07").contains(late)
    assert beijing_date(late) == date(2026, 7, 31)


def test_a_day_whose_end_is_beyond_all_dates_is_out_of_range() -> None:
    with pytest.raises(UsageError, match="超出范围"):
        parse_as_of("9999-12-31")
