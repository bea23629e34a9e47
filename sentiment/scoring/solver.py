"""Multinomial logistic regression on sparse features, with labels masked per text and intercepts per group of texts.

No estimator of scikit-learn has either. All sums run in one order, whatever the number of threads (a BLAS dot product
does not), so that the same data give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sentiment.scoring.features import Bools, Ints
from sentiment.scoring.model import LABELS, Floats, softmax

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_MEMORY = 6
_INTERCEPT_PENALTY = 1e-6


@dataclass(frozen=True)
class Problem:
    """Labelled texts as a regression problem.

    Attributes:
        matrix: ``(texts, columns)`` features.
        labels: ``(texts,)`` index of the true label.
        weights: ``(texts,)`` weight of each text.
        absent: ``(texts, labels)`` labels that take no part in a text's softmax.
        groups: ``(texts,)`` group of each text; each has intercepts of its own, those of group 0 are the result's.
    """

    matrix: csr_matrix
    labels: Ints
    weights: Floats
    absent: Bools
    groups: Ints

    def rows(self, chosen: Ints) -> Problem:
        """Return the problem of some of the texts."""
        return Problem(
            self.matrix[chosen], self.labels[chosen], self.weights[chosen], self.absent[chosen], self.groups[chosen]
        )


def solve(problem: Problem, penalty: float, floor: float, rounds: int) -> tuple[Floats, Floats]:
    """Return coefficients ``(columns, 2)`` and intercepts ``(2,)`` of negative and positive against neutral.

    Each column is scaled by how unevenly the labels use it plus `floor` (the idea of NB-SVM, Wang and Manning 2012):
    the L2 penalty then binds what tells labels apart less than what does not.

    Args:
        problem: the texts.
        penalty: L2 penalty against the mean loss of a text.
        floor: added to the ratios.
        rounds: steps of the minimiser at most.
    """
    from scipy.sparse import diags

    scale = _ratios(problem) + floor
    matrix = (problem.matrix @ diags(scale)).tocsr()
    transposed = matrix.T.tocsr()
    width = matrix.shape[1]
    rows = np.arange(len(problem.labels))
    count = int(problem.groups.max()) + 1
    share = problem.weights / problem.weights.sum()
    penalties = np.full((width + count, 1), penalty)
    penalties[width:] = _INTERCEPT_PENALTY

    def loss(values: Floats) -> tuple[float, Floats]:
        logits = matrix @ values[:width] + values[width:][problem.groups]
        logits[problem.absent] = -np.inf
        errors = softmax(logits)
        total = -(share * np.log(errors[rows, problem.labels] + 1e-300)).sum()
        errors[rows, problem.labels] -= 1
        errors *= share[:, None]
        gradient = penalties * values
        gradient[:width] += transposed @ errors
        for label in range(len(LABELS)):
            gradient[width:, label] += np.bincount(problem.groups, errors[:, label], minlength=count)
        return float(total + (penalties * values**2).sum() / 2), gradient

    values = minimise(loss, np.zeros((width + count, len(LABELS))), rounds)
    values[:width] *= scale[:, None]
    against_neutral = values[:, [0, 2]] - values[:, [1]]
    return against_neutral[:width], against_neutral[width]


def _ratios(problem: Problem) -> Floats:
    """Return for each column the largest log ratio of a label's use of it to the mean label's, smoothed by 1."""
    width = problem.matrix.shape[1]
    uses = [
        np.bincount(
            problem.matrix.indices[np.repeat(problem.labels == label, np.diff(problem.matrix.indptr))], minlength=width
        )
        for label in range(len(LABELS))
    ]
    smooth = np.array(uses) + 1.0
    logs = np.log(smooth / smooth.sum(axis=1, keepdims=True))
    ratios: Floats = np.abs(logs - logs.mean(axis=0)).max(axis=0)
    return ratios


def minimise(loss: Callable[[Floats], tuple[float, Floats]], start: Floats, rounds: int) -> Floats:
    """Return the lowest point that L-BFGS finds (Nocedal and Wright, Numerical Optimization, algorithm 7.5).

    Args:
        loss: gives value and gradient at a point; convex.
        start: where to begin.
        rounds: steps at most.
    """
    point, (value, gradient) = start, loss(start)
    past: list[tuple[Floats, Floats, float]] = []
    for _ in range(rounds):
        direction = _direction(gradient, past)
        slope = float((gradient * direction).sum())
        step = 1.0 if past else 1.0 / max(float(np.abs(gradient).sum()), 1e-12)
        for _ in range(25):
            moved = point + step * direction
            new_value, new_gradient = loss(moved)
            if new_value <= value + 1e-4 * step * slope:
                break
            step /= 2
        else:
            return point
        change, turn = moved - point, new_gradient - gradient
        curvature = float((change * turn).sum())
        if curvature > 1e-12:
            past = [*past[-(_MEMORY - 1) :], (change, turn, curvature)]
        settled = abs(value - new_value) <= 1e-8 * max(1.0, abs(value))
        point, value, gradient = moved, new_value, new_gradient
        if settled:
            break
    return point


def _direction(gradient: Floats, past: Sequence[tuple[Floats, Floats, float]]) -> Floats:
    """Return minus the gradient times the estimated inverse Hessian (the two-loop recursion)."""
    direction = -gradient
    factors = []
    for change, turn, curvature in reversed(past):
        factors.append(float((change * direction).sum()) / curvature)
        direction = direction - factors[-1] * turn
    if past:
        _, turn, curvature = past[-1]
        direction = direction * (curvature / float((turn * turn).sum()))
    for (change, turn, curvature), factor in zip(past, reversed(factors), strict=True):
        direction = direction + (factor - float((turn * direction).sum()) / curvature) * change
    return direction
