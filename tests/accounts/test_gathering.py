"""The unbroken stretch of observation that reaches furthest towards an instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.gathering import joined_span

START = datetime(2026, 7, 1, tzinfo=UTC)


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def join(*spans: tuple[int, int], as_of: int) -> tuple[int, int] | None:
    found = joined_span([(day(start), day(end)) for start, end in spans], day(as_of))
    return None if found is None else ((found[0] - START).days, (found[1] - START).days)


@pytest.mark.parametrize(
    ("spans", "as_of", "expected"),
    [
        ([], 9, None),
        ([(0, 5)], 9, (0, 5)),
        ([(0, 5)], 3, (0, 3)),
        ([(0, 5)], 0, None),
        ([(0, 5), (5, 8)], 9, (0, 8)),
        ([(0, 5), (3, 8)], 9, (0, 8)),
        ([(0, 5), (6, 8)], 9, (6, 8)),
        ([(6, 8), (0, 5)], 9, (6, 8)),
        ([(0, 5), (6, 8)], 6, (0, 5)),
        ([(0, 9), (2, 3)], 9, (0, 9)),
    ],
)
def test_spans_that_touch_count_as_one_and_a_gap_breaks(
    spans: list[tuple[int, int]], as_of: int, expected: tuple[int, int] | None
) -> None:
    assert join(*spans, as_of=as_of) == expected


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6)), max_size=8), st.integers(0, 30))
def test_against_a_walk_through_the_days(pairs: list[tuple[int, int]], as_of: int) -> None:
    spans = [(start, start + length) for start, length in pairs]
    seen = {n for start, end in spans for n in range(start, end) if n < as_of}
    if not seen:
        assert join(*spans, as_of=as_of) is None
        return
    last = first = max(seen)
    while first - 1 in seen:
        first -= 1
    assert join(*spans, as_of=as_of) == (first, last + 1)
