"""Published index formulas as functions of numbers; arrays work wherever numbers do.

What the program scores with are the weights of the evaluation standard; these are the same formulas as their sources
print them, so that the standard's text, a published table and a whole nation's arrays can be held against each other.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import numpy.typing as npt

from evaluation.normalisers import target_line

Numbers = npt.ArrayLike
Array = npt.NDArray[np.float64]

FORMULA_VERSION = "1"
"""Raised whenever the same facts and the same standard would give another number."""


def bci_zhejiang(posts: Numbers, reposts: Numbers, comments: Numbers, likes: Numbers) -> Array:
    """Return the four-input BCI: ``(0.2·ln(p+1) + 0.8·(0.4·ln(r+1) + 0.4·ln(c+1) + 0.2·ln(l+1))) × 160``.

    Args:
        posts, reposts, comments, likes: counts of the period, not negative; scalars or arrays of one shape.

    Raises:
        ValueError: a count is negative or not finite.

    Source: the published Zhejiang variant (trust V).
    """
    p, r, c, k = _logs(posts, reposts, comments, likes)
    return np.asarray((0.2 * p + 0.8 * (0.4 * r + 0.4 * c + 0.2 * k)) * 160)


def bci_seven(
    posts: Numbers,
    originals: Numbers,
    reposts: Numbers,
    comments: Numbers,
    original_reposts: Numbers,
    original_comments: Numbers,
    likes: Numbers,
) -> Array:
    """Return the seven-input BCI ``(0.2·W1 + 0.8·W2) × 160`` of activity W1 and spread W2.

    ``W1 = 0.3 ln(x1+1) + 0.7 ln(x2+1)``;
    ``W2 = 0.2 ln(x3+1) + 0.2 ln(x4+1) + 0.25 ln(x5+1) + 0.25 ln(x6+1) + 0.1 ln(x7+1)``.

    Raises:
        ValueError: a count is negative or not finite.

    Source: frame and inputs published (V), weights recalled and not checked (R).
    """
    x1, x2, x3, x4, x5, x6, x7 = _logs(posts, originals, reposts, comments, original_reposts, original_comments, likes)
    activity = 0.3 * x1 + 0.7 * x2
    spread = 0.2 * x3 + 0.2 * x4 + 0.25 * x5 + 0.25 * x6 + 0.1 * x7
    return np.asarray((0.2 * activity + 0.8 * spread) * 160)


def competitiveness(spread: Numbers, service: Numbers, interaction: Numbers) -> Array:
    """Return ``0.30·传播力 + 0.35·服务力 + 0.35·互动力``, each on 0 … 100.

    Source: inferred from the cities published for 2023Q3, tolerance 0.01 (I).
    """
    s, v, i = (np.asarray(value, dtype=np.float64) for value in (spread, service, interaction))
    return np.asarray(0.30 * s + 0.35 * v + 0.35 * i)


def round_half_up(value: float | Decimal, decimals: int) -> Decimal:
    """Round the decimal digits a person sees, halves away from zero: 0.125 to two places is 0.13."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def ratio_percent(numerator: float | Decimal, denominator: float | Decimal, decimals: int = 2) -> Decimal | None:
    """Return numerator over denominator in percent, rounded half up from the exact quotient.

    None where the denominator is zero: no data, not 0 %.

    Source: percentages of published bulletins (V); each bulletin's denominator is part of its definition.
    """
    top, bottom = (value if isinstance(value, Decimal) else Decimal(repr(value)) for value in (numerator, denominator))
    if bottom == 0:
        return None
    with localcontext(prec=700):
        return round_half_up(100 * top / bottom, decimals)


def lianyungang_signing(rate: float) -> float:
    """Return the points (of 10) for 及时签收率 in percent: one lost per percent under 95.

    Source: inferred from the published points of Lianyungang's 12345 bulletins (I), as are its neighbours here.
    """
    return target_line(rate, target=95, cap=10)


def lianyungang_closing(rate: float) -> float:
    """Return the points (of 20) for 按时办结率 in percent: one lost per percent under 95."""
    return target_line(rate, target=95, cap=20)


def lianyungang_satisfaction(rate: float, *, target: float) -> float:
    """Return the points (of 25, at least 12.5) for 满意率 in percent; target 95 (回访) or 98 (省派)."""
    return target_line(rate, target=target, cap=25, slope=0.5, floor=12.5)


def lianyungang_total(
    *,
    signing: float | None = None,
    closing: float | None = None,
    satisfaction: float | None = None,
    satisfaction_target: float = 95,
    deduction: float = 0.0,
) -> float:
    """Return a unit's total, 99 less what each rate that occurred has lost and the deductions for wording.

    A rate of None did not occur in the month and loses nothing.
    """
    losses = deduction
    if signing is not None:
        losses += 10 - lianyungang_signing(signing)
    if closing is not None:
        losses += 20 - lianyungang_closing(closing)
    if satisfaction is not None:
        losses += 25 - lianyungang_satisfaction(satisfaction, target=satisfaction_target)
    return 99 - losses


def lianyungang_data_quality(
    complete: float, content: float, deductions: float, sampling: float, in_time: float, stable: float
) -> float:
    """Return data quality (of 30): 数据完整 + mean(内容完整, 扣分项, 工单抽检) + 数据及时 + 接口稳定."""
    return complete + (content + deductions + sampling) / 3 + in_time + stable


def entropy_weights(matrix: Numbers) -> Array:
    """Return the entropy weight of each column of a matrix of ``m`` units by ``n`` indicators.

    ``p_ij = x_ij / Σ_i x_ij``, ``e_j = −(1/ln m) Σ_i p ln p`` with ``0·ln 0 = 0``, ``w_j = (1 − e_j) / Σ (1 − e_j)``.
    Columns without any difference carry no weight; if none differs, all weigh the same.

    Raises:
        ValueError: fewer than two units, a negative or infinite value, or a column of zeros.
    """
    x = np.asarray(matrix, dtype=np.float64)
    if x.ndim != 2 or x.shape[0] < 2 or x.shape[1] < 1:
        raise ValueError("entropy weights need a matrix of at least two units")
    if not np.isfinite(x).all() or (x < 0).any() or (x.sum(axis=0) == 0).any():
        raise ValueError("entropy weights need finite values, none negative, no column of zeros")
    p = x / x.sum(axis=0)
    entropy = -(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=0) / np.log(x.shape[0])
    spread = np.clip(1 - entropy, 0.0, None)
    spread[spread < 1e-12] = 0.0
    return spread / spread.sum() if spread.any() else np.full(x.shape[1], 1 / x.shape[1])


def _logs(*counts: Numbers) -> list[Array]:
    arrays = [np.asarray(count, dtype=np.float64) for count in counts]
    if any(not np.isfinite(array).all() or (array < 0).any() for array in arrays):
        raise ValueError("counts must be finite and not negative")
    return [np.log1p(array) for array in arrays]
