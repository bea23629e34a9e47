"""Response clocks: when an answer was due, how long it took, and how many came in time. Pure rules.

Two times are measured for a comment. 首次响应 is the first official reply of any kind; 实质答复 is the first one
that is not a holding reply (“已收悉/已转”). A holding reply stops only the first. Outcomes judge the first response.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from weibo_ops.kernel.clock import ensure_utc
from weibo_ops.kernel.errors import UsageError
from weibo_ops.kernel.workdays import Segment, UnknownYearError, WorkCalendar


class TargetRule(Protocol):
    """A promised time as a rule book states it."""

    @property
    def id(self) -> str:
        """Id of the clause."""

    @property
    def when(self) -> str:
        """For which arrivals it holds: ``always``, ``working_hours`` or ``off_hours``."""

    @property
    def minutes(self) -> int | None:
        """The promised time; None where it cannot be known."""

    @property
    def clock(self) -> str:
        """Which minutes count: ``wall`` (all) or ``working``."""


@dataclass(frozen=True)
class Target:
    """A promised time by itself; the attributes are those of `TargetRule`."""

    minutes: int | None
    clock: str
    id: str = ""
    when: str = "always"


UNKNOWN_TARGET = Target(None, "working", "undetermined")
"""The target of a comment that arrived in a year without a calendar, where targets differ by working hours."""


@dataclass(frozen=True)
class ReplyMark:
    """An official reply: its instant, its id, and whether it is only a holding reply."""

    at: datetime
    reply_id: str
    holding: bool


@dataclass(frozen=True)
class ClockReading:
    """The measured times of one comment. Instants are UTC; None where there is no such reply or it cannot be known.

    Attributes:
        due: whether an answer is called for.
        started_at: when the comment was made.
        deadline_at: last instant that is still in time; None on a due comment means 期限待定.
        first_reply_at: 首次响应.
        first_reply_id: its reply.
        wall_seconds: whole seconds until it.
        working_minutes: working time until it.
        substantive_at: 实质答复.
        substantive_reply_id: its reply.
        substantive_wall_seconds: whole seconds until it.
        substantive_working_minutes: working time until it.
        unknown_year: the year without a calendar that keeps a deadline or a working time from being known.
    """

    due: bool
    started_at: datetime
    deadline_at: datetime | None
    first_reply_at: datetime | None = None
    first_reply_id: str | None = None
    wall_seconds: int | None = None
    working_minutes: float | None = None
    substantive_at: datetime | None = None
    substantive_reply_id: str | None = None
    substantive_wall_seconds: int | None = None
    substantive_working_minutes: float | None = None
    unknown_year: int | None = None


class Outcome(StrEnum):
    """How a comment stands as of an instant.

    ``open`` is whatever is not judged yet: still within its time, or 期限待定.
    """

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"
    NOT_DUE = "not_due"

    @property
    def label(self) -> str:
        """The Chinese words for the outcome."""
        return {
            "on_time": "按时",
            "late": "超期答复",
            "open": "期限内",
            "overdue": "超期未答复",
            "not_due": "不计时限",
        }[self]


class Judged(Protocol):
    """What `outcome` needs to know of a clock; a `ClockReading` or a stored row of one."""

    @property
    def due(self) -> bool:
        """Whether an answer is called for."""

    @property
    def deadline_at(self) -> datetime | None:
        """Last instant in time; None on a due comment means 期限待定."""

    @property
    def first_reply_at(self) -> datetime | None:
        """Instant of the first reply."""

    @property
    def working_minutes(self) -> float | None:
        """Working time until the first reply; None where it cannot be known."""


@dataclass(frozen=True)
class Rate:
    """An on-time rate with everything that makes it up; see `on_time_rate` for what is counted.

    Attributes:
        on_time: answered in time.
        late: answered after the deadline.
        overdue: unanswered, the deadline passed.
        open: not judged yet and outside the rate.
    """

    on_time: int
    late: int
    overdue: int
    open: int

    @property
    def due(self) -> int:
        """All comments that call for an answer."""
        return self.denominator + self.open

    @property
    def numerator(self) -> int:
        """Comments answered in time."""
        return self.on_time

    @property
    def denominator(self) -> int:
        """Comments that are judged: answered ones, and unanswered ones whose deadline has passed."""
        return self.on_time + self.late + self.overdue

    @property
    def value(self) -> float | None:
        """The rate between 0 and 1; None (无数据) when nothing is judged yet."""
        return self.numerator / self.denominator if self.denominator else None

    @property
    def sentence(self) -> str:
        """The sentence for a circular, e.g. 应答复12件,按时9件,未答复2件列入未按时。

        Its first number is all that is due; where some are not judged yet the denominator is
        told beside it. 无数据 when none is due.
        """
        if not self.due:
            return "无数据"
        judged = f"按时{self.on_time}件,未答复{self.overdue}件列入未按时"
        if not self.open:
            return f"应答复{self.due}件,{judged}。"
        if not self.denominator:
            return f"应答复{self.due}件,均未到期限或期限待定,未计入。"
        return (
            f"应答复{self.due}件,其中{self.denominator}件已答复或已到期限:{judged};"
            f"其余{self.open}件未到期限或期限待定,未计入。"
        )


T = TypeVar("T", bound=TargetRule)


def choose_target(targets: Sequence[T], arrived_at: datetime, calendar: WorkCalendar) -> T | Target:
    """Choose the target of a comment by the instant it arrived; later changes of the hour change nothing.

    A target for working or off hours goes before one that always holds; among equals the first in the list is taken.
    Where the hour matters and the arrival's year has no calendar, the answer is `UNKNOWN_TARGET`.

    Raises:
        UsageError: no target holds at that hour.
    """
    hour_matters = any(target.when != "always" for target in targets)
    try:
        hours = "working_hours" if hour_matters and calendar.is_working_time(arrived_at) else "off_hours"
    except UnknownYearError:
        return UNKNOWN_TARGET
    for when in (hours, "always"):
        for target in targets:
            if target.when == when:
                return target
    moment = "工作时段内" if hours == "working_hours" else "工作时段外"
    raise UsageError(
        f"应答标准没有规定{moment}收到的留言的答复时限。",
        next_step="请标准管理员补充该时段的时限,或增加一条始终适用(always)的时限。",
    )


def read_clock(
    started_at: datetime, replies: Iterable[ReplyMark], target: TargetRule | None, calendar: WorkCalendar
) -> ClockReading:
    """Measure one comment.

    Args:
        started_at: when the comment was made. A follow-up question is a comment of its own with a clock of its own;
            a “谢谢” is given no target and never stops or restarts another comment's clock.
        replies: official replies linked to it, in any order; one from before the comment answers something else and
            is left out.
        target: the promised time; None when no answer is called for.
        calendar: whose working time counts.

    Raises:
        ValueError: an instant is naive.
    """
    start = ensure_utc(started_at)
    own = sorted((mark for mark in replies if ensure_utc(mark.at) >= start), key=lambda mark: (mark.at, mark.reply_id))
    first = own[0] if own else None
    substantive = next((mark for mark in own if not mark.holding), None)
    deadline, deadline_gap = _deadline(start, target, calendar)
    minutes, first_gap = _working_minutes(start, first, calendar)
    substantive_minutes, substantive_gap = _working_minutes(start, substantive, calendar)
    return ClockReading(
        due=target is not None,
        started_at=start,
        deadline_at=deadline,
        first_reply_at=ensure_utc(first.at) if first else None,
        first_reply_id=first.reply_id if first else None,
        wall_seconds=_wall_seconds(start, first),
        working_minutes=minutes,
        substantive_at=ensure_utc(substantive.at) if substantive else None,
        substantive_reply_id=substantive.reply_id if substantive else None,
        substantive_wall_seconds=_wall_seconds(start, substantive),
        substantive_working_minutes=substantive_minutes,
        unknown_year=next((gap for gap in (deadline_gap, first_gap, substantive_gap) if gap is not None), None),
    )


def outcome(clock: Judged, as_of: datetime) -> Outcome:
    """Judge a comment as of an instant; replies at or after ``as_of`` do not count.

    A reply at the very deadline is in time. Where the deadline is not known (期限待定) an unanswered comment stays
    ``open``. An answered one is on time if the working time until the reply is known, because then the reply came
    before the year without a calendar and the deadline lies in or after that year; otherwise it stays ``open``.
    """
    if not clock.due:
        return Outcome.NOT_DUE
    deadline = clock.deadline_at
    answered = clock.first_reply_at if clock.first_reply_at is not None and clock.first_reply_at < as_of else None
    if deadline is None:
        proven = answered is not None and clock.working_minutes is not None
        return Outcome.ON_TIME if proven else Outcome.OPEN
    if answered is not None:
        return Outcome.ON_TIME if answered <= deadline else Outcome.LATE
    return Outcome.OVERDUE if deadline < as_of else Outcome.OPEN


def on_time_rate(outcomes: Iterable[Outcome]) -> Rate:
    """Count an on-time rate over all due comments that are judged.

    The denominator holds every due comment that was answered (``on_time``, ``late``) or whose deadline has passed
    without an answer (``overdue``); ignoring people therefore lowers the rate. ``open`` comments can still become
    either and are shown beside it: while there are some, the rate leans upward, since those answered early are counted
    already. ``not_due`` comments count nowhere. A comment that vanished from the platform after it was observed stays
    what it was: the caller passes the outcomes of all observed comments, leaving none out.
    """
    counts = Counter(outcomes)
    return Rate(counts[Outcome.ON_TIME], counts[Outcome.LATE], counts[Outcome.OVERDUE], counts[Outcome.OPEN])


def explain(start: datetime, end: datetime, clock: str, calendar: WorkCalendar) -> list[Segment]:
    """Explain every minute of ``[start, end)`` on a target's clock; on the wall clock all of them count.

    Raises:
        UsageError: ``end`` lies before ``start``.
        UnknownYearError: on the working clock, the span enters a year without a calendar.
        ValueError: an instant is naive.
    """
    if clock == "working" or end <= start:
        return calendar.segments(start, end)
    return [Segment(ensure_utc(start), ensure_utc(end), True, "自然时间")]


def _deadline(start: datetime, target: TargetRule | None, calendar: WorkCalendar) -> tuple[datetime | None, int | None]:
    """The deadline and, where it cannot be known, the missing year."""
    if target is None:
        return None, None
    try:
        if target.minutes is None:
            calendar.is_working_time(start)
            return None, None
        if target.clock == "wall":
            return start + timedelta(minutes=target.minutes), None
        return calendar.deadline(start, target.minutes), None
    except UnknownYearError as error:
        return None, error.year


def _working_minutes(
    start: datetime, mark: ReplyMark | None, calendar: WorkCalendar
) -> tuple[float | None, int | None]:
    """The working time until a reply and, where it cannot be known, the missing year."""
    if mark is None:
        return None, None
    try:
        return calendar.working_minutes(start, mark.at), None
    except UnknownYearError as error:
        return None, error.year


def _wall_seconds(start: datetime, mark: ReplyMark | None) -> int | None:
    return (ensure_utc(mark.at) - start) // timedelta(seconds=1) if mark else None
