"""值班: the week's roster day by day, and what is handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

from accounts.enums import DutyPost
from accounts.schemas.duty import ChecklistView
from tui import office
from tui.actions import Place, screen_bindings
from tui.acts import duty as acts
from tui.details.duty import checklist_sheet, day_sheet, state_of
from tui.format import NO_DATA, short_time
from tui.office import Day
from tui.screens.base import TableScreen
from tui.screens.options import OptionPicker
from tui.widgets.bars import Part
from tui.widgets.ledger import Cell, Column, Row
from weibo_ops.kernel.clock import beijing_date

WEEKDAYS = "一二三四五六日"
NO_UNITS = "还没有登记单位。先登记单位和人员:weibo-ops unit add、weibo-ops staff add。"
NO_LISTS = "没有未办结的交接单和处置卡。按 b 选“开始交接班”。"
NOBODY = "无人"


class DutyScreen(TableScreen):
    """A unit's week of duty, or the open hand-overs and cards."""

    PLACE = Place.DUTY
    BINDINGS = screen_bindings(Place.DUTY)

    def __init__(self) -> None:
        super().__init__()
        self.of_unit = ""
        self.monday: date | None = None
        self.lists = False
        """Whether hand-overs are shown instead of the roster."""
        self.closed_too = False

    # --- what is shown --------------------------------------------------------------------------------------

    @property
    def unit(self) -> str:
        """What the rows are counted in."""
        return "张" if self.lists else "天"

    def columns(self) -> Sequence[Column]:
        """Days and posts, or lists with both sides."""
        if self.lists:
            return (
                Column("编号", 5, right=True),
                Column("事项", 20, grow=2),
                Column("交出", 10),
                Column("接收", 10),
                Column("未办", 4, right=True),
                Column("状态", 12),
                Column("期限", 11, from_cells=100),
            )
        return (
            Column("日期", 12),
            *(Column(post.value, 14, grow=1) for post in DutyPost),
            Column("空档", 6),
        )

    def row_of(self, item: Any) -> Row:
        """Lay out a day or a list."""
        return self._list_cells(item) if isinstance(item, ChecklistView) else self._day_cells(item)

    def _day_cells(self, day: Day) -> Row:
        here = self.glyphs.sign("note")
        date_words = f"{here if day.today else ' '} {day.day:%m-%d} 周{WEEKDAYS[day.day.weekday()]}"
        cells = [Cell(date_words, "note" if day.today else "")]
        missing = {gap.post for gap in day.gaps}
        for post in DutyPost:
            names = [f"{row.name}(请假)" if row.away else row.name for row in day.shifts[post]]
            tone = "warn" if post in missing or any(row.away for row in day.shifts[post]) else ""
            cells.append(Cell("、".join(dict.fromkeys(names)), tone) if names else Cell(NOBODY, tone or "dim"))
        gap = f"{self.glyphs.sign('bad')} {len(day.gaps)}处" if day.gaps else f"{self.glyphs.sign('good')} 无"
        cells.append(Cell(NO_DATA, "dim") if day.remark else Cell(gap, "bad" if day.gaps else "good"))
        return cells

    def _list_cells(self, row: ChecklistView) -> Row:
        mark = state_of(row, self.services.clock.now(), self.glyphs)
        signed = self.glyphs.sign("good")
        return (
            Cell(str(row.checklist_id)),
            Cell(row.title),
            Cell(f"{signed if row.from_signed_at else ' '} {row.from_name}" if row.from_name else "", ""),
            Cell(f"{signed if row.to_signed_at else ' '} {row.to_name}" if row.to_name else "", ""),
            Cell(str(row.open_items)),
            Cell(mark.text, mark.tone),
            Cell(short_time(row.due_at, self.services.clock.now()) if row.due_at else "", "dim"),
        )

    def fetch(self, cursor: str | None) -> Any:
        """Read the week or the lists."""
        if self.lists:
            return partial(office.checklists, self.services, open_only=not self.closed_too)
        monday = self.monday or office.week_of(beijing_date(self.services.clock.now()))
        return partial(office.week, self.services, self.of_unit, monday)

    def describe(self, item: Any) -> Any:
        """Say who serves when and what is missing, or what is handed over."""
        if isinstance(item, ChecklistView):
            return partial(checklist_sheet, item, self.services.clock.now(), self.glyphs)
        return partial(day_sheet, item, self.services.clock.now(), self.glyphs)

    def chips(self) -> list[Part]:
        """The unit and the week, or which lists."""
        if self.lists:
            return [("交接单和处置卡:", "$muted"), ("全部" if self.closed_too else "未办结", "bold")]
        monday = self.monday or office.week_of(beijing_date(self.services.clock.now()))
        sunday = monday + timedelta(days=office.WEEK - 1)
        shown = self.loaded.items[0].unit if self.loaded and self.loaded.items and not self.changing else self.of_unit
        return [
            ("单位:", "$muted"),
            (str(shown) or NO_DATA, "bold"),
            ("  周:", "$muted"),
            (f"{monday:%m-%d}至{sunday:%m-%d}", "bold"),
        ]

    def note(self) -> str:
        """Return what stands in a table without rows."""
        return NO_LISTS if self.lists else NO_UNITS

    # --- actions --------------------------------------------------------------------------------------------

    def action_other_view(self) -> None:
        """Show hand-overs instead of the roster, or the roster again."""
        self.lists = not self.lists
        self.table.focus()
        self.reload()

    def action_all_lists(self) -> None:
        """Show closed lists too, or only open ones."""
        self.closed_too = self.lists and not self.closed_too
        self.lists = True
        self.reload()

    def action_week_by(self, weeks: int) -> None:
        """Show another week; 0 is this one."""
        this = office.week_of(beijing_date(self.services.clock.now()))
        self.lists = False
        self.monday = (self.monday or this) + timedelta(days=office.WEEK * weeks) if weeks else None
        self.reload()

    def action_choose_unit(self) -> None:
        """Ask whose duty is shown."""
        self.read("units", partial(acts.unit_options, self.services))

    def action_act(self) -> None:
        """Offer what can be done with the day or the list."""
        item = self.chosen()
        if isinstance(item, Day):
            options = acts.day_options(self.services.actor)
            title = f"{item.day:%m-%d} {item.unit}"
        elif isinstance(item, ChecklistView):
            options = acts.list_options(item, self.services.actor)
            title = item.title
        else:
            options, title = acts.start_options(self.services.actor), "值班"
        self.app.push_screen(OptionPicker(title, options), partial(self._act, item))

    def _act(self, item: Any, name: str | None) -> None:
        if name is not None:
            self.fill_in(partial(acts.plan, name, self.services, item, self.of_unit))

    def took(self, kind: str, value: Any) -> None:
        """Ask for a unit when they are read; everything else as any table."""
        if kind != "units":
            super().took(kind, value)
        elif self.is_current:
            self.app.push_screen(OptionPicker("选择单位", value, self.of_unit), self._of)

    def _show_rows(self, batch: Any) -> None:
        if batch.items and isinstance(batch.items[0], Day):
            self.of_unit = batch.items[0].unit
            if not self._cursor_wanted:
                self._cursor_wanted = next((place for place, day in enumerate(batch.items) if day.today), 0)
        super()._show_rows(batch)

    def _of(self, unit: str | None) -> None:
        if unit is not None:
            self.of_unit, self.lists = unit, False
            self.reload()
