"""From a measured value to points: pure, on one float and, where it compares, its peer group."""

from __future__ import annotations

import math
from collections.abc import Sequence

from config.rulebook.evaluation import Identity, Log, MinMax, Normaliser, Percentile, TargetLine

PEERS_NEEDED = 2
"""Fewer peers than this and there is nothing to compare with."""


def normalise(rule: Normaliser, value: float, peers: Sequence[float] = ()) -> float | None:
    """Return the points for a value, or None when a comparison has too few peers.

    Args:
        rule: how, from the standard.
        value: the measured value; for logarithms above −1.
        peers: the values of the whole peer group, the account's own among them.

    Raises:
        ValueError: a logarithm of a value at or below −1.
    """
    if isinstance(rule, Log):
        return log_points(value, rule.full, rule.cap)
    if isinstance(rule, TargetLine):
        return target_line(value, target=rule.target, cap=rule.cap, slope=rule.slope, floor=rule.floor)
    if isinstance(rule, MinMax):
        bounded = rule.low is not None and rule.high is not None
        if not bounded and len(peers) < PEERS_NEEDED:
            return None
        low = min(peers) if rule.low is None else rule.low
        high = max(peers) if rule.high is None else rule.high
        return min_max(value, low, high, rule.scale)
    if isinstance(rule, Percentile):
        return percentile(value, peers, rule.scale) if len(peers) >= PEERS_NEEDED else None
    return identity(rule, value)


def identity(rule: Identity, value: float) -> float:
    """Return ``value × factor``, at most the cap."""
    points = value * rule.factor
    return points if rule.cap is None else min(rule.cap, points)


def log_points(value: float, full: float | None = None, cap: float = 100.0) -> float:
    """Return ``ln(value + 1)``, or with ``full`` its share of ``ln(full + 1)`` times ``cap``, at most ``cap``."""
    points = math.log1p(value)
    return points if full is None else min(cap, cap * points / math.log1p(full))


def target_line(value: float, *, target: float, cap: float, slope: float = 1.0, floor: float = 0.0) -> float:
    """Return ``max(floor, cap − slope × max(0, target − value))``."""
    return max(floor, cap - slope * max(0.0, target - value))


def min_max(value: float, low: float, high: float, scale: float = 100.0) -> float:
    """Return the place of a value between two bounds on ``0 … scale``; equal bounds give the middle."""
    if high <= low:
        return scale / 2
    return scale * min(1.0, max(0.0, (value - low) / (high - low)))


def percentile(value: float, peers: Sequence[float], scale: float = 100.0) -> float:
    """Return the share of peers below a value, ties counted half, on ``0 … scale``.

    Raises:
        ValueError: no peers.
    """
    if not peers:
        raise ValueError("a percentile needs peers")
    below = sum(1 for peer in peers if peer < value)
    level = sum(1 for peer in peers if peer == value)
    return scale * (below + level / 2) / len(peers)
