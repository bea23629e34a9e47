"""How long answers take when some have not come yet: the Kaplan–Meier product-limit estimator.

Source: Kaplan & Meier, Nonparametric estimation from incomplete observations, JASA 53 (1958).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ROUNDING = 1e-12  # a product of fractions that is one half may come out a last bit above it


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """The share still unanswered, a step function; arrays of shape (k,), one entry per distinct time with an event.

    Attributes:
        times: distinct event times, rising, in the unit of the durations.
        survival: share that lasts longer than each time.
        at_risk: items under observation just before each time.
        events: events at each time.
    """

    times: NDArray[np.float64]
    survival: NDArray[np.float64]
    at_risk: NDArray[np.int64]
    events: NDArray[np.int64]

    def median(self) -> float | None:
        """Return the earliest time by which at least half had their event; None if that was never reached."""
        reached = np.flatnonzero(self.survival <= 0.5 + _ROUNDING)
        return float(self.times[reached[0]]) if len(reached) else None


def kaplan_meier(durations: Sequence[float], observed: Sequence[bool]) -> SurvivalCurve:
    """Estimate the survival curve of durations of which some are censored.

    An item censored at a time at which others have their event still counts as at risk then.

    Args:
        durations: time until the event or until observation ended, not negative.
        observed: whether the event was seen (False: censored), one per duration.

    Raises:
        ValueError: the lengths differ, or a duration is negative or no finite number.
    """
    length = np.asarray(durations, np.float64)
    seen = np.asarray(observed, bool)
    if length.ndim != 1 or length.shape != seen.shape:
        raise ValueError("durations and observed must have one and the same length")
    if not np.all(np.isfinite(length) & (length >= 0)):
        raise ValueError("durations must be finite and not negative")
    times, events = np.unique(length[seen], return_counts=True)
    at_risk = len(length) - np.searchsorted(np.sort(length), times)
    survival = np.cumprod((at_risk - events) / at_risk, dtype=np.float64)
    return SurvivalCurve(times, survival, at_risk, events)
