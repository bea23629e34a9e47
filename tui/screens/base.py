"""What the tables have in common: bars, table, detail pane, paging, filters, forms, errors as sentences.

How to add a screen that acts:

1. `tui.actions`: its `Place` and word, its actions with keys, and for those that write the permissions of which one is
   needed; every action has a control or function key that no input takes.
2. A subclass of `TableScreen` (see `tui.screens.duty`): `fetch`, `columns`, `row_of`, `describe`; `tui.app` names it.
3. For each act a function from services and row to a `tui.forms.Plan`, in `tui.acts`: it reads what the form
   offers, says in ``intro`` to whom what will happen, and names the service call. The action calls
   ``self.fill_in(partial(plan_of_it, self.services, row))``. Nothing else writes.
4. A form stays open with what was typed until the service took it; then `after` says what was done and reads anew.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Static

from tui.actions import Place
from tui.details.register import as_of_words
from tui.format import NO_DATA, database_words, from_the_left, harmless
from tui.forms import Done, Plan
from tui.reading import ReadingScreen
from tui.screens.form import FormScreen
from tui.sheet import Body, Line, Sheet, lay_out
from tui.sources import Batch
from tui.widgets.bars import WARNING, Bar, KeyBar, Part, TopBar
from tui.widgets.ledger import Column, Ledger, Row
from tui.widgets.sheet_view import SheetView
from weibo_ops.kernel.clock import format_beijing
from weibo_ops.kernel.text import cell_width

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from tui.app import WeiboOpsApp
    from tui.glyphs import Glyphs

NOTHING_YET = (
    "库中还没有数据。\n\n"
    "导入一个文件夹:weibo-ops --home {home} import 数据文件夹\n"
    "先看虚构城市:  weibo-ops --home 另一个空目录 demo\n\n"
    "完成后回到这里,按 r 重新读取。"
)
NOTHING_FITS = "没有符合筛选条件的{what}。按 c 清除筛选。"
READING = "正在读取"
FAILED = "未能读取"
STATUS_KEPT = 14
"""Cells of the status line that are not the sentence's: the count at its right."""
TOLD_SECONDS = 12
MORE_BELOW = "已载入 {count} {unit},向下还有"
ALL_LOADED = "共 {count} {unit}"


