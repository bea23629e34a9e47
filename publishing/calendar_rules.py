"""The calendar of outgoing posts as arithmetic: collisions, free slots, quiet hours, recurring columns. Pure.

Instants are UTC; a standard's hours and days are Beijing wall time.

Source: 发布标准 (collision, gap, daily_cap, quiet, slots, lateness, presence). A collision is shown, never hidden; what
a person may accept is accepted with a reason, and what was signed for a time goes out within it or not at all.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from config.rulebook.delivery import DeliveryBook
from publishing.enums import SeriesDay
from weibo_ops.kernel.clock import beijing, beijing_date, beijing_instant, format_beijing
from weibo_ops.kernel.errors import UsageError

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MOST_OCCURRENCES = 100
LOOK_AHEAD = 60
YEARS = (1992, 2099)
"""Years whose calendar days have the fixed offset +08:00."""
WEEKDAYS = "一二三四五六日"

Workdays = Callable[[date], bool | None]
"""Whether a Beijing day is a working day; None where no source knows its year."""


class CollisionKind(StrEnum):
    """What is the matter with a time."""

    WINDOW = "超出审签的时间"
    SLOT = "同一时刻"
    GAP = "间隔不足"
    CAP = "超过每日上限"
    QUIET = "夜间不发布"
    SENSITIVE = "敏感时段"
    PRESENCE = "须到岗确认"


class Weight(StrEnum):
    """What a collision does: it bars the time, it is accepted with a reason, or it is only said."""

    BARS = "不能排期"
    REASON = "须写明理由"
    ADVICE = "提示"


@dataclass(frozen=True)
class Entry:
    """A post at a time on the calendar.

    Attributes:
        post_id: the post; 0 for one that this program does not hold.
        account_id: whose it is.
        at: when it goes out or went out.
        content_class: of the post.
        urgent: whether it is an emergency publication (应急发布).
        state: of the post, for words only.
        earliest_at, latest_at: the time that was signed; None where it is open.
    """

    post_id: int
    account_id: int
    at: datetime
    content_class: str = "日常"
    urgent: bool = False
    state: str = ""
    earliest_at: datetime | None = None
    latest_at: datetime | None = None


@dataclass(frozen=True)
class Collision:
    """One thing that is the matter with a time.

    Attributes:
        kind: what it is.
        message: in words, with the numbers.
        rule: the clause, as it is cited.
        with_post: the other post; None where there is none.
        weight: what it does.
    """

    kind: CollisionKind
    message: str
    rule: str
    with_post: int | None = None
    weight: Weight = Weight.REASON

    @property
    def binds(self) -> bool:
        """Whether the time cannot be taken as it is, without a reason or at all."""
        return self.weight != Weight.ADVICE


def in_window(at: time, starts: time, ends: time) -> bool:
    """Say whether a wall time lies in ``[starts, ends)``; one that ends before it begins goes over midnight.

    A window that ends as it begins is the whole day.
    """
    if starts < ends:
        return starts <= at < ends
    return at >= starts or at < ends


def quiet(at: datetime, content_class: str, book: DeliveryBook) -> bool:
    """Say whether an instant lies in the quiet hours of a class."""
    rule = book.quiet
    return rule.enabled and content_class not in rule.free and in_window(beijing(at).time(), rule.starts, rule.ends)


def needs_presence(at: datetime, book: DeliveryBook, is_workday: Workdays) -> bool:
    """Say whether somebody on duty confirms to be there before something goes out at an instant."""
    rule = book.presence
    if not rule.enabled:
        return False
    local = beijing(at)
    return in_window(local.time(), rule.starts, rule.ends) or (rule.days_off and is_workday(local.date()) is False)


def latest_moment(
    scheduled_at: datetime, latest_at: datetime | None, content_class: str, book: DeliveryBook
) -> datetime:
    """Return the last instant at which a post may still go out by itself.

    Args:
        scheduled_at: its time.
        latest_at: the end of the time that was signed; None where it is open.
        content_class: which says how late it may be.
        book: the delivery standard.
    """
    late = scheduled_at + timedelta(minutes=book.lateness.minutes_for(content_class))
    return late if latest_at is None else min(latest_at, late)


def collisions(
    wanted: Entry,
    others: Iterable[Entry],
    book: DeliveryBook,
    *,
    sensitive: str = "",
    is_workday: Workdays,
) -> tuple[Collision, ...]:
    """Return everything that is the matter with a post at a time, the gravest first.

    Two posts of one account within one minute are always named, also where the gap does not bind them.

    Args:
        wanted: the post at the time that is asked for.
        others: what else is on the calendar; other accounts and the post itself are passed over.
        book: the delivery standard.
        sensitive: name of the sensitive days that the time falls on; empty if none.
        is_workday: the working calendar.
    """
    near = sorted(
        (each for each in others if each.account_id == wanted.account_id and not _same_post(each, wanted)),
        key=lambda each: (abs(each.at - wanted.at), each.at, each.post_id),
    )
    found = [*_outside(wanted, book), *_too_near(wanted, near, book), *_too_many(wanted, near, book)]
    if quiet(wanted.at, wanted.content_class, book):
        rule = book.quiet
        found.append(
            Collision(
                CollisionKind.QUIET,
                f"{format_beijing(wanted.at)}在夜间不发布的时段({rule.starts:%H:%M}至{rule.ends:%H:%M})内",
                rule.citation,
                weight=Weight.ADVICE if wanted.urgent else Weight.REASON,
            )
        )
    if sensitive:
        found.append(
            Collision(
                CollisionKind.SENSITIVE,
                f"{beijing_date(wanted.at):%Y-%m-%d}属于敏感时段“{sensitive}”,请核对内容是否相宜",
                book.collision.citation,
                weight=Weight.ADVICE if wanted.urgent else Weight.REASON,
            )
        )
    if not wanted.urgent and needs_presence(wanted.at, book, is_workday):
        found.append(
            Collision(
                CollisionKind.PRESENCE,
                f"{format_beijing(wanted.at)}是夜间或者休息日,发布前须由值班人员确认到岗",
                book.presence.citation,
                weight=Weight.ADVICE,
            )
        )
    return tuple(sorted(found, key=lambda each: list(Weight).index(each.weight)))


def _same_post(one: Entry, other: Entry) -> bool:
    return one.post_id == other.post_id != 0


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _outside(wanted: Entry, book: DeliveryBook) -> list[Collision]:
    """Say where a time lies outside the time that was signed."""
    found = []
    if wanted.earliest_at is not None and wanted.at < wanted.earliest_at:
        found.append(f"早于审签的最早发布时间{format_beijing(wanted.earliest_at)}")
    if wanted.latest_at is not None and wanted.at >= wanted.latest_at:
        found.append(f"不早于审签的最晚发布时间{format_beijing(wanted.latest_at)}")
    return [
        Collision(
            CollisionKind.WINDOW,
            f"{format_beijing(wanted.at)}{each}",
            book.collision.citation,
            weight=Weight.BARS,
        )
        for each in found
    ]


def _too_near(wanted: Entry, near: Sequence[Entry], book: DeliveryBook) -> list[Collision]:
    gap = timedelta(minutes=book.gap.minutes) if book.gap.enabled else timedelta(0)
    found = []
    for each in near:
        free = any(one.urgent or one.content_class in book.gap.free for one in (wanted, each))
        if _minute(each.at) == _minute(wanted.at):
            kind, rule = CollisionKind.SLOT, book.collision.citation
            message = f"与{called(each)}排在同一时刻{format_beijing(each.at)}"
        elif abs(each.at - wanted.at) < gap and not free:
            kind, rule = CollisionKind.GAP, book.gap.citation
            apart = abs(each.at - wanted.at) // MINUTE
            message = f"与{called(each)}({format_beijing(each.at)})相隔{apart}分钟,不足{book.gap.minutes}分钟"
        else:
            continue
        found.append(Collision(kind, message, rule, each.post_id or None, Weight.ADVICE if free else Weight.REASON))
    return found


def _too_many(wanted: Entry, near: Sequence[Entry], book: DeliveryBook) -> list[Collision]:
    rule = book.daily_cap
    if not rule.enabled or wanted.urgent or wanted.content_class in rule.free:
        return []
    day = beijing_date(wanted.at)
    counted = sum(
        beijing_date(each.at) == day and not each.urgent and each.content_class not in rule.free for each in near
    )
    if counted < rule.most:
        return []
    message = f"{day:%Y-%m-%d}已有{counted}条,每日不超过{rule.most}条"
    return [Collision(CollisionKind.CAP, message, rule.citation)]


def called(entry: Entry) -> str:
    """Return how an entry is named in a sentence."""
    return f"稿件{entry.post_id}" if entry.post_id else "系统外发布的一条微博"


def slots_on(day: date, book: DeliveryBook, is_workday: Workdays) -> tuple[datetime, ...]:
    """Return the usual times of a Beijing day as instants, in order.

    On a day of a year that no source knows only those that hold every day.
    """
    if not book.slots.enabled:
        return ()
    worked = is_workday(day)
    times = {
        at
        for slot in book.slots.slots
        if slot.days == "每日" or (worked is not None and (slot.days == "工作日") == worked)
        for at in slot.at
    }
    return tuple(beijing_instant(day, at) for at in sorted(times))


def next_free(
    wanted: Entry,
    others: Sequence[Entry],
    book: DeliveryBook,
    *,
    is_workday: Workdays,
    sensitive: Callable[[date], str] = lambda day: "",
    days: int = LOOK_AHEAD,
) -> datetime | None:
    """Return the first usual time from a post's time on at which nothing is the matter but advice.

    A minute in which the account has anything else is never offered, whatever its class.

    Args:
        wanted: the post; ``at`` is from when on one looks.
        others: what else is on the calendar.
        book: the delivery standard.
        is_workday: the working calendar.
        sensitive: name of the sensitive days that a Beijing day is one of; empty if none.
        days: so many Beijing days are looked at, the first included.

    Returns:
        An instant; None where there is none in these days.
    """
    own = [each for each in others if each.account_id == wanted.account_id and not _same_post(each, wanted)]
    begin = beijing_date(wanted.at)
    for step in range(days):
        day = begin + step * DAY
        name = sensitive(day)
        for at in slots_on(day, book, is_workday):
            if at < wanted.at:
                continue
            placed = replace(wanted, at=at)
            found = collisions(placed, own, book, sensitive=name, is_workday=is_workday)
            if not any(each.binds or each.kind == CollisionKind.SLOT for each in found):
                return at
    return None


@dataclass(frozen=True)
class Repetition:
    """How often a recurring column appears.

    Attributes:
        every: 每日, 工作日, 每周 or 每月.
        at: Beijing wall time.
        weekday: of 每周, 1 Monday to 7 Sunday.
        day: of 每月; a month without it is passed over.
    """

    every: SeriesDay
    at: time
    weekday: int = 1
    day: int = 1

    @property
    def in_words(self) -> str:
        """The rule as people say it."""
        which = {SeriesDay.WEEKLY: WEEKDAYS[self.weekday - 1], SeriesDay.MONTHLY: f"{self.day}日"}
        return f"{self.every}{which.get(self.every, '')}{self.at:%H:%M}"


@dataclass(frozen=True)
class Occurrences:
    """The instants of a recurring column, and in words what was passed over."""

    at: tuple[datetime, ...]
    skipped: tuple[str, ...]


def occurrences(rule: Repetition, first: date, last: date, is_workday: Workdays) -> Occurrences:
    """Return when a recurring column appears on the Beijing days ``[first, last]``.

    Each one is that wall time on that very day, so nothing drifts. Months without the day are passed over and said; so
    are working days of years that no source knows.

    Raises:
        UsageError: weekday or day of the month do not exist; the days are reversed or out of range; there is
            none, or more than a hundred.
    """
    if not 1 <= rule.weekday <= 7:
        raise UsageError(f"没有星期{rule.weekday}。", next_step="星期请写1至7,1为星期一。")
    if not 1 <= rule.day <= 31:
        raise UsageError(f"每月没有{rule.day}日。", next_step="日期请写1至31。")
    if last < first:
        raise UsageError("起止日期颠倒。", next_step="请核对起止日期。")
    if not YEARS[0] <= first.year <= last.year <= YEARS[1]:
        raise UsageError(f"日期须在{YEARS[0]}年至{YEARS[1]}年之间。", next_step="请核对起止日期。")
    days: list[date] = []
    skipped: list[str] = []
    if rule.every == SeriesDay.MONTHLY:
        days, skipped = _monthly(rule.day, first, last)
    else:
        unknown: set[int] = set()
        for step in range((last - first).days + 1):
            day = first + step * DAY
            if len(days) > MOST_OCCURRENCES:
                break
            worked = is_workday(day) if rule.every == SeriesDay.WORKDAYS else True
            if worked is None:
                unknown.add(day.year)
            elif worked and (rule.every != SeriesDay.WEEKLY or day.isoweekday() == rule.weekday):
                days.append(day)
        skipped = [f"{year}年的节假日和调休安排尚未收录,该年各期未列" for year in sorted(unknown)]
    if len(days) > MOST_OCCURRENCES:
        raise UsageError(f"一次最多安排{MOST_OCCURRENCES}期。", next_step="请缩短起止日期,分次安排。")
    if not days:
        said = f"({';'.join(skipped)})" if skipped else ""
        raise UsageError(f"起止日期内没有一期{said}。", next_step="请核对起止日期和周期。")
    return Occurrences(tuple(beijing_instant(day, rule.at) for day in days), tuple(skipped))


def _monthly(wanted: int, first: date, last: date) -> tuple[list[date], list[str]]:
    days: list[date] = []
    skipped: list[str] = []
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month) and len(days) <= MOST_OCCURRENCES:
        length = monthrange(year, month)[1]
        if wanted > length:
            if date(year, month, length) >= first and (year, month) != (last.year, last.month):
                skipped.append(f"{year}年{month}月没有{wanted}日")
        elif first <= (day := date(year, month, wanted)) <= last:
            days.append(day)
        year, month = year + month // 12, month % 12 + 1
    return days, skipped


AGENDA = 14
"""Days of an agenda."""


class Look(StrEnum):
    """How much of the calendar is looked at."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    AGENDA = "agenda"

    @property
    def word(self) -> str:
        """The Chinese name."""
        return {Look.DAY: "日", Look.WEEK: "周", Look.MONTH: "月", Look.AGENDA: "日程"}[self]

    def days(self, day: date) -> tuple[date, date]:
        """Return the first and last day of the look that holds a day; weeks begin on Monday, an agenda on the day."""
        if self is Look.DAY:
            return day, day
        if self is Look.AGENDA:
            return day, day + (AGENDA - 1) * DAY
        if self is Look.WEEK:
            monday = day - day.weekday() * DAY
            return monday, monday + 6 * DAY
        return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])

    def moved(self, day: date, steps: int) -> date:
        """Return the day so many looks later; of a month that is too short its last day."""
        if self is Look.MONTH:
            month = day.year * 12 + day.month - 1 + steps
            year, month = month // 12, month % 12 + 1
            return date(year, month, min(day.day, monthrange(year, month)[1]))
        first, last = self.days(day)
        return day + steps * ((last - first).days + 1) * DAY
