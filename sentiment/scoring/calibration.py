"""Are the probabilities true? Measures, and the calibration that makes them so."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sentiment.scoring.features import Bools, Ints
from sentiment.scoring.model import LABELS, Floats, calibrated, softmax

BINS = 15
"""Equal-width bins of the calibration error."""
CERTAIN_ACCURACY = 0.85
"""Share of right labels aimed at among the texts that are not called uncertain."""


def macro_f1(truth: Ints, predicted: npt.NDArray[np.integer]) -> float:
    """Return the mean F1 of the labels that occur in `truth`."""
    scores = []
    for label in np.unique(truth):
        hits = int(((truth == label) & (predicted == label)).sum())
        total = int((truth == label).sum() + (predicted == label).sum())
        scores.append(2 * hits / total)
    return float(np.mean(scores))


def expected_calibration_error(top: npt.NDArray[np.floating], right: npt.NDArray[np.bool_], bins: int = BINS) -> float:
    """Return the top-label calibration error with equal-width bins (Guo et al. 2017).

    Args:
        top: ``(n,)`` probability of each predicted label.
        right: ``(n,)`` whether the prediction is right.
        bins: number of bins; bin i holds ``i/bins < top <= (i+1)/bins``.
    """
    index = np.clip(np.ceil(np.asarray(top, dtype=np.float64) * bins).astype(np.int64) - 1, 0, bins - 1)
    gap = np.bincount(index, weights=np.asarray(top, dtype=np.float64) - right, minlength=bins)
    return float(np.abs(gap).sum() / len(index))


def fit_calibration(evidence: Floats, labels: Ints, weights: Floats, absent: Bools) -> tuple[float, Floats]:
    """Return slope and offset that make out-of-fold log-odds probable (temperature and per-label Platt offset).

    Args:
        evidence: ``(n, 2)`` log-odds of negative and positive against neutral, out of fold.
        labels: ``(n,)`` true labels.
        weights: ``(n,)`` weight of each text.
        absent: ``(n, 3)`` labels that take no part in a text's softmax.
    """
    from scipy.optimize import minimize

    share = weights / weights.sum()
    rows = np.arange(len(labels))

    def loss(values: Floats) -> tuple[float, Floats]:
        logits = calibrated(evidence, values[0], np.array([values[1], 0.0, values[2]]))
        probabilities = softmax(np.where(absent, -np.inf, logits))
        error = probabilities.copy()
        error[rows, labels] -= 1
        error *= share[:, None]
        sides = error[:, [0, 2]]
        gradient = np.array([(sides * evidence).sum(), *sides.sum(axis=0)])
        return -float((share * np.log(probabilities[rows, labels] + 1e-300)).sum()), gradient

    best = minimize(loss, np.array([1.0, 0.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0.05, 20), (-5, 5), (-5, 5)])
    slope, negative, positive = best.x
    return float(slope), np.array([negative, 0.0, positive])


def uncertainty_threshold(top: Floats, right: npt.NDArray[np.bool_], weights: Floats) -> float:
    """Return the lowest top probability from which predictions are right in `CERTAIN_ACCURACY` of the cases.

    The search goes in hundredths from one in the number of labels; where no threshold does, nothing is certain (1.0).
    """
    for hundredth in range(round(100 / len(LABELS)), 100):
        certain = top >= hundredth / 100
        if weights[certain].sum() > 0 and np.average(right[certain], weights=weights[certain]) >= CERTAIN_ACCURACY:
            return hundredth / 100
    return 1.0