class TableScreen(ReadingScreen):
    """A table with a detail pane under it.

    Subclasses say what is read (`fetch`), how a row looks (`columns`, `row_of`), and what the pane says (`describe`).
    """

    PLACE: ClassVar[Place]
    UNIT: ClassVar[str] = "条"
    SEARCH: ClassVar[str] = ""
    """What the search field asks for; empty: the table has none."""

    def __init__(self) -> None:
        super().__init__(id=self.PLACE.value)
        self.items: list[Any] = []
        self.loaded: Batch | None = None
        self.search = ""
        self.changing = False
        """Whether other rows are on their way: what stands in the table belongs to filters that no longer hold."""
        self._loading_more = False
        self._went_wrong = False
        self._cursor_wanted = 0

    # --- what a table must say ------------------------------------------------------------------------------

    @abstractmethod
    def fetch(self, cursor: str | None) -> Any:
        """Return a call that reads a page: run in a thread, it gives a `Batch`. Filters are taken now."""

    @abstractmethod
    def columns(self) -> Sequence[Column]:
        """Return the table's columns."""

    @abstractmethod
    def row_of(self, item: Any) -> Row:
        """Return an item as cells."""

    @abstractmethod
    def describe(self, item: Any) -> Any:
        """Return a call that makes an item's `Sheet`, run in a thread."""

    def rows_of(self, items: Sequence[Any]) -> list[Row]:
        """Return items as cells."""
        return [self.row_of(item) for item in items]

    def chips(self) -> list[Part]:
        """Return the filters in force as parts of the filter bar."""
        return []

    def filtered(self) -> bool:
        """Say whether any filter is in force."""
        return bool(self.search)

    def drop_filters(self) -> None:
        """Set every filter back."""
        self.search = ""

    @property
    def unit(self) -> str:
        """What the rows are counted in."""
        return self.UNIT

    # --- frame ----------------------------------------------------------------------------------------------

    @property
    def glyphs(self) -> Glyphs:
        """The set of glyphs in use."""
        return cast("WeiboOpsApp", self.app).glyphs

    @property
    def table(self) -> Ledger:
        """The table."""
        return self.query_one("#table", Ledger)

    @property
    def detail(self) -> SheetView:
        """The detail pane."""
        return self.query_one("#detail", SheetView)

    def compose(self) -> ComposeResult:
        """Build the frame."""
        here = self.glyphs.sign("here")
        yield TopBar(self.PLACE, here, cast("WeiboOpsApp", self.app).who)
        yield Bar(id="observed")
        with Horizontal(id="filters"):
            yield Bar(id="chips")
            if self.SEARCH:
                yield Static("查找 ", id="find-label", markup=False)
                yield Input(placeholder=self.SEARCH, compact=True, max_length=60, id="find")
        yield Ledger(here=here, id="table")
        yield SheetView(id="detail")
        yield Bar(id="status")
        yield KeyBar(self.PLACE)

    def on_mount(self) -> None:
        """Begin to read."""
        self.say(WARNING, "bold")
        self.table.focus()
        self.reload()

    def say(self, text: str, style: str = "") -> None:
        """Put a sentence into the status line."""
        self.query_one("#status", Bar).left = ((" ", ""), (text, style))

    def tell(self, sentence: str, style: str = "") -> None:
        """Put what was done or refused into the status line; what it has no room for is shown whole above it."""
        self.say(sentence, style)
        if cell_width(sentence) > self.size.width - STATUS_KEPT:
            severity: SeverityLevel = "error" if style == "$error" else "information"
            self.notify(harmless(sentence), markup=False, severity=severity, timeout=TOLD_SECONDS)

    def tell_count(self, text: str) -> None:
        """Put how much is loaded at the right of the status line."""
        self.query_one("#status", Bar).right = ((text, "$muted"), (" ", ""))

    def show_frame(self) -> None:
        """Show instant, coverage and place of the data, and the filters."""
        watermark = self.loaded.watermark if self.loaded else None
        as_of = watermark.observed_until if watermark else None
        since = format_beijing(watermark.observed_from) if watermark and watermark.observed_from else NO_DATA
        bar = self.query_one("#observed", Bar)
        left = f" {as_of_words(as_of)}  观测自 {since}"
        bar.left = ((left, ""),)
        room = self.size.width - cell_width(left) - cell_width("库  ") - 4
        bar.right = ((f"库 {from_the_left(database_words(self.services.db.url), room)} ", ""),)
        self.query_one("#chips", Bar).left = ((" ", ""), *self.chips())

    def on_resize(self, _event: events.Resize) -> None:
        """Fit the bars to the new width."""
        if self.is_mounted:
            self.show_frame()

    # --- reading --------------------------------------------------------------------------------------------

    def reload(self, cursor: int = 0) -> None:
        """Read the table anew with the filters in force; the cursor goes to a row when it is there."""
        self.forget("more")
        self.changing = True
        self._loading_more = False
        self._cursor_wanted = cursor
        self.show_frame()
        self.tell_count(READING)
        self.read("rows", self.fetch(None))

    def took(self, kind: str, value: Any) -> None:
        """Show rows, further rows, or a sheet."""
        if kind == "rows":
            self._show_rows(value)
        elif kind == "more":
            self._loading_more = False
            self.loaded = replace(value, watermark=self.loaded.watermark) if self.loaded else value
            self.items += value.items
            self.table.append(self.rows_of(value.items))
            self._count_rows()
        elif kind == "detail":
            self.detail.show(*value)
        elif kind == "form" and self.is_active:
            self.app.clear_notifications()
            self.app.push_screen(FormScreen(value), self.after)

    def refused(self, kind: str, sentence: str) -> None:
        """Say what went wrong; rows that no longer fit the filters go, others stay."""
        self._loading_more = False
        self._went_wrong = True
        if kind == "form":
            self.tell(sentence, "$error")
            return
        self.say(sentence, "$error")
        self.detail.show(Sheet(FAILED, (Body(sentence),)))
        if kind == "rows":
            self.changing = False
            self.loaded, self.items = None, []
            self.tell_count(FAILED)
            self.table.show(self.columns(), (), sentence)
        elif kind == "more":
            self._count_rows()

    def _show_rows(self, batch: Batch) -> None:
        self.changing = False
        self.loaded = batch
        self.items = list(batch.items)
        self.forget("detail")
        self.detail.show(Sheet(""))
        if self._went_wrong:
            self._went_wrong = False
            self.say(WARNING, "bold")
        self.table.show(self.columns(), self.rows_of(self.items), self.note(), self._cursor_wanted)
        self.show_frame()
        self._count_rows()

    def note(self) -> str:
        """Return what stands in a table without rows."""
        if self.filtered():
            return NOTHING_FITS.format(what=self.PLACE.word)
        if self.loaded is None or self.loaded.as_of is None:
            return NOTHING_YET.format(home=self.services.settings.home)
        return NO_DATA

    def _count_rows(self) -> None:
        words = MORE_BELOW if self.loaded and self.loaded.next_cursor else ALL_LOADED
        self.tell_count(words.format(count=len(self.items), unit=self.unit))

    @on(Ledger.NearEnd)
    def load_more(self) -> None:
        """Read the next page when the cursor comes close to the end."""
        if self.loaded and self.loaded.next_cursor and not self._loading_more and not self.changing:
            self._loading_more = True
            self.tell_count(READING)
            self.read("more", self.fetch(self.loaded.next_cursor))

    @on(Ledger.Moved)
    def show_detail(self, message: Ledger.Moved) -> None:
        """Read what the pane says about the row under the cursor."""
        if message.row < len(self.items) and not self.changing:
            self.read("detail", partial(_laid_out, self.describe(self.items[message.row]), self.detail.text_cells))

    # --- acting ---------------------------------------------------------------------------------------------

    def fill_in(self, make: Callable[[], Plan]) -> None:
        """Show a form: ``make`` reads what it offers, in a thread. What was submitted is told by `after`."""
        self.read("form", make)

    def after(self, done: Done | None) -> None:
        """Say what was done and read the table anew; nothing if the form was left."""
        if done is not None:
            self._went_wrong = False
            self.tell(done.sentence, "bold")
            self.reload(self.table.cursor)

    def chosen(self) -> Any | None:
        """Return the item under the cursor; None if there is none, or other rows are on their way."""
        return self.items[self.table.cursor] if self.items and not self.changing else None

    # --- actions --------------------------------------------------------------------------------------------

    def action_reload(self) -> None:
        """Read everything anew."""
        self.reload(self.table.cursor)

    def action_open_row(self) -> None:
        """Go into the detail pane of the row."""
        if self.items:
            self.detail.focus()

    @on(Ledger.Opened)
    def open_clicked(self) -> None:
        """Open the row that was clicked twice."""
        self.action_open_row()

    def action_back(self) -> None:
        """Leave what is innermost: the search field, the large pane, the pane."""
        self._restore_search()
        if self.has_class("zoomed"):
            self.action_zoom()
        elif self.focused is not self.table:
            self.table.focus()
        else:
            self.say("按 Ctrl+Q 退出")

    def _restore_search(self) -> None:
        """Show the words that are in force in the search field, not those that were typed and left."""
        for field in self.query("#find").results(Input):
            field.value = self.search

    def action_zoom(self) -> None:
        """Give the whole height to the detail pane, or give it back."""
        self.toggle_class("zoomed")
        (self.detail if self.has_class("zoomed") else self.table).focus()

    def action_next_pane(self) -> None:
        """Move the focus between table and pane."""
        self._restore_search()
        (self.detail if self.focused is self.table else self.table).focus()

    def action_find(self) -> None:
        """Go into the search field."""
        self.remove_class("zoomed")
        self.query_one("#find", Input).focus()

    @on(Input.Submitted, "#find")
    def search_for(self, event: Input.Submitted) -> None:
        """Read what fits the words typed."""
        self.search = event.value.strip()
        self.table.focus()
        self.reload()

    def action_clear_filters(self) -> None:
        """Set every filter back and read anew."""
        self.drop_filters()
        self.query_one("#find", Input).value = ""
        self.table.focus()
        self.reload()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the keys that work where the focus is."""
        self.query_one(KeyBar).typing = isinstance(event.widget, Input)


def _laid_out(make: Any, cells: int) -> tuple[Sheet, list[Line], int]:
    sheet: Sheet = make()
    return sheet, lay_out(sheet, cells), cells
