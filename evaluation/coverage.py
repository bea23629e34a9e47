"""How much of a stretch of time was observed: pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from weibo_ops.kernel.clock import beijing_date

Span = tuple[datetime, datetime]
INSTANT = timedelta(microseconds=1)


def observed_spans(spans: Iterable[Span], start: datetime, until: datetime) -> list[Span]:
    """Return the union of half-open spans inside ``[start, until)``, in order, none touching another."""
    union: list[Span] = []
    for begin, end in sorted((max(begin, start), min(end, until)) for begin, end in spans):
        if begin >= end:
            continue
        if union and begin <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((begin, end))
    return union


def seconds_of(spans: Iterable[Span]) -> int:
    """Return the whole seconds of spans that do not overlap."""
    return sum((end - begin for begin, end in spans), timedelta()) // timedelta(seconds=1)


def days_of(spans: Iterable[Span]) -> int:
    """Return how many Beijing days spans touch."""
    days = set()
    for begin, end in spans:
        first, last = beijing_date(begin), beijing_date(end - INSTANT)
        days |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return len(days)
