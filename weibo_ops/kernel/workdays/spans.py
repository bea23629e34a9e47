"""Daily working spans: ``09:00-12:00,13:00-18:00`` as half-open stretches of minutes after midnight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from weibo_ops.kernel.errors import UsageError

Spans = tuple[tuple[int, int], ...]
"""Half-open working spans of one day, in minutes after midnight and in order; 1440 is 24:00."""

DAY = 24 * 60
_EXAMPLE = "请写成 09:00-12:00,13:00-18:00;跨零点的时段写成 00:00-06:00,22:00-24:00。"
_SPAN = re.compile(r"\s*(\d{1,2}):([0-5]\d)\s*-\s*(\d{1,2}):([0-5]\d)\s*", re.ASCII)
_PUNCTUATION = str.maketrans({"，": ",", "、": ",", "：": ":", "－": "-", "–": "-", "—": "-", "～": "-", "~": "-"})


def parse_spans(text: str) -> Spans:
    """Read daily working spans such as ``09:00-12:00,13:00-18:00``; ``24:00`` may end one.

    Raises:
        UsageError: a span is unreadable, empty or reversed, or two overlap.
    """
    spans = []
    for part in text.translate(_PUNCTUATION).split(","):
        match = _SPAN.fullmatch(part)
        if match is None:
            raise UsageError(f"工作时段“{part.strip()[:40]}”无法识别。", next_step=_EXAMPLE)
        first_hour, first_minute, last_hour, last_minute = map(int, match.groups())
        spans.append((first_hour * 60 + first_minute, last_hour * 60 + last_minute))
    return check_spans(spans)


def format_spans(spans: Spans) -> str:
    """Write spans the way `parse_spans` reads them."""
    return ",".join(_text(span) for span in spans)


def check_spans(spans: Iterable[tuple[int, int]]) -> Spans:
    """Return the spans in order.

    Raises:
        UsageError: there is none, one is empty, reversed or leaves the day, or two overlap.
    """
    ordered = tuple(sorted(spans))
    if not ordered:
        raise UsageError("工作时段不能为空。", next_step=_EXAMPLE)
    for first, last in ordered:
        if not 0 <= first < last <= DAY:
            raise UsageError(f"工作时段“{_text((first, last))}”无效:结束须晚于开始,且不晚于24:00。", next_step=_EXAMPLE)
    for earlier, later in pairwise(ordered):
        if later[0] < earlier[1]:
            raise UsageError(f"工作时段“{_text(earlier)}”与“{_text(later)}”重叠。", next_step=_EXAMPLE)
    return ordered


def _text(span: tuple[int, int]) -> str:
    first, last = span
    return f"{first // 60:02d}:{first % 60:02d}-{last // 60:02d}:{last % 60:02d}"
