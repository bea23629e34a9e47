"""A grid of days, seven to a line: the cursor stands on a day; each day shows as many lines as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.format import one_line, pad
from tui.widgets.ledger import Cell, Ledger

WEEK = 7
LEAST_LINES = 2
RULE = " "
GRAVE = ("bad", "warn", "note", "good", "dim", "")
"""Tones, the gravest first."""


class DayGrid(Ledger):
    """Days in weeks; a row is a day: its first cell is the head, the others what is on it.

    The columns are the seven weekdays. ``offset`` cells of the first week stay empty.
    """

    BINDINGS = [  # noqa: RUF012
        Binding("left", "day_by(-1)", "前一日", show=False),
        Binding("right", "day_by(1)", "后一日", show=False),
    ]

    COMPONENT_CLASSES = {"day-grid--week"}  # noqa: RUF012

    class Left(Message):
        """The cursor was moved out of the days that are shown, by so many days from the one it stands on."""

        def __init__(self, grid: DayGrid, days: int) -> None:
            super().__init__()
            self.grid = grid
            self.days = days

    def __init__(self, *, here: str = "▸", id: str | None = None) -> None:
        super().__init__(here=here, id=id)
        self.offset_days = 0

    @property
    def weeks(self) -> int:
        """How many weeks are shown."""
        return max(1, -(-(self.offset_days + len(self.rows)) // WEEK))

    @property
    def week_lines(self) -> int:
        """How many lines a week has."""
        return max(LEAST_LINES, (self.scrollable_content_region.height - 1) // self.weeks)

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, 1 + self.weeks * self.week_lines)

    def _follow(self) -> None:
        week = (self.offset_days + self.cursor) // WEEK
        top, room = round(self.scroll_y), self.scrollable_content_region.height - 1
        first, last = week * self.week_lines, (week + 1) * self.week_lines
        if first < top:
            self.scroll_to(y=first, animate=False)
        elif last > top + room:
            self.scroll_to(y=last - room, animate=False)

    # --- moving ---------------------------------------------------------------------------------------------

    def action_day_by(self, days: int) -> None:
        """Move the cursor by days; out of the days that are shown the screen shows others."""
        wanted = self.cursor + days
        if 0 <= wanted < len(self.rows):
            self.cursor = wanted
        else:
            self.post_message(self.Left(self, days))

    def action_cursor_by(self, rows: int) -> None:
        """Move the cursor by weeks."""
        self.action_day_by(WEEK * rows)

    def action_cursor_page(self, pages: int) -> None:
        """Move the cursor to the same day of the days before or after."""
        self.post_message(self.Left(self, len(self.rows) * pages))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the day that was clicked; a second click opens it. The table's own handler is left out."""
        event.prevent_default()
        if event.y < 1:
            return
        week = (round(self.scroll_y) + event.y - 1) // self.week_lines
        at = 0
        for weekday, cells in enumerate(self._widths()):
            if at <= event.x < at + cells + 1:
                day = week * WEEK + weekday - self.offset_days
                if 0 <= day < len(self.rows):
                    if day == self.cursor and event.chain > 1:
                        self.post_message(self.Opened(self, day))
                    self.cursor = day
            at += cells + 1

    # --- drawing --------------------------------------------------------------------------------------------

    def _widths(self) -> list[int]:
        room = self.scrollable_content_region.width - (WEEK - 1)
        return [room // WEEK + (weekday < room % WEEK) for weekday in range(WEEK)]

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view: the weekdays, or a line of a week."""
        width = self.scrollable_content_region.width
        if not self.rows:
            return self._note_line(y, width)
        if y == 0:
            head = self.get_component_rich_style("ledger--head")
            titles = [(Cell(column.title), head) for column in self.columns]
            return self._line(titles, width, head)
        place = round(self.scroll_y) + y - 1
        week, line = divmod(place, self.week_lines)
        if week >= self.weeks:
            return Strip.blank(width, self.rich_style)
        cells = []
        for weekday in range(WEEK):
            day = week * WEEK + weekday - self.offset_days
            cells.append((self._cell(day, line), self._base(day, line)))
        return self._line(cells, width, self._base(-1, line))

    def _base(self, day: int, line: int) -> Style:
        """Return how a line of a day is drawn: the cursor's, the band over a week, or plainly."""
        if day == self.cursor and 0 <= day < len(self.rows):
            return self.get_component_rich_style("ledger--cursor" if self.has_focus else "ledger--idle")
        return self.get_component_rich_style("day-grid--week") if line == 0 else self.rich_style

    def _cell(self, day: int, line: int) -> Cell:
        if not 0 <= day < len(self.rows):
            return Cell("")
        head, *entries = self.rows[day]
        if line == 0:
            return Cell(f"{self._here if day == self.cursor else ' '}{head.text}", head.tone)
        room = self.week_lines - 1
        shown = len(entries) if len(entries) <= room else room - 1
        if line - 1 < shown:
            return entries[line - 1]
        if line - 1 == shown < len(entries):
            left = entries[shown:]
            tone = min((each.tone for each in left), key=GRAVE.index)
            sign = "!" if tone in ("bad", "warn") else ""
            return Cell(f" {'另' if shown else '共'}{len(left)}件{sign}", tone)
        return Cell("")

    def _line(self, cells: Sequence[tuple[Cell, Style]], width: int, base: Style) -> Strip:
        segments = []
        tones = self._tones()
        for weekday, ((cell, style), room) in enumerate(zip(cells, self._widths(), strict=True)):
            if weekday:
                segments.append(Segment(RULE, base))
            text = pad(one_line(cell.text, room), room)
            segments.append(Segment(text, style + tones[cell.tone] if cell.tone in tones else style))
        return Strip(segments).adjust_cell_length(width, base)
