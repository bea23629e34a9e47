"""Measures against plain reckoning and scikit-learn; the calibration makes probabilities true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.scoring.calibration import (
    CERTAIN_ACCURACY,
    expected_calibration_error,
    fit_calibration,
    macro_f1,
    uncertainty_threshold,
)
from sentiment.scoring.model import Floats, calibrated, softmax

JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=80)
LABEL_PAIRS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=60)


def plain_error(judged: list[tuple[float, bool]], bins: int) -> float:
    """Sum over bins of share times the distance of mean confidence and accuracy (Guo et al. 2017, equation 3)."""
    total = 0.0
    for i in range(bins):
        low, high = i / bins, (i + 1) / bins
        inside = [(top, right) for top, right in judged if low < top <= high or (i == 0 and top == 0)]
        if inside:
            confidence = sum(top for top, _ in inside) / len(inside)
            accuracy = sum(right for _, right in inside) / len(inside)
            total += len(inside) / len(judged) * abs(confidence - accuracy)
    return total


@given(st.lists(st.tuples(st.integers(0, 1000), st.booleans()), min_size=1, max_size=80))
def test_the_calibration_error_is_what_a_plain_loop_gives(judged: list[tuple[int, bool]]) -> None:
    values = [((place + 0.5) / 1001, right) for place, right in judged]  # none of them on a bin's edge
    top, right = (np.array(column) for column in zip(*values, strict=True))
    assert expected_calibration_error(top, right) == pytest.approx(plain_error(values, 15), abs=1e-12)


@given(JUDGED)
def test_the_calibration_error_is_a_share(judged: list[tuple[float, bool]]) -> None:
    top, right = (np.array(column) for column in zip(*judged, strict=True))
    assert 0 <= expected_calibration_error(top, right) <= 1


def test_a_bin_holds_its_upper_edge() -> None:
    top, right = np.array([0.5, 0.75, 0.25]), np.array([True, True, False])
    assert expected_calibration_error(top, right, bins=2) == pytest.approx((0.25 + 0.25) / 3)


@given(LABEL_PAIRS)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_macro_f1_is_scikit_learns_over_the_labels_that_occur(pairs: list[tuple[int, int]]) -> None:
    from sklearn.metrics import f1_score

    truth, said = (np.array(column) for column in zip(*pairs, strict=True))
    expected = f1_score(truth, said, labels=np.unique(truth), average="macro", zero_division=0)
    assert macro_f1(truth, said) == pytest.approx(expected)


def drawn(n: int, slope: float, offset: list[float], seed: int = 5) -> tuple[Floats, np.ndarray]:
    """Draw evidence, and labels whose chances are those of the evidence under a slope and offsets."""
    dice = np.random.default_rng(seed)
    evidence = dice.normal(0, 2, (n, 2))
    chances = softmax(calibrated(evidence, slope, np.array(offset)))
    return evidence, (dice.random(n)[:, None] > chances.cumsum(axis=1)).sum(axis=1)


def test_the_calibration_finds_the_slope_and_offset_that_made_the_labels() -> None:
    evidence, labels = drawn(40_000, 0.6, [0.5, 0.0, -0.4])
    slope, offset = fit_calibration(evidence, labels, np.ones(len(labels)), np.zeros((len(labels), 3), dtype=bool))
    assert slope == pytest.approx(0.6, abs=0.02)
    assert offset.tolist() == pytest.approx([0.5, 0.0, -0.4], abs=0.05)
    probabilities = softmax(calibrated(evidence, slope, offset))
    right = probabilities.argmax(axis=1) == labels
    before = softmax(calibrated(evidence, 1.0, np.zeros(3)))
    assert expected_calibration_error(probabilities.max(axis=1), right) < 0.01
    assert expected_calibration_error(before.max(axis=1), before.argmax(axis=1) == labels) > 0.05


def test_a_label_that_a_file_does_not_have_takes_no_part() -> None:
    evidence, labels = drawn(20_000, 0.6, [0.3, -50.0, 0.0])
    absent = np.zeros((len(labels), 3), dtype=bool)
    absent[:, 1] = True
    assert set(labels.tolist()) == {0, 2}
    slope, offset = fit_calibration(evidence, labels, np.ones(len(labels)), absent)
    assert slope == pytest.approx(0.6, abs=0.02)
    assert offset[0] - offset[2] == pytest.approx(0.3, abs=0.05)


def test_a_text_of_weight_two_counts_as_two_texts() -> None:
    evidence, labels = drawn(300, 1.0, [0.0, 0.0, 0.0])
    weights = np.ones(300)
    weights[:100] = 2
    absent = np.zeros((300, 3), dtype=bool)
    twice = np.concatenate([np.arange(300), np.arange(100)])
    weighted = fit_calibration(evidence, labels, weights, absent)
    repeated = fit_calibration(evidence[twice], labels[twice], np.ones(400), absent[twice])
    assert weighted[0] == pytest.approx(repeated[0], abs=1e-3)
    assert weighted[1].tolist() == pytest.approx(repeated[1].tolist(), abs=1e-3)


class TestUncertainty:
    def test_from_the_threshold_on_enough_are_right_and_below_it_not(self) -> None:
        top = np.linspace(0.34, 0.99, 2000)
        right = np.random.default_rng(2).random(2000) < top
        threshold = uncertainty_threshold(top, right, np.ones(2000))
        assert right[top >= threshold].mean() >= CERTAIN_ACCURACY
        assert right[top >= threshold - 0.01].mean() < CERTAIN_ACCURACY

    def test_where_nothing_is_right_nothing_is_certain(self) -> None:
        assert uncertainty_threshold(np.full(9, 0.9), np.zeros(9, dtype=bool), np.ones(9)) == 1.0

    def test_where_all_is_right_all_is_certain(self) -> None:
        assert uncertainty_threshold(np.full(9, 0.5), np.ones(9, dtype=bool), np.ones(9)) <= 1 / 3
