"""The table: rows of one line each, laid out by cell width to the width at hand, never scrolled sideways."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.actions import move_bindings
from tui.format import one_line, pad
from weibo_ops.kernel.text import wrap_zh

GAP = 2
GUTTER = 2
MARGIN = 1
"""Cells kept free before the scroll bar."""


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        title: its heading.
        cells: width, without the gap to the next column; the least width of a growing column.
        grow: share of the width that is left over; 0 keeps the width.
        right: aligned to the right.
        from_cells: least width of the whole table at which the column is shown.
    """

    title: str
    cells: int
    grow: int = 0
    right: bool = False
    from_cells: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell's text as it came, and the tone of its mark."""

    text: str
    tone: str = ""


Row = Sequence[Cell]


def fit_columns(columns: Sequence[Column], cells: int) -> list[tuple[int, int]]:
    """Return ``(index, width)`` of the columns that a table of this width shows; growing ones take what is left."""
    shown = [(i, column) for i, column in enumerate(columns) if column.from_cells <= cells]
    left = cells - GUTTER - MARGIN - sum(column.cells for _, column in shown) - GAP * (len(shown) - 1)
    shares = sum(column.grow for _, column in shown)
    widths: list[tuple[int, int]] = []
    for i, column in shown:
        extra = left * column.grow // shares if shares and left > 0 else 0
        left, shares = left - extra, shares - column.grow
        widths.append((i, column.cells + extra))
    return widths


class Ledger(ScrollView, can_focus=True):
    """A table with a cursor on a row."""

    BINDINGS = move_bindings()
    COMPONENT_CLASSES = {  # noqa: RUF012
        f"ledger--{part}" for part in ("head", "cursor", "idle", "bad", "warn", "note", "good", "dim")
    }
    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor stands on another row, or on a new one in its place."""

        def __init__(self, ledger: Ledger, row: int) -> None:
            super().__init__()
            self.ledger = ledger
            self.row = row

    class Opened(Message):
        """A row was clicked again while the cursor stood on it."""

        def __init__(self, ledger: Ledger, row: int) -> None:
            super().__init__()
            self.ledger = ledger
            self.row = row

    class NearEnd(Message):
        """The cursor or the view comes close to the last row."""

        def __init__(self, ledger: Ledger) -> None:
            super().__init__()
            self.ledger = ledger

    def __init__(self, *, here: str = "▸", id: str | None = None) -> None:
        super().__init__(id=id)
        self._here = here
        self.columns: tuple[Column, ...] = ()
        self.rows: list[Row] = []
        self._note = ""

    def show(self, columns: Sequence[Column], rows: Iterable[Row], note: str = "", cursor: int = 0) -> None:
        """Put rows in the place of the old ones; ``note`` stands there when there are none."""
        self.columns = tuple(columns)
        self.rows = list(rows)
        self._note = note
        self._measure()
        self.set_reactive(Ledger.cursor, max(0, min(cursor, len(self.rows) - 1)))
        self.scroll_to(y=0, animate=False)
        self._follow()
        self.refresh()
        self._tell()

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows at the end; cursor and view stay."""
        self.rows += rows
        self._measure()
        self.refresh()

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + 1)

    def on_resize(self, _event: events.Resize) -> None:
        """Lay the columns out anew."""
        self._measure()
        self._follow()
        self.refresh()

    def validate_cursor(self, row: int) -> int:
        """Keep the cursor within the rows."""
        return max(0, min(row, len(self.rows) - 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint the two rows, keep the cursor in sight, and tell the screen."""
        if old != new:
            self._follow()
            self.refresh()
            self._tell()

    def _tell(self) -> None:
        if self.rows:
            self.post_message(self.Moved(self, self.cursor))
            if self.cursor >= len(self.rows) - 2 * self._page:
                self.post_message(self.NearEnd(self))

    @property
    def _page(self) -> int:
        return max(1, self.scrollable_content_region.height - 1)

    def _follow(self) -> None:
        top = round(self.scroll_y)
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + self._page:
            self.scroll_to(y=self.cursor - self._page + 1, animate=False)

    def action_cursor_by(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.cursor += rows

    def action_cursor_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.cursor += pages * self._page

    def action_cursor_end(self, direction: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = 0 if direction < 0 else len(self.rows) - 1

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the row that was clicked; a second click opens it."""
        row = round(self.scroll_y) + event.y - 1
        if event.y < 1 or row >= len(self.rows):
            return
        if row == self.cursor and event.chain > 1:
            self.post_message(self.Opened(self, row))
        self.cursor = row

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more rows when the view comes close to the end."""
        super().watch_scroll_y(old_value, new_value)
        if self.rows and new_value + 2 * self._page >= len(self.rows):
            self.post_message(self.NearEnd(self))

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view: the heading, a row, or a line of the note."""
        width = self.scrollable_content_region.width
        if not self.rows:
            return self._note_line(y, width)
        if y == 0:
            head = self.get_component_rich_style("ledger--head")
            return self._strip([Cell(column.title) for column in self.columns], width, head, "", {})
        place = round(self.scroll_y) + y - 1
        if place >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        base, gutter = self.rich_style, ""
        if place == self.cursor:
            base = self.get_component_rich_style("ledger--cursor" if self.has_focus else "ledger--idle")
            gutter = self._here
        return self._strip(self.rows[place], width, base, gutter, self._tones())

    def _tones(self) -> dict[str, Style]:
        return {
            tone: Style(color=self.get_component_rich_style(f"ledger--{tone}").color)
            for tone in ("bad", "warn", "note", "good", "dim")
        }

    def _strip(self, row: Row, width: int, base: Style, gutter: str, tones: dict[str, Style]) -> Strip:
        segments = [Segment(pad(gutter, GUTTER), base)]
        for order, (i, cells) in enumerate(fit_columns(self.columns, width)):
            if order:
                segments.append(Segment(" " * GAP, base))
            cell, column = row[i], self.columns[i]
            text = pad(one_line(cell.text, cells), cells, right=column.right)
            segments.append(Segment(text, base + tones[cell.tone] if cell.tone in tones else base))
        return Strip(segments).adjust_cell_length(width, base)

    def _note_line(self, y: int, width: int) -> Strip:
        lines = ["", *wrap_zh(self._note, max(20, width - 2 * GUTTER))]
        text = lines[y] if y < len(lines) else ""
        return Strip([Segment(" " * GUTTER + text, self.rich_style)]).adjust_cell_length(width, self.rich_style)
