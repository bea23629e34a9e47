from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rulebook.evaluation import EvaluationBook, Fact
from evaluation.coverage import days_of, observed_spans, seconds_of
from evaluation.leaves import measure

START = datetime(2026, 6, 30, 16, tzinfo=UTC)
FULL = {"period_seconds": 100, "posts_covered_seconds": 100, "comments_covered_seconds": 50}
hours = st.integers(-10, 60)


def test_a_rate_without_cases_is_no_data(book: EvaluationBook) -> None:
    rate = measure(book.leaf("on_time_rate"), {**FULL, "on_time": 0, "rated_due": 0})
    assert (rate.value, rate.coverage) == (None, 0.5)
    assert measure(book.leaf("on_time_rate"), {**FULL, "on_time": 0, "rated_due": 4}).value == 0


def test_counts_that_the_source_told_of_half_the_posts_cover_half(book: EvaluationBook) -> None:
    facts = {**FULL, "posts": 4, "reposts": 6, "reposts_known": 2}
    assert measure(book.leaf("reposts_per_post"), facts).value == 3
    assert measure(book.leaf("reposts"), facts).coverage == 0.5
    assert measure(book.leaf("reposts"), {**facts, "reposts": 0, "reposts_known": 0}).value is None


def test_observed_silence_is_zero_and_unobserved_is_missing(book: EvaluationBook) -> None:
    assert measure(book.leaf("posts"), {**FULL, "posts": 0}).value == 0
    unseen = measure(book.leaf("posts"), {**FULL, "posts": None})
    assert (unseen.value, unseen.coverage) == (None, 0)


def test_every_leaf_of_nothing_is_missing(book: EvaluationBook) -> None:
    for leaf in book.leaves:
        assert measure(leaf, dict.fromkeys((fact.value for fact in Fact), None)).value is None


@given(st.lists(st.tuples(hours, hours), max_size=6))
def test_observed_time_is_a_union_inside_the_window(pairs: list[tuple[int, int]]) -> None:
    spans = [(START + timedelta(hours=a), START + timedelta(hours=b)) for a, b in pairs]
    union = observed_spans(spans, START, START + timedelta(hours=48))
    walked = {h for h in range(48) if any(a <= h < b for a, b in pairs)}
    assert seconds_of(union) == 3600 * len(walked)
    assert days_of(union) == len({h // 24 for h in walked})


def test_a_span_ending_at_midnight_does_not_touch_the_next_day() -> None:
    assert days_of([(START, START + timedelta(days=1))]) == 1
    assert days_of([(START - timedelta(seconds=1), START + timedelta(seconds=1))]) == 2


@pytest.mark.parametrize("name", ["followers"])
def test_what_was_last_seen_has_no_stretch(book: EvaluationBook, name: str) -> None:
    assert measure(book.leaf(name), {name: 7}).coverage == 1
