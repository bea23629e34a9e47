"""The arithmetic of working time: every day of the known years in one table of running sums.

Beijing time has had the fixed offset +08:00 since the last summer time ended in September 1991, so in every year a
calendar may know (1992 and later) a day has 24 hours and a Beijing wall-clock time is UTC plus eight hours.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from weibo_ops.kernel.workdays.spans import DAY, Spans

SECOND = 1_000_000  # microseconds
MINUTE = 60 * SECOND
_OFFSET = 8 * 60 * MINUTE
_EPOCH = date(1970, 1, 1).toordinal()
_CHUNK = 1 << 14  # instants per vector step: the intermediate arrays stay in the processor's cache


class DayTable:
    """Working time as a running sum over the days from the first to the last known year.

    Instants are whole microseconds since 1970-01-01 UTC.

    Args:
        years: the known years, not empty; there may be gaps.
        spans_on: the working spans of a day in a known year.
    """

    def __init__(self, years: Iterable[int], spans_on: Callable[[date], Spans]) -> None:
        known = frozenset(years)
        self._first = date(min(known), 1, 1).toordinal()
        stop = date(max(known) + 1, 1, 1).toordinal()
        days = (date.fromordinal(ordinal) for ordinal in range(self._first, stop))
        # One day more than the known years, without work: the midnight at which they end belongs to it.
        self._days = [*(spans_on(day) if day.year in known else () for day in days), ()]
        self._before = [0]
        for spans in self._days:
            self._before.append(self._before[-1] + sum(last - first for first, last in spans))
        self._runs = [
            (_midnight(date(year, 1, 1).toordinal()), _midnight(date(_end_of_run(year, known), 1, 1).toordinal()))
            for year in sorted(known)
            if year - 1 not in known
        ]

    def covers(self, start: int, end: int) -> bool:
        """Say whether ``[start, end)`` enters known years only; an empty span enters none."""
        return start == end or any(first <= start and end <= last for first, last in self._runs)

    def elapsed(self, instant: int) -> int:
        """Return the working microseconds from the beginning of the table to an instant within it."""
        day, at = divmod(instant + _OFFSET, DAY * MINUTE)
        day += _EPOCH - self._first
        worked = self._before[day] * MINUTE
        for first, last in self._days[day]:
            worked += min(max(at - first * MINUTE, 0), (last - first) * MINUTE)
        return worked

    def reached(self, elapsed: int) -> int | None:
        """Return the earliest instant by which `elapsed` is as given (> 0); None if the table ends before."""
        day = bisect_left(self._before, -(-elapsed // MINUTE)) - 1
        if day >= len(self._days):
            return None
        rest = elapsed - self._before[day] * MINUTE
        for first, last in self._days[day]:
            length = (last - first) * MINUTE
            if rest <= length:
                return _midnight(self._first + day) + first * MINUTE + rest
            rest -= length
        raise AssertionError("the running sum and the spans of a day disagree")

    def minutes_array(self, starts: Any, ends: Any, second: int) -> Any:
        """Return the working minutes of many spans; NaN for one that is not covered.

        Args:
            starts: first instants, int64, shape (n,), in units of which a second has ``second``.
            ends: instants after the last, like ``starts``.
            second: 1 or 1,000,000.
        """
        import numpy as np

        result = np.empty(len(starts), np.float64)
        for begin in range(0, len(result), _CHUNK):
            part = slice(begin, begin + _CHUNK)
            first, last, out = starts[part], ends[part], result[part]
            np.divide(self._elapsed_array(last, second) - self._elapsed_array(first, second), 60 * second, out=out)
            covered = first == last
            for run_start, run_end in self._runs:
                covered |= (first >= run_start // SECOND * second) & (last <= run_end // SECOND * second)
            out[~covered] = math.nan
        return result

    def _elapsed_array(self, instants: Any, second: int) -> Any:
        import numpy as np

        arrays = self._arrays
        minute = instants // (60 * second)
        rest = instants - minute * (60 * second)
        minute += (_EPOCH - self._first) * DAY + 8 * 60
        day = minute // DAY
        minute -= day * DAY
        np.clip(day, 0, len(self._days) - 1, out=day)
        minute += arrays.row[day]
        worked = arrays.before[day]
        worked += arrays.worked[minute]
        worked *= 60 * second
        rest *= arrays.active[minute]
        worked += rest
        return worked

    @cached_property
    def _arrays(self) -> _Arrays:
        import numpy as np

        rows = {spans: row for row, spans in enumerate(dict.fromkeys(self._days))}
        active = np.zeros((len(rows), DAY), np.int64)
        for spans, row in rows.items():
            for first, last in spans:
                active[row, first:last] = 1
        return _Arrays(
            before=np.array(self._before[:-1], np.int64),
            row=np.array([rows[spans] * DAY for spans in self._days], np.int64),
            worked=(np.cumsum(active, axis=1) - active).ravel(),
            active=active.ravel(),
        )


@dataclass(frozen=True, eq=False)
class _Arrays:
    """The table for numpy, all int64.

    Attributes:
        before: working minutes before each day.
        row: where the minutes of each day's kind begin in ``worked`` and ``active``.
        worked: working minutes from midnight to each minute, for each kind of day.
        active: 1 for a working minute, for each kind of day.
    """

    before: Any
    row: Any
    worked: Any
    active: Any


def _midnight(ordinal: int) -> int:
    return (ordinal - _EPOCH) * DAY * MINUTE - _OFFSET


def _end_of_run(year: int, known: frozenset[int]) -> int:
    while year in known:
        year += 1
    return year
