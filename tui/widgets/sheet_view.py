"""The detail pane: a sheet laid out to the width at hand, scrolled up and down."""

from __future__ import annotations

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.actions import move_bindings
from tui.format import one_line
from tui.sheet import Line, Sheet, lay_out

MARGIN = 2
EMPTY = Sheet("")


class SheetView(ScrollView, can_focus=True):
    """A sheet under its title, which stays in sight."""

    BINDINGS = move_bindings()
    COMPONENT_CLASSES = {  # noqa: RUF012
        f"sheet--{part}" for part in ("title", "head", "bad", "warn", "note", "good", "dim", "marked")
    }

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet = EMPTY
        self.lines: list[Line] = []

    @property
    def text_cells(self) -> int:
        """The width in cells that a sheet is laid out to."""
        return max(1, self.scrollable_content_region.width - 2 * MARGIN)

    def show(self, sheet: Sheet, lines: list[Line] | None = None, cells: int = 0) -> None:
        """Show a sheet from its top; ``lines`` are its layout if it was made already, to a width of ``cells``."""
        self.sheet = sheet
        self.lines = lines if lines is not None and cells == self.text_cells else lay_out(sheet, self.text_cells)
        self._measure()
        self.scroll_to(y=0, animate=False)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Lay the sheet out anew when the width has changed."""
        if event.size.width != self.virtual_size.width:
            self.lines = lay_out(self.sheet, self.text_cells)
        self._measure()
        self.refresh()

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.lines) + 1)

    def action_cursor_by(self, lines: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_y + lines, animate=False)

    def action_cursor_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.scroll_to(y=self.scroll_y + pages * max(1, self.scrollable_content_region.height - 1), animate=False)

    def action_cursor_end(self, direction: int) -> None:
        """Scroll to the top or the end."""
        self.scroll_to(y=0 if direction < 0 else self.max_scroll_y, animate=False)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view."""
        width = self.scrollable_content_region.width
        base = self.rich_style
        if y == 0:
            style = self.get_component_rich_style("sheet--title")
            title = Segment(" " * MARGIN + one_line(self.sheet.title, max(1, width - 2 * MARGIN)), style)
            return Strip([title]).adjust_cell_length(width, style)
        place = round(self.scroll_y) + y - 1
        if place >= len(self.lines):
            return Strip.blank(width, base)
        segments = [Segment(" " * MARGIN, base)]
        for text, tone in self.lines[place]:
            style = self.get_component_rich_style(f"sheet--{tone}") if tone else base
            segments.append(Segment(text, style))
        return Strip(segments).adjust_cell_length(width, base)
