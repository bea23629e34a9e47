"""Time: one clock, UTC inside, Beijing time at the edge, half-open periods.

This module holds the only ``datetime.now()`` of the program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from weibo_ops.kernel.errors import UsageError

BEIJING = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """Anything that tells the present instant in UTC."""

    def now(self) -> datetime:
        """Return the present instant, timezone-aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still, for tests and for documents that must come out byte-identical."""

    instant: datetime

    def now(self) -> datetime:
        """Return the fixed instant in UTC."""
        return ensure_utc(self.instant)


def ensure_utc(value: datetime) -> datetime:
    """Return an aware datetime in UTC; raise ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("naive datetime refused: attach a timezone first")
    return value.astimezone(UTC)


def beijing(value: datetime) -> datetime:
    """Return an aware datetime in Beijing time."""
    return ensure_utc(value).astimezone(BEIJING)


def beijing_date(value: datetime) -> date:
    """Return the Beijing calendar day on which an instant falls."""
    return beijing(value).date()


def beijing_instant(day: date, at: time = time.min) -> datetime:
    """Return the UTC instant at which the Beijing wall clock shows ``day`` and ``at``."""
    return datetime.combine(day, at, BEIJING).astimezone(UTC)


def format_beijing(value: datetime | None, *, seconds: bool = False) -> str:
    """Format an instant as ``2026-07-01 09:30`` Beijing time (with seconds if asked); ``""`` for None."""
    if value is None:
        return ""
    return beijing(value).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


_INSTANT = re.compile(r"\d{4}([-/])\d{1,2}\1\d{1,2}[ T]\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?")


def parse_beijing(text: str) -> datetime:
    """Read a Beijing wall-clock time (or an ISO time with its own offset) as a UTC instant.

    Raises:
        UsageError: the text is not a time of day on a date.
    """
    cleaned = text.strip()
    try:
        if not _INSTANT.fullmatch(cleaned):
            raise ValueError(cleaned)
        value = datetime.fromisoformat(_padded(cleaned))
        return (value if value.tzinfo else value.replace(tzinfo=BEIJING)).astimezone(UTC)
    except OverflowError:
        raise UsageError(f"时间“{cleaned[:40]}”超出范围。", next_step="请核对年份。") from None
    except ValueError:
        raise UsageError(
            f"时间“{cleaned[:40]}”无法识别。", next_step="请写成 2026-09-30 18:00:00(北京时间)。"
        ) from None


def _padded(text: str) -> str:
    """Bring ``2026/7/1 9:05`` into the form that the ISO parser takes."""
    if text[4] == text[7] == "-" and text[13:14] == ":":
        return text
    day, separator, time_of_day = text.replace("/", "-").partition("T" if "T" in text else " ")
    year, month, day_of_month = day.split("-")
    hour, rest = time_of_day.split(":", 1)
    return f"{year}-{int(month):02d}-{int(day_of_month):02d}{separator}{int(hour):02d}:{rest}"


def parse_as_of(text: str) -> datetime:
    """Read an ``--as-of`` value; a bare day means its end (24:00 Beijing time).

    Raises:
        UsageError: the text is not a time.
    """
    cleaned = text.strip()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cleaned):
        try:
            return beijing_instant(date.fromisoformat(cleaned) + timedelta(days=1))
        except ValueError:
            raise UsageError(f"日期“{cleaned}”不存在。", next_step="请检查年月日。") from None
        except OverflowError:
            raise UsageError(f"日期“{cleaned}”超出范围。", next_step="请检查年份。") from None
    return parse_beijing(cleaned)


@dataclass(frozen=True)
class Period:
    """A half-open stretch of time ``[start, end)`` in UTC with the name people give it.

    Attributes:
        label: canonical name: ``2026``, ``2026H1``, ``2026Q3``, ``2026-07``, or ``2026-07-01..2026-07-15``.
        start: first instant, UTC.
        end: first instant after it, UTC.
    """

    label: str
    start: datetime
    end: datetime

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read ``2026``, ``2026H1``, ``2026Q3``, ``2026-07``, ``2026-07-01`` or ``2026-07-01..2026-07-15``.

        Both days of a range are included.

        Raises:
            UsageError: the text names no period.
        """
        cleaned = text.strip().upper()
        try:
            first, last = _period_days(cleaned)
            return cls(cleaned, beijing_instant(first), beijing_instant(last))
        except (ValueError, OverflowError):
            raise UsageError(
                f"统计周期“{text.strip()[:40]}”无法识别。",
                next_step="请写成 2026Q3、2026-07、2026H1、2026 或 2026-07-01..2026-07-15。",
            ) from None

    @property
    def first_day(self) -> date:
        """The first Beijing day of the period."""
        return beijing_date(self.start)

    @property
    def last_day(self) -> date:
        """The last Beijing day of the period."""
        return beijing_date(self.end) - timedelta(days=1)

    def contains(self, instant: datetime) -> bool:
        """Say whether an instant lies in ``[start, end)``."""
        return self.start <= ensure_utc(instant) < self.end


def _period_days(text: str) -> tuple[date, date]:
    if match := re.fullmatch(r"(\d{4})", text):
        year = int(match[1])
        return date(year, 1, 1), date(year + 1, 1, 1)
    if match := re.fullmatch(r"(\d{4})H([12])", text):
        return _months(int(match[1]), 6 * int(match[2]) - 5, 6)
    if match := re.fullmatch(r"(\d{4})Q([1-4])", text):
        return _months(int(match[1]), 3 * int(match[2]) - 2, 3)
    if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return _months(int(match[1]), int(match[2]), 1)
    first_text, _, last_text = text.partition("..")
    first = date.fromisoformat(first_text)
    last = date.fromisoformat(last_text) if last_text else first
    if last < first:
        raise ValueError(text)
    return first, last + timedelta(days=1)


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    following = month + count
    return date(year, month, 1), date(year + (following - 1) // 12, (following - 1) % 12 + 1, 1)
