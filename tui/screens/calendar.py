"""日历: what goes out when, by day, week, month or as an agenda; times are given and taken here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from textual import events, on
from textual.app import ComposeResult

from publishing.calendar_rules import Look
from publishing.schemas import CalendarDay, CalendarEntry, DeskRow, PostDetail
from tui import calendar
from tui.actions import Place, screen_bindings
from tui.acts import calendar as acts
from tui.calendar import CalendarBatch, Line
from tui.details.calendar import day_kind, day_page, entry_page
from tui.details.outgoing import PostSheet
from tui.forms import Plan
from tui.glyphs import Glyphs
from tui.screens.by_account import ByAccountScreen
from tui.sheet import Sheet
from tui.sources import Batch
from tui.widgets.bars import Part
from tui.widgets.day_grid import DayGrid
from tui.widgets.ledger import Cell, Column, Ledger, Row
from weibo_ops.bootstrap import Application
from weibo_ops.kernel.clock import beijing, beijing_date

WIDE = 112
"""Cells from which a week is a grid of seven columns."""
ROOMY = 16
"""Cells of a day from which there is room for more than time and class."""
SHORT_CLASSES = {"领导活动": "领导"}
SHORT_STATES = {"错过发布时间": "错过发布"}
"""What is too long for its column."""
NOTHING = "没有稿件"
EMPTY_AGENDA = "十四日内没有稿件。按 b 给已签发的稿件排期;按 p、n 往前往后看。"
NOT_A_POST = "光标不在稿件上。按 d 看一日,移到稿件上再办。"
NOT_READ = "正在读取稿件,稍候再办。"


class CalendarScreen(ByAccountScreen):
    """Days in a grid, or line by line; the pane shows the day, or the whole of a post."""

    PLACE = Place.CALENDAR
    BINDINGS = screen_bindings(Place.CALENDAR)

    def __init__(self) -> None:
        super().__init__()
        self.view_of = Look.WEEK
        self.day: date | None = None
        self._grid_shown = False

    # --- frame ----------------------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Build the frame, with the grid beside the table; one of them is shown."""
        for widget in super().compose():
            yield widget
            if widget.id == "table":
                yield DayGrid(here=self.glyphs.sign("here"), id="grid")

    def on_mount(self) -> None:
        """Begin with this week."""
        self._choose_widget()
        super().on_mount()

    @property
    def gridded(self) -> bool:
        """Whether the days are a grid: a month always, a week where there is room."""
        return self.view_of is Look.MONTH or (self.view_of is Look.WEEK and self.app.size.width >= WIDE)

    @property
    def table(self) -> Ledger:
        """The grid, or the table."""
        return self.query_one("#grid" if self._grid_shown else "#table", Ledger)

    @property
    def unit(self) -> str:
        """What the rows are counted in."""
        return "日" if self._grid_shown else "行"

    @property
    def today(self) -> date:
        """The Beijing day."""
        return beijing_date(self.services.clock.now())

    def _choose_widget(self) -> None:
        self._grid_shown = self.gridded
        self.set_class(self._grid_shown, "-grid")
        self.set_class(self.view_of is Look.MONTH, "-month")

    def on_resize(self, event: events.Resize) -> None:
        """Fit to the new width; a week changes between grid and lines."""
        super().on_resize(event)
        if self.is_mounted and self.loaded is not None and self.gridded != self._grid_shown:
            self.reload()

    def reload(self, cursor: int = 0) -> None:
        """Read the days anew; what is shown follows."""
        held = isinstance(self.focused, Ledger)
        self._choose_widget()
        if held:
            self.table.focus()
        super().reload(cursor)

    # --- what is shown --------------------------------------------------------------------------------------

    def fetch(self, cursor: str | None) -> Any:
        """Read the days of the look."""
        return partial(
            calendar.days, self.services, self.view_of, self.day or self.today, self.account, grid=self._grid_shown
        )

    def columns(self) -> Sequence[Column]:
        """The weekdays, or day and post."""
        if self._grid_shown:
            return tuple(Column(f" 周{day}", 10) for day in calendar.WEEKDAYS)
        return (
            *(() if self.view_of is Look.DAY else (Column("日期", 14),)),
            Column("时间", 5),
            Column("状态", 12),
            *(() if self.account else (Column("账号", 8, grow=1),)),
            Column("类别", 4, from_cells=100),
            Column("冲突、提示", 14),
            Column("正文", 10, grow=4),
            Column("编号", 4, right=True, from_cells=100),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a day of the grid, or a line."""
        return self._day_cells(item) if isinstance(item, CalendarDay) else self._line_cells(item)

    def _day_cells(self, day: CalendarDay) -> Row:
        off = day.workday is False
        signs = ("休" if off else "") + ("班" if day_kind(day) == "调休上班" else "")
        signs += ("敏" if day.sensitive else "") + ("停" if day.pauses else "")
        tone = "bad" if day.pauses else "warn" if day.sensitive else "note" if day.day == self.today else ""
        today = "今" if day.day == self.today else ""
        head = Cell(f"{day.day.day:>2} {today}{signs}".rstrip(), tone or ("dim" if off else ""))
        return (head, *(self._in_cell(entry) for entry in day.entries))

    def _in_cell(self, entry: CalendarEntry) -> Cell:
        row, grave = entry.row, calendar.gravest(entry.collisions)
        sign = self.glyphs.sign("warn") if grave is not None and grave.binds else " "
        tone = "warn" if sign.strip() else self.glyphs.post(row.state, void=row.void).tone
        room = self.app.size.width // len(calendar.WEEKDAYS) >= ROOMY
        words = (row.opening if self.account else row.account) if room else self._class(row)
        return Cell(f"{beijing(entry.at):%H:%M}{sign}{words}", tone)

    def _class(self, row: DeskRow) -> str:
        return SHORT_CLASSES.get(row.content_class, row.content_class)

    def _line_cells(self, line: Line) -> Row:
        cells = self._entry_cells(line.entry) if line.entry is not None else self._slot_cells(line)
        if self.view_of is Look.DAY:
            return cells
        return (self._date_cell(line.day) if line.opens else Cell(""), *cells)

    def _date_cell(self, day: CalendarDay) -> Cell:
        head, *_ = self._day_cells(day)
        return Cell(f"{day.day:%m-%d} 周{calendar.WEEKDAYS[day.day.weekday()]}{head.text[2:].strip()}", head.tone)

    def _entry_cells(self, entry: CalendarEntry) -> list[Cell]:
        row = entry.row
        mark = self.glyphs.post(row.state, void=row.void, owed=row.owed)
        return [
            Cell(f"{beijing(entry.at):%H:%M}", "" if entry.time_of != "最早" else "dim"),
            Cell(f"{mark.glyph} {SHORT_STATES.get(mark.word, mark.word)}", mark.tone),
            *(() if self.account else (Cell(row.account),)),
            Cell(self._class(row)),
            self._collision_cell(entry),
            Cell(f"{'[应急]' if row.urgent else ''}{row.opening}", "bad" if row.urgent else ""),
            Cell(str(row.post_id), "dim"),
        ]

    def _collision_cell(self, entry: CalendarEntry) -> Cell:
        grave = calendar.gravest(entry.collisions)
        if grave is None:
            return Cell("未排期" if entry.time_of == "最早" else "", "dim")
        more = len({each.kind for each in entry.collisions if each.binds == grave.binds}) - 1
        words = f"{grave.kind}{f'+{more}' if more else ''}"
        if not grave.binds:
            return Cell(f"{self.glyphs.sign('note')} {words}", "note")
        if entry.accepted:
            return Cell(f"{self.glyphs.sign('good')} 已说明冲突", "note")
        return Cell(f"{self.glyphs.sign('warn')} {words}", "warn")

    def _slot_cells(self, line: Line) -> list[Cell]:
        if line.slot is None:
            return [Cell(""), Cell(NOTHING, "dim"), *([Cell("")] * (4 if self.account else 5))]
        state, tone = ("已过", "dim") if line.past else ("空闲", "good") if line.free else ("不空", "warn")
        sign = self.glyphs.sign({"已过": "none", "空闲": "good", "不空": "warn"}[state])
        cells = [Cell(f"{beijing(line.slot):%H:%M}"), Cell(f"{sign} {state}", tone), Cell(""), Cell("常用时段", "dim")]
        return [*cells, Cell(""), Cell("")]

    def describe(self, item: Any) -> Any:
        """Say what is on the day, or everything about the post."""
        now = self.services.clock.now()
        if isinstance(item, Line) and item.entry is not None:
            return partial(_entry_page, self.services, item.entry, self.glyphs)
        return partial(day_page, item.day if isinstance(item, Line) else item, now, self.glyphs)

    def chips(self) -> list[Part]:
        """Which days, whose, how many collide, and what is paused."""
        parts: list[Part] = [
            (f"{self.view_of.word}:", "$muted"),
            (calendar.title_of(self.view_of, self.day or self.today), "bold"),
            ("  ", ""),
            *super().chips(),
        ]
        if not isinstance(self.loaded, CalendarBatch) or self.loaded.view is None or self.changing:
            return parts
        view = self.loaded.view
        if count := calendar.binding(view):
            parts.append((f"  {self.glyphs.sign('warn')} 冲突{count}件", "bold $warning"))
        for title in dict.fromkeys(pause.title for day in view.days for pause in day.pauses):
            parts.append((f"  {self.glyphs.sign('bad')} 暂停发布:{title}", "bold $error"))
        for name in dict.fromkeys(day.sensitive for day in view.days if day.sensitive):
            parts.append((f"  {self.glyphs.sign('warn')} 敏感时段:{name}", "bold $warning"))
        return parts

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return EMPTY_AGENDA

    def _show_rows(self, batch: Batch) -> None:
        if isinstance(batch, CalendarBatch) and batch.view is not None:
            self.query_one("#grid", DayGrid).offset_days = batch.view.first.weekday()
            wanted = self.day or self.today
            if not self._cursor_wanted:
                self._cursor_wanted = next((i for i, item in enumerate(batch.items) if _day_of(item) >= wanted), 0)
        super()._show_rows(batch)

    @on(Ledger.Moved)
    def keep_day(self, message: Ledger.Moved) -> None:
        """Remember the day under the cursor: other looks begin with it."""
        if message.row < len(self.items) and not self.changing and self.view_of is not Look.AGENDA:
            self.day = _day_of(self.items[message.row])

    @on(DayGrid.Left)
    def beyond(self, message: DayGrid.Left) -> None:
        """Show the days that the cursor was moved to."""
        self._go(self.view_of, (self.day or self.today) + timedelta(days=message.days))

    # --- looking --------------------------------------------------------------------------------------------

    def _go(self, view: Look, day: date | None) -> None:
        held = isinstance(self.focused, Ledger) or self.view_of is not view
        self.view_of, self.day = view, day
        self.reload()
        if held:
            self.table.focus()

    def action_look(self, name: str) -> None:
        """Look at a day, a week, a month or an agenda around the day under the cursor."""
        self._go(Look(name), self.day)

    def action_move_by(self, steps: int) -> None:
        """Show the days before or after."""
        self._go(self.view_of, self.view_of.moved(self.day or self.today, steps))

    def action_today(self) -> None:
        """Show today."""
        self._go(self.view_of, None)

    def action_clear_filters(self) -> None:
        """Show all accounts again."""
        self.drop_filters()
        self.reload()

    def action_open_row(self) -> None:
        """Open a day of the grid; of a line the pane."""
        if self._grid_shown and self.items and not self.changing:
            self._go(Look.DAY, _day_of(self.items[self.table.cursor]))
        else:
            super().action_open_row()

    # --- acts -----------------------------------------------------------------------------------------------

    def _entry(self) -> CalendarEntry | None:
        item = self.chosen()
        return item.entry if isinstance(item, Line) else None

    def shown(self) -> PostDetail | None:
        """Return the post that the pane shows, if it is the one under the cursor; say so if it is not there yet."""
        entry, sheet = self._entry(), self.detail.sheet
        if entry is None:
            self.say(NOT_A_POST)
            return None
        if isinstance(sheet, PostSheet) and sheet.post is not None and sheet.post.row.post_id == entry.row.post_id:
            return sheet.post
        self.say(NOT_READ)
        return None

    def _place(self, make: Callable[[PostDetail | None], Plan]) -> None:
        """Ask about the post under the cursor; elsewhere about one of those that wait for a time."""
        if self._entry() is None:
            self.fill_in(partial(make, None))
        elif (post := self.shown()) is not None:
            self.fill_in(partial(make, post))

    def action_schedule(self) -> None:
        """Give the post under the cursor another time, or one that waits the time under the cursor."""
        at = self._time()
        self._place(lambda post: acts.schedule_plan(self.services, post, at, self.account))

    def _time(self) -> datetime | None:
        item = self.chosen()
        if isinstance(item, Line) and item.at is not None and item.at >= self.services.clock.now():
            return item.at
        day = _day_of(item) if item is not None else None
        slots = item.slots if isinstance(item, CalendarDay) else ()
        if isinstance(item, Line) and item.entry is None:
            slots = item.day.slots
        return next((at for at in slots if day is not None and at >= self.services.clock.now()), None)

    def action_schedule_next(self) -> None:
        """Give the post under the cursor, or one that waits, the next free slot."""
        self._place(lambda post: acts.next_plan(self.services, post, self.account))

    def action_unschedule(self) -> None:
        """Take the post under the cursor off the calendar."""
        if (post := self.shown()) is not None:
            self.fill_in(partial(acts.unschedule_plan, self.services, post))

    def action_hold(self) -> None:
        """Hold the post under the cursor."""
        if (post := self.shown()) is not None:
            self.fill_in(partial(acts.hold_plan, self.services, post))


def _day_of(item: Any) -> date:
    day: date = item.day.day if isinstance(item, Line) else item.day
    return day


def _entry_page(app: Application, entry: CalendarEntry, glyphs: Glyphs) -> Sheet:
    return entry_page(entry, app.posts.show(entry.row.post_id, app.actor), glyphs, app.clock.now())
