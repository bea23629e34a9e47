from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.rulebook.evaluation import Identity, Log, MinMax, Percentile, TargetLine
from evaluation.normalisers import normalise

values = st.floats(0, 1e9, allow_nan=False)
RULES = [
    Identity(factor=100, cap=100),
    Log(kind="log"),
    Log(kind="log", full=50),
    TargetLine(kind="target", target=95, cap=10),
    MinMax(kind="min_max", low=0, high=10),
    MinMax(kind="min_max"),
    Percentile(kind="percentile"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
@given(peers=st.lists(values, min_size=2, max_size=8), low=values, high=values)
def test_more_is_never_worth_less(rule: object, peers: list[float], low: float, high: float) -> None:
    low, high = sorted((low, high))
    group = [*peers, low, high]
    first, second = normalise(rule, low, group), normalise(rule, high, group)  # type: ignore[arg-type]
    assert first is not None
    assert second is not None
    assert first <= second + 1e-9


@given(value=values, peers=st.lists(values, min_size=1, max_size=8))
def test_comparisons_stay_between_zero_and_their_scale(value: float, peers: list[float]) -> None:
    for rule in (MinMax(kind="min_max", scale=10), Percentile(kind="percentile", scale=10), Log(kind="log", full=50)):
        points = normalise(rule, value, [value, *peers])
        assert points is not None
        assert 0 <= points <= (100 if isinstance(rule, Log) else 10)


def test_log_reaches_its_cap_at_full_marks() -> None:
    assert normalise(Log(kind="log", full=50), 50) == pytest.approx(100)
    assert normalise(Log(kind="log", full=50), 5000) == 100
    assert normalise(Log(kind="log", full=50), 0) == 0
    assert normalise(Log(kind="log"), math.e - 1) == pytest.approx(1)


def test_target_line_has_floor_and_cap() -> None:
    rule = TargetLine(kind="target", target=98, cap=25, slope=0.5, floor=12.5)
    assert [normalise(rule, value) for value in (100, 98, 75, 71.43, 0)] == [25, 25, 13.5, 12.5, 12.5]


def test_percentile_counts_ties_half() -> None:
    rule = Percentile(kind="percentile")
    assert [normalise(rule, value, [1, 2, 2, 3]) for value in (1, 2, 3)] == [12.5, 50, 87.5]


def test_alone_there_is_nothing_to_compare_with() -> None:
    assert normalise(Percentile(kind="percentile"), 5, [5]) is None
    assert normalise(MinMax(kind="min_max"), 5, [5]) is None


def test_equal_peers_stand_in_the_middle() -> None:
    assert normalise(MinMax(kind="min_max"), 5, [5, 5]) == 50
