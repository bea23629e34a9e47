"""What the calendar takes and gives: days with their posts, what a schedule call did, slots, recurring columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from publishing.calendar_rules import Collision
from publishing.schemas.posts import DeskRow


class TimeOf(StrEnum):
    """Which of its times a post stands at on the calendar."""

    SCHEDULED = "排期"
    PUBLISHED = "发布"
    PLANNED = "最早"


@dataclass(frozen=True)
class CalendarEntry:
    """A post on the calendar.

    Attributes:
        row: the post as in lists.
        at: when it goes out or went out; of one that nobody scheduled the earliest time that its text names.
        time_of: which time that is.
        until: the last instant at which it may still go out by itself; None for one that is not scheduled.
        by_hand: whether a person sends it.
        collisions: everything that is the matter with its time; empty for one that went out.
        accepted: why these were accepted.
        reason: why it stands where it stands (held, missed, failed).
        series: title of the recurring column that it is an occurrence of.
        link: of the published post.
    """

    row: DeskRow
    at: datetime
    time_of: str
    until: datetime | None
    by_hand: bool
    collisions: tuple[Collision, ...]
    accepted: str
    reason: str
    series: str
    link: str


@dataclass(frozen=True)
class PauseSpan:
    """A pause of publication that nobody has ended, ``[from_at, until_at)``; ``clearer`` may let single posts out."""

    pause_id: int
    title: str
    from_at: datetime
    until_at: datetime | None
    clearer: str


@dataclass(frozen=True)
class CalendarDay:
    """A Beijing day of the calendar.

    Attributes:
        day: the day.
        workday: whether it is a working day; None where no source knows its year.
        sensitive: name of the sensitive days that it is one of; empty if none.
        entries: posts by time.
        pauses: of which a part lies on it.
        slots: the usual times.
    """

    day: date
    workday: bool | None
    sensitive: str
    entries: tuple[CalendarEntry, ...]
    pauses: tuple[PauseSpan, ...]
    slots: tuple[datetime, ...]


@dataclass(frozen=True)
class CalendarView:
    """Some days of the calendar, as of an instant; ``account`` and ``unit`` are names, empty where all are shown."""

    first: date
    last: date
    account: str
    unit: str
    now: datetime
    days: tuple[CalendarDay, ...]


@dataclass(frozen=True)
class SlotView:
    """A usual time of an account: ``free`` when nothing but advice is the matter with it and it is not over."""

    at: datetime
    past: bool
    free: bool
    collisions: tuple[Collision, ...]


@dataclass(frozen=True)
class ScheduleResult:
    """What a schedule call did.

    Attributes:
        post_id: the post; ``version`` is its new one.
        at: when it goes out; ``until``: the last instant at which it still may by itself.
        by_hand: whether a person sends it.
        collisions: what is the matter with the time, what was accepted and what is only said.
        warnings: what to mind.
    """

    post_id: int
    version: int
    account: str
    at: datetime
    until: datetime
    by_hand: bool
    collisions: tuple[Collision, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Occurrence:
    """An occurrence of a recurring column: its post and its time."""

    post_id: int
    at: datetime


@dataclass(frozen=True)
class RepeatResult:
    """A recurring column that was laid out: its posts, what was passed over, and hits that each text has."""

    series_id: int
    title: str
    rule: str
    posts: tuple[Occurrence, ...]
    skipped: tuple[str, ...]
    blocking: int


@dataclass(frozen=True)
class SeriesRow:
    """A recurring column: how many occurrences it has, went out, were withdrawn, and still wait."""

    series_id: int
    account: str
    title: str
    rule: str
    first_day: date
    last_day: date
    posts: int
    published: int
    withdrawn: int
    waiting: int
    ended_at: datetime | None
