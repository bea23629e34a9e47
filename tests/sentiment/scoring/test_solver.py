"""The minimiser against SciPy's, the regression against scikit-learn's and its own rules."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der
from scipy.sparse import csr_matrix

from sentiment.scoring.model import Floats, softmax
from sentiment.scoring.solver import Problem, minimise, solve

PLAIN = 100.0
"""A floor so high that all features are scaled alike: the penalty divided by its square is a plain L2 penalty."""


def problem(n: int = 240, width: int = 6, seed: int = 4) -> Problem:
    """Return texts of three labels with a few features that tell something."""
    dice = np.random.default_rng(seed)
    labels = dice.integers(0, 3, n)
    features = dice.random((n, width)) * (dice.random((n, width)) < 0.6)
    features[:, 0] += labels == 0
    features[:, 1] += labels == 2
    nothing = np.zeros((n, 3), dtype=bool)
    return Problem(csr_matrix(features), labels, np.ones(n), nothing, np.zeros(n, dtype=np.int64))


def test_the_minimiser_ends_where_scipys_does() -> None:
    dice = np.random.default_rng(8)
    slopes = dice.normal(0, 1, (40, 5))
    answers = dice.integers(0, 2, 40) * 2 - 1

    def loss(values: Floats) -> tuple[float, Floats]:
        margins = answers * (slopes @ values[:, 0])
        gradient = slopes.T @ (-answers / (1 + np.exp(margins))) / 40 + 0.1 * values[:, 0]
        return float(np.log1p(np.exp(-margins)).mean() + 0.05 * (values**2).sum()), gradient[:, None]

    ours = minimise(loss, np.zeros((5, 1)), 500)
    flat = minimize(lambda v: (loss(v[:, None])[0], loss(v[:, None])[1][:, 0]), np.zeros(5), jac=True, tol=1e-12)
    assert loss(ours)[0] == pytest.approx(flat.fun, abs=1e-7)
    assert ours[:, 0] == pytest.approx(flat.x, abs=1e-3)


def test_the_minimiser_goes_down_even_a_crooked_valley() -> None:
    start = np.array([-1.2, 1.0, 0.5])
    values = [
        rosen(minimise(lambda v: (float(rosen(v)), rosen_der(v)), start, rounds)) for rounds in (0, 1, 5, 20, 100)
    ]
    assert values == sorted(values, reverse=True)
    assert values[-1] < 1e-3


def test_no_rounds_leave_the_start_and_a_lowest_point_is_kept() -> None:
    start = np.array([3.0])
    assert minimise(lambda v: (float((v**2).sum()), 2 * v), start, 0).tolist() == [3.0]
    assert minimise(lambda v: (float((v**2).sum()), 2 * v), np.zeros(1), 9).tolist() == [0.0]


def test_the_regression_is_scikit_learns_when_no_scale_counts() -> None:
    from sklearn.linear_model import LogisticRegression

    given = problem()
    coefficients, bias = solve(given, 0.01 * PLAIN**2, PLAIN, 3000)
    known = LogisticRegression(C=1 / (0.01 * len(given.labels)), tol=1e-9, max_iter=5000)
    known.fit(given.matrix.toarray(), given.labels)
    expected = known.coef_[[0, 2]] - known.coef_[[1]]
    assert coefficients == pytest.approx(expected.T, abs=0.02)
    assert bias == pytest.approx(known.intercept_[[0, 2]] - known.intercept_[1], abs=0.02)


def test_the_same_problem_gives_the_same_bits() -> None:
    first, second = (solve(problem(), 1e-4, 1.0, 40) for _ in range(2))
    assert first[0].tobytes() == second[0].tobytes()
    assert first[1].tobytes() == second[1].tobytes()


def test_a_text_of_weight_two_counts_as_two_texts() -> None:
    given = problem()
    weights = np.where(np.arange(240) < 120, 2.0, 1.0)
    weighted = Problem(given.matrix, given.labels, weights, given.absent, given.groups)
    twice = given.rows(np.concatenate([np.arange(240), np.arange(120)]))
    ours, theirs = (solve(one, 0.01 * PLAIN**2, PLAIN, 800) for one in (weighted, twice))
    predicted, expected = (softmax(np.insert(given.matrix @ c + b, 1, 0, axis=1)) for c, b in (ours, theirs))
    assert predicted == pytest.approx(expected, abs=1e-3)


def test_absent_labels_teach_nothing_of_themselves() -> None:
    """Texts of a file without neutral move negative and positive apart, and neither against neutral's texts' sum."""
    given = problem()
    kept = np.flatnonzero(given.labels != 1)
    absent = np.zeros((len(kept), 3), dtype=bool)
    absent[:, 1] = True
    two = Problem(
        given.matrix[kept], given.labels[kept], np.ones(len(kept)), absent, np.zeros(len(kept), dtype=np.int64)
    )
    coefficients, bias = solve(two, 1e-4, 1.0, 400)
    assert coefficients.sum(axis=1) == pytest.approx(np.zeros(6), abs=1e-6)
    assert bias.sum() == pytest.approx(0, abs=1e-6)
    assert coefficients[0, 0] > 0 > coefficients[0, 1]


def test_a_group_has_an_intercept_of_its_own() -> None:
    """A file that calls nearly everything neutral does not make another file's texts neutral."""
    labels = np.array([0] * 30 + [1] * 10 + [2] * 20 + [1] * 58 + [0, 2])
    groups = np.repeat([0, 1], 60)
    nothing = np.zeros((120, 3), dtype=bool)
    _, bias = solve(Problem(csr_matrix((120, 1)), labels, np.ones(120), nothing, groups), 1e-3, 1.0, 300)
    assert bias == pytest.approx(np.log([30 / 10, 20 / 10]), abs=0.01)
