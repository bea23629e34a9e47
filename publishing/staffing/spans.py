"""Half-open stretches of time: joined, cut, searched. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from weibo_ops.kernel.clock import beijing_instant

Spans = tuple[tuple[datetime, datetime], ...]
"""Half-open stretches of time, in order, none touching another."""
DAY = timedelta(days=1)


def joined(spans: Iterable[tuple[datetime, datetime]]) -> Spans:
    """Return stretches in order, those that overlap or touch made one, empty ones left out."""
    found: list[tuple[datetime, datetime]] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def common(one: Spans, other: Spans) -> Spans:
    """Return what lies in both."""
    return joined((max(a, c), min(b, d)) for a, b in one for c, d in other)


def without(spans: Spans, taken: Spans) -> Spans:
    """Return what lies in the first and not in the second."""
    left: list[tuple[datetime, datetime]] = []
    for begin, end in spans:
        for first, last in taken:
            if last <= begin or first >= end:
                continue
            left.append((begin, first))
            begin = last
        left.append((begin, end))
    return joined(left)


def first_at(spans: Spans, at: datetime) -> datetime | None:
    """Return the first instant from ``at`` on that lies in the stretches; None if there is none."""
    place = bisect_right(spans, at, key=lambda span: span[1])
    return max(at, spans[place][0]) if place < len(spans) else None


def of_days(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the stretch of the Beijing days ``[first, last]``."""
    return beijing_instant(first), beijing_instant(last + DAY)


def meets(spans: Spans, begin: datetime, end: datetime) -> bool:
    """Say whether the stretches hold an instant from ``begin`` to ``end``, both included."""
    at = first_at(spans, begin)
    return at is not None and at <= end
