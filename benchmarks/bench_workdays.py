"""Working minutes between two instants: the vectorised way, the one-by-one way and a plain loop over days.

Run ``python benchmarks/bench_workdays.py``; ratios of one run on one machine are what counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import chinese_calendar
import numpy as np

from weibo_ops.kernel.clock import beijing
from weibo_ops.kernel.workdays import WorkCalendar, parse_spans

SPANS = "09:00-12:00,13:00-18:00"
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def plain(start: datetime, end: datetime, spans: tuple[tuple[int, int], ...]) -> float:
    """What one writes first: every day of the span, asked of the calendar."""
    start, end = beijing(start), beijing(end)
    total = timedelta(0)
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while midnight < end:
        if chinese_calendar.is_workday(midnight.date()):
            for first, last in spans:
                begin = max(start, midnight + timedelta(minutes=first))
                stop = min(end, midnight + timedelta(minutes=last))
                total += max(stop - begin, timedelta(0))
        midnight += timedelta(days=1)
    return total / timedelta(minutes=1)


def rate(work: Callable[[], object], pairs: int, repeats: int) -> float:
    """The best of some runs, in pairs per second."""
    best = float("inf")
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return pairs / best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=5_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()

    random = np.random.default_rng(1)
    starts = random.integers(int(FIRST.timestamp()), int(LAST.timestamp()), options.pairs)
    ends = starts + random.integers(0, 14 * 86400, options.pairs)
    few = min(20_000, options.pairs)
    instants = [
        (datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))
        for start, end in zip(starts[:few].tolist(), ends[:few].tolist(), strict=True)
    ]

    begun = time.perf_counter()
    calendar = WorkCalendar(parse_spans(SPANS))
    calendar.working_minutes_array(starts[:1], ends[:1])
    print(f"first answer, tables included   {(time.perf_counter() - begun) * 1000:12.1f} ms")

    slow = few // 20
    expected = [plain(start, end, calendar.spans) for start, end in instants[:slow]]
    assert calendar.working_minutes_array(starts[:slow], ends[:slow]).tolist() == expected

    seconds = rate(lambda: calendar.working_minutes_array(starts, ends), options.pairs, options.repeats)
    micro_starts, micro_ends = starts * 1_000_000, ends * 1_000_000
    micro = rate(
        lambda: calendar.working_minutes_array(micro_starts, micro_ends, unit="us"), options.pairs, options.repeats
    )
    scalar = rate(lambda: [calendar.working_minutes(a, b) for a, b in instants], few, options.repeats)
    deadline = rate(lambda: [calendar.add_working_minutes(a, 480) for a, _ in instants], few, options.repeats)
    loop = rate(lambda: [plain(a, b, calendar.spans) for a, b in instants[:slow]], slow, 1)
    for name, value in (
        ("vectorised, seconds", seconds),
        ("vectorised, microseconds", micro),
        ("one by one", scalar),
        ("deadlines, one by one", deadline),
        ("plain loop over days", loop),
    ):
        print(f"{name:<30} {value:14,.0f} /s {value / loop:10.0f} x the plain loop")


if __name__ == "__main__":
    main()
