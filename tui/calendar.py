"""What the calendar's screen reads: days and their lines. Nothing here knows a widget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from publishing.calendar_rules import Collision, Look
from publishing.enums import PostState
from publishing.schemas import CalendarDay, CalendarEntry, CalendarView, DeskRow
from tui.sources import Batch

if TYPE_CHECKING:
    from weibo_ops.bootstrap import Application

WEEKDAYS = "一二三四五六日"
TO_PLACE = (PostState.SIGNED, PostState.HELD, PostState.MISSED, PostState.FAILED)
"""States of posts that wait for a time."""


@dataclass(frozen=True)
class Line:
    """A line of a day: a post, a usual time that is not taken, or (neither) that there is nothing.

    Attributes:
        day: of the calendar.
        entry: the post; None where the line is no post.
        slot: the usual time; None where the line is none.
        free: whether the slot is free for the account that is shown.
        past: whether the slot is over.
        opens: whether it is the first line of its day.
    """

    day: CalendarDay
    entry: CalendarEntry | None = None
    slot: datetime | None = None
    free: bool = False
    past: bool = False
    opens: bool = False

    @property
    def at(self) -> datetime | None:
        """The time of the line."""
        return self.entry.at if self.entry is not None else self.slot


@dataclass(frozen=True)
class CalendarBatch(Batch):
    """Days or lines of the calendar, with the whole of what was read."""

    view: CalendarView | None = None


def days(app: Application, look: Look, day: date, account: str | None, *, grid: bool) -> CalendarBatch:
    """Read the days of a look: as they are for a grid, else line by line.

    An agenda leaves out the days on which nothing is; a day shows its usual times where one account is shown.
    """
    first, last = look.days(day)
    view = app.calendar.view(app.actor, first, last, account=account)
    items: tuple[Any, ...] = view.days
    if not grid:
        found = [each for each in view.days if look is not Look.AGENDA or _something(each)]
        free = _free(app, account, day) if look is Look.DAY and account else {}
        items = tuple(line for each in found for line in _lines(each, free))
    return CalendarBatch(items, None, app.accounts.watermark(), view)


def _something(day: CalendarDay) -> bool:
    return bool(day.entries or day.sensitive or day.pauses)


def _free(app: Application, account: str, day: date) -> dict[datetime, tuple[bool, bool]]:
    return {each.at: (each.free, each.past) for each in app.calendar.slots(account, day)}


def _lines(day: CalendarDay, slots: dict[datetime, tuple[bool, bool]]) -> list[Line]:
    taken = {each.at.replace(second=0, microsecond=0) for each in day.entries}
    found = [Line(day, each) for each in day.entries]
    found += [Line(day, slot=at, free=free, past=past) for at, (free, past) in slots.items() if at not in taken]
    found.sort(key=lambda line: (line.at is None, line.at, line.slot is not None))
    first, *rest = found or [Line(day)]
    return [Line(first.day, first.entry, first.slot, first.free, first.past, opens=True), *rest]


def waiting(app: Application, account: str | None) -> list[DeskRow]:
    """Return the posts that wait for a time, the last signed first."""
    return [row for state in TO_PLACE for row in app.posts.rows(app.actor, state=state.value, account=account)]


def binding(view: CalendarView) -> int:
    """Return how many posts have a collision that is not mere advice."""
    return sum(any(each.binds for each in entry.collisions) for day in view.days for entry in day.entries)


def gravest(found: tuple[Collision, ...]) -> Collision | None:
    """Return the first collision that binds, else the first; None where there is none."""
    return next((each for each in found if each.binds), found[0] if found else None)


def title_of(look: Look, day: date) -> str:
    """Return the days of a look as people name them."""
    first, last = look.days(day)
    if look is Look.DAY:
        return f"{day} 周{WEEKDAYS[day.weekday()]}"
    if look is Look.MONTH:
        return f"{day.year}年{day.month}月"
    return f"{first:%m-%d}至{last:%m-%d}"
