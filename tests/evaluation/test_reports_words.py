from __future__ import annotations

from datetime import date, timedelta

import pytest

from evaluation.reports.words import instant_words, listed, next_words, period_words, span_words
from weibo_ops.kernel.clock import Period, parse_beijing


@pytest.mark.parametrize(
    ("label", "words", "following"),
    [
        ("2026", "2026年", "下年度"),
        ("2026H1", "2026年上半年", "下半年"),
        ("2026H2", "2026年下半年", "下阶段"),
        ("2026Q1", "2026年第一季度", "下季度"),
        ("2026Q4", "2026年第四季度", "下季度"),
        ("2026-09", "2026年9月", "下月"),
        ("2026-07-01", "2026年7月1日", "下阶段"),
        ("2026-07-01..2026-07-15", "2026年7月1日至7月15日", "下阶段"),
        ("2025-12-20..2026-01-05", "2025年12月20日至2026年1月5日", "下阶段"),
    ],
)
def test_periods_have_the_names_that_offices_use(label: str, words: str, following: str) -> None:
    period = Period.parse(label)
    assert period_words(period) == words
    assert next_words(period) == following


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-09-30 23:45:30", "2026年9月30日23:45"),
        ("2026-10-01 00:00:00", "2026年9月30日24:00"),
        ("2027-01-01 00:00:00", "2026年12月31日24:00"),
        ("2026-07-01 09:05:00", "2026年7月1日09:05"),
    ],
)
def test_midnight_belongs_to_the_day_that_ends(instant: str, words: str) -> None:
    assert instant_words(parse_beijing(instant)) == words


def test_the_first_instant_of_a_day_is_not_the_end_of_the_day_before() -> None:
    assert instant_words(parse_beijing("2026-10-01 00:00:00") + timedelta(seconds=1)) == "2026年10月1日00:00"


def test_a_single_day_is_no_range() -> None:
    assert span_words(date(2026, 7, 1), date(2026, 7, 1)) == "2026年7月1日"


def test_long_lists_tell_their_length() -> None:
    assert listed(["甲", "乙"]) == "甲、乙"
    assert listed(map(str, range(12)), 3) == "0、1、2等12个"
