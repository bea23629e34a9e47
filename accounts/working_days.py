"""Limits in working days, by the calendar of the response standard in force."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.standards import StandardService
from config.rulebook.response import ResponseBook
from weibo_ops.kernel.clock import beijing_date, beijing_instant
from weibo_ops.kernel.workdays import UnknownYearError, WorkCalendar

DAY = timedelta(days=1)


def work_calendar(standards: StandardService, on: date) -> WorkCalendar:
    """Return the working calendar in force on a day."""
    book = standards.in_force("response", on).book
    assert isinstance(book, ResponseBook)
    return book.calendar.work_calendar()


def add_working_days(calendar: WorkCalendar, start: datetime, days: int) -> datetime | None:
    """Return the end of the ``days``-th working day after the day of ``start``: the last instant is before it.

    The day of the act itself does not count, as in 民法典第二百零一条: 期间的起算日不计算在内.

    Returns:
        The Beijing midnight that ends the last day of the limit; None (期限待定) where the span enters a year that is
        in no calendar.
    """
    day = beijing_date(start)
    left = days
    try:
        while left > 0:
            day += DAY
            left -= calendar.is_workday(day)
    except UnknownYearError:
        return None
    return beijing_instant(day + DAY)


def working_days_between(calendar: WorkCalendar, start: datetime, end: datetime) -> int | None:
    """Return how many working days after the day of ``start`` have begun by the day of ``end``; None if unknown."""
    day, last, count = beijing_date(start), beijing_date(end), 0
    try:
        while day < last:
            day += DAY
            count += calendar.is_workday(day)
    except UnknownYearError:
        return None
    return count
