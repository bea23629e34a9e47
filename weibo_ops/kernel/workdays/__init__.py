"""Working time: which days and minutes count, why, and when so many working minutes have passed.

Statutory holidays and make-up working days (调休) come from chinesecalendar, which knows 2004 to 2026; it is loaded by
the first question asked. A year that is in no source is refused, never guessed.
"""

from __future__ import annotations

from weibo_ops.kernel.workdays.calendar import Segment, UnknownYearError, WorkCalendar
from weibo_ops.kernel.workdays.spans import Spans, format_spans, parse_spans

__all__ = ["Segment", "Spans", "UnknownYearError", "WorkCalendar", "format_spans", "parse_spans"]
