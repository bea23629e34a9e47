"""Kaplan–Meier: a published table, the definition computed exactly, and the customs about ties."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.survival import kaplan_meier

# Weeks in remission of 21 leukaemia patients on 6-MP and 21 on placebo; + is censored.
# Freireich et al., Blood 21 (1963); the estimates as printed in Kleinbaum & Klein, Survival Analysis, chapter 2.
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"
SIX_MP_TABLE = [
    (6, 21, 3, 0.8571),
    (7, 17, 1, 0.8067),
    (10, 15, 1, 0.7529),
    (13, 12, 1, 0.6902),
    (16, 11, 1, 0.6275),
    (22, 7, 1, 0.5378),
    (23, 6, 1, 0.4482),
]

items = st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=40)


def read(text: str) -> tuple[list[float], list[bool]]:
    words = text.split()
    return [float(word.rstrip("+")) for word in words], [not word.endswith("+") for word in words]


def by_definition(pairs: list[tuple[int, bool]]) -> list[tuple[int, Fraction, int, int]]:
    """The product-limit estimate in exact fractions, item by item."""
    table, survival = [], Fraction(1)
    for time in sorted({time for time, seen in pairs if seen}):
        at_risk = sum(1 for other, _ in pairs if other >= time)
        events = sum(1 for other, seen in pairs if seen and other == time)
        survival *= Fraction(at_risk - events, at_risk)
        table.append((time, survival, at_risk, events))
    return table


def test_the_published_table_of_the_6_mp_patients() -> None:
    curve = kaplan_meier(*read(SIX_MP))
    table = zip(curve.times, curve.at_risk, curve.events, curve.survival.round(4), strict=True)
    assert [tuple(map(float, row)) for row in table] == SIX_MP_TABLE
    assert curve.median() == 23


def test_the_placebo_patients() -> None:
    curve = kaplan_meier(*read(PLACEBO))
    assert curve.median() == 8
    assert curve.survival[-1] == 0


@given(items)
def test_agrees_with_the_definition(pairs: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier([time for time, _ in pairs], [seen for _, seen in pairs])
    expected = by_definition(pairs)
    assert curve.times.tolist() == [row[0] for row in expected]
    assert curve.at_risk.tolist() == [row[2] for row in expected]
    assert curve.events.tolist() == [row[3] for row in expected]
    np.testing.assert_allclose(curve.survival, [float(row[1]) for row in expected], rtol=0, atol=1e-12)
    assert curve.median() == next((float(time) for time, share, *_ in expected if share <= Fraction(1, 2)), None)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_without_censoring_it_is_the_share_still_waiting(durations: list[int]) -> None:
    curve = kaplan_meier(durations, [True] * len(durations))
    waiting = [sum(1 for other in durations if other > time) / len(durations) for time in curve.times]
    np.testing.assert_allclose(curve.survival, waiting, atol=1e-12)


def test_ignoring_people_lengthens_the_median_though_it_leaves_the_mean_of_the_answered_alone() -> None:
    answered = [10.0, 20.0, 30.0]
    assert kaplan_meier(answered, [True] * 3).median() == 20
    ignored = kaplan_meier([*answered, 100.0, 100.0, 100.0, 100.0], [True] * 3 + [False] * 4)
    assert ignored.median() is None


def test_half_counts_as_reached() -> None:
    assert kaplan_meier([1, 2, 3, 4, 5, 6], [True] * 6).median() == 3


def test_nothing_observed_has_no_median() -> None:
    assert kaplan_meier([], []).median() is None
    assert kaplan_meier([5.0, 6.0], [False, False]).median() is None


@pytest.mark.parametrize(
    ("durations", "observed"),
    [([1.0], []), ([-1.0], [True]), ([float("nan")], [False]), ([float("inf")], [False])],
)
def test_nonsense_is_refused(durations: list[float], observed: list[bool]) -> None:
    with pytest.raises(ValueError, match="durations"):
        kaplan_meier(durations, observed)
