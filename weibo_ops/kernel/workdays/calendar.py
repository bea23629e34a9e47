"""The working calendar of an office: statutory days, its own exceptions, its hours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from weibo_ops.kernel.clock import beijing, beijing_date, beijing_instant, ensure_utc
from weibo_ops.kernel.errors import RefusedError, UsageError
from weibo_ops.kernel.ids import digest
from weibo_ops.kernel.workdays.daytable import MINUTE, SECOND, DayTable
from weibo_ops.kernel.workdays.spans import DAY, Spans, check_spans
from weibo_ops.kernel.workdays.statutory import statutory_calendar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_NOON = (11 * 60 + 30, 14 * 60)
_FIRST_YEAR, _LAST_YEAR = 1992, 2099  # the fixed offset +08:00 holds from 1992 on
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


class UnknownYearError(RefusedError):
    """The calendar of a year is in no source, so working time that enters it cannot be known (期限待定).

    Attributes:
        year: the Beijing year that is missing.
    """

    def __init__(self, year: int) -> None:
        super().__init__(
            f"{year}年的节假日和调休安排尚未收录,期限待定。",
            next_step=f"请标准管理员在应答标准的工作日历中补充{year}年的安排。",
        )
        self.year = year


@dataclass(frozen=True)
class Segment:
    """A half-open stretch ``[start, end)`` (UTC) that counts as working time or does not, and why (Chinese words)."""

    start: datetime
    end: datetime
    counted: bool
    reason: str

    @property
    def minutes(self) -> float:
        """Length in minutes."""
        return (self.end - self.start) / timedelta(minutes=1)


@dataclass(frozen=True)
class WorkCalendar:
    """The working time of an office.

    Attributes:
        spans: working spans of an ordinary working day, in minutes after midnight.
        overrides: days that differ from the statutory calendar: True worked in the ordinary spans, False off, or own
            spans (half-days). An override alone does not make its year known.
        known_years: years (1992 to 2099) outside the base source whose holidays the overrides list completely.
        notes: what to say of an overridden day, e.g. the name of a local festival; it changes no figure.

    Raises:
        UsageError: spans are empty, reversed or overlap, or a known year is out of range.
    """

    spans: Spans
    overrides: Mapping[date, bool | Spans] = field(default_factory=dict, hash=False)
    known_years: frozenset[int] = frozenset()
    notes: Mapping[date, str] = field(default_factory=dict, hash=False, compare=False)

    def __post_init__(self) -> None:
        overrides = {day: rule if isinstance(rule, bool) else check_spans(rule) for day, rule in self.overrides.items()}
        object.__setattr__(self, "spans", check_spans(self.spans))
        object.__setattr__(self, "overrides", overrides)
        object.__setattr__(self, "known_years", frozenset(self.known_years))
        object.__setattr__(self, "notes", dict(self.notes))
        for year in sorted(self.known_years):
            if not _FIRST_YEAR <= year <= _LAST_YEAR:
                raise UsageError(
                    f"工作日历不能收录{year}年。", next_step=f"可收录的年份为{_FIRST_YEAR}年至{_LAST_YEAR}年。"
                )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides a figure: spans, overrides, known years, the base source's version and years."""
        base = statutory_calendar()
        return digest(
            {
                "spans": self.spans,
                "overrides": {day.isoformat(): rule for day, rule in self.overrides.items()},
                "known_years": self.known_years,
                "base": ["chinesecalendar", base.version, base.years],
            }
        )

    def knows(self, year: int) -> bool:
        """Say whether the calendar of a Beijing year is in a source."""
        return year in statutory_calendar().years or year in self.known_years

    def spans_on(self, day: date) -> Spans:
        """Return the working spans of a Beijing day; none on a day off.

        Raises:
            UnknownYearError: the year is in no source.
        """
        if not self.knows(day.year):
            raise UnknownYearError(day.year)
        rule = self.overrides.get(day)
        if rule is None:
            rule = statutory_calendar().is_workday(day)
        if isinstance(rule, bool):
            return self.spans if rule else ()
        return rule

    def is_workday(self, day: date) -> bool:
        """Say whether any part of a Beijing day is working time.

        Raises:
            UnknownYearError: the year is in no source.
        """
        return bool(self.spans_on(day))

    def is_working_time(self, instant: datetime) -> bool:
        """Say whether an instant lies inside a working span.

        Raises:
            UnknownYearError: its year is in no source.
        """
        local = beijing(instant)
        minute = local.hour * 60 + local.minute
        return any(first <= minute < last for first, last in self.spans_on(local.date()))

    def working_seconds(self, start: datetime, end: datetime) -> float:
        """Return the working time in ``[start, end)`` in seconds, exact to the microsecond.

        Raises:
            UsageError: ``end`` lies before ``start``.
            UnknownYearError: the span enters a year that is in no source.
            ValueError: an instant is naive.
        """
        return self._worked(start, end) / SECOND

    def working_minutes(self, start: datetime, end: datetime) -> float:
        """Return the working time in ``[start, end)`` in minutes; otherwise as `working_seconds`."""
        return self._worked(start, end) / MINUTE

    def add_working_minutes(self, start: datetime, minutes: float) -> datetime:
        """Return the earliest instant (UTC) by which ``minutes`` of working time have passed.

        Raises:
            UsageError: ``minutes`` is negative or no number.
            UnknownYearError: a year that is in no source begins before that.
            ValueError: ``start`` is naive.
        """
        wanted = _duration(minutes)
        return ensure_utc(start) if wanted == 0 else self._reached(start, wanted)

    def deadline(self, start: datetime, minutes: float) -> datetime:
        """Return the last instant (UTC) at which no more than ``minutes`` of working time have passed.

        Time that runs out as a working span ends runs out for nobody before work goes on: the deadline is then the
        beginning of the next span, so that an answer is in time just when its working minutes are within the target.

        Raises:
            UsageError: ``minutes`` is negative or no number.
            UnknownYearError: a year that is in no source begins before that.
            ValueError: ``start`` is naive.
        """
        return self._reached(start, _duration(minutes) + 1) - _TICK

    def _reached(self, start: datetime, wanted: int) -> datetime:
        """The earliest instant by which ``wanted`` > 0 microseconds of working time have passed."""
        begin = _ticks(start)
        if not self._table.covers(begin, begin + 1):
            raise UnknownYearError(beijing(start).year)
        end = self._table.reached(self._table.elapsed(begin) + wanted)
        if end is None or not self._table.covers(begin, end):
            raise UnknownYearError(self._unknown_year_from(beijing(start).year))
        return _EPOCH + end * _TICK

    def segments(self, start: datetime, end: datetime) -> list[Segment]:
        """Explain every minute of ``[start, end)``: touching segments whose counted lengths add to the working time.

        Raises:
            UsageError: ``end`` lies before ``start``.
            UnknownYearError: the span enters a year that is in no source.
            ValueError: an instant is naive.
        """
        self._span(start, end)
        start, end = ensure_utc(start), ensure_utc(end)
        found: list[Segment] = []
        day = beijing_date(start)
        while start < end and (midnight := beijing_instant(day)) < end:
            for first, last, counted, reason in self._pieces(day):
                piece_start = max(start, midnight + timedelta(minutes=first))
                piece_end = min(end, midnight + timedelta(minutes=last))
                if piece_start >= piece_end:
                    continue
                if found and (found[-1].counted, found[-1].reason) == (counted, reason):
                    piece_start = found.pop().start
                found.append(Segment(piece_start, piece_end, counted, reason))
            day += timedelta(days=1)
        return found

    def working_minutes_array(
        self, starts: NDArray[np.int64], ends: NDArray[np.int64], *, unit: Literal["s", "us"] = "s"
    ) -> NDArray[np.float64]:
        """Return the working minutes of many spans, each equal to `working_minutes` to the last bit.

        Args:
            starts: first instants as int64 since 1970-01-01 UTC, shape (n,).
            ends: instants after the last, likewise.
            unit: of both: ``"s"`` whole seconds, ``"us"`` microseconds.

        Returns:
            Minutes, shape (n,); NaN where the span enters a year that is in no source.

        Raises:
            UsageError: an end lies before its start.
            ValueError: the shapes differ or the numbers are not whole.
        """
        import numpy as np

        starts, ends = np.asarray(starts), np.asarray(ends)
        if starts.ndim != 1 or starts.shape != ends.shape:
            raise ValueError("starts and ends must have one and the same length")
        if starts.dtype != np.int64 or ends.dtype != np.int64:
            raise ValueError("starts and ends must be int64")
        if bool(np.any(ends < starts)):
            raise _reversed()
        minutes: NDArray[np.float64] = self._table.minutes_array(starts, ends, 1 if unit == "s" else SECOND)
        return minutes

    @cached_property
    def _table(self) -> DayTable:
        return DayTable(statutory_calendar().years | self.known_years, self.spans_on)

    def _worked(self, start: datetime, end: datetime) -> int:
        first, last = self._span(start, end)
        return self._table.elapsed(last) - self._table.elapsed(first) if first < last else 0

    def _span(self, start: datetime, end: datetime) -> tuple[int, int]:
        first, last = _ticks(start), _ticks(end)
        if last < first:
            raise _reversed()
        if not self._table.covers(first, last):
            raise UnknownYearError(self._unknown_year_from(beijing(start).year))
        return first, last

    def _unknown_year_from(self, year: int) -> int:
        while self.knows(year):
            year += 1
        return year

    def _pieces(self, day: date) -> Iterator[tuple[int, int, bool, str]]:
        """The parts of a day, some of them empty: first and last minute, counted, reason."""
        spans = self.spans_on(day)
        at_work, off = self._reasons(day, bool(spans))
        at = 0
        for first, last in spans:
            at_noon = 0 < at < _NOON[1] and first > _NOON[0]
            yield at, first, False, "午休" if at_noon else off
            yield first, last, True, at_work
            at = last
        yield at, DAY, False, off

    def _reasons(self, day: date, worked: bool) -> tuple[str, str]:
        base = statutory_calendar()
        outside = "非工作时段"
        if day in self.overrides:
            note = f"({self.notes[day]})" if day in self.notes else ""
            return f"日历另行规定上班{note}", outside if worked else f"日历另行规定休息{note}"
        if day in base.workdays:
            return f"调休上班({base.workdays[day]})", outside
        if day in base.holidays:
            return "", f"法定节假日({base.holidays[day]})"
        return "工作时段", outside if worked else "周末"


def _duration(minutes: float) -> int:
    """A time limit in whole microseconds."""
    if not (math.isfinite(minutes) and minutes >= 0):
        raise UsageError(f"时限“{minutes}”分钟无效。", next_step="请填写不小于0的分钟数。")
    return round(minutes * MINUTE)


def _ticks(instant: datetime) -> int:
    """Whole microseconds since 1970-01-01 UTC."""
    return (ensure_utc(instant) - _EPOCH) // _TICK


def _reversed() -> UsageError:
    return UsageError("结束时间早于开始时间。", next_step="请核对两个时间的先后。")
